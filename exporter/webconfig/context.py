"""`tls_server_config` as OpenSSL has it."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from pydantic import SecretStr

from exporter.config.problems import Problem, Refused
from exporter.webconfig.client_names import requiring
from exporter.webconfig.names import CIPHERS, CLIENT_AUTH, CURVES, VERSIONS
from exporter.webconfig.tls_section import TlsServer


def server_context(section: TlsServer) -> ssl.SSLContext:
    """What new connections are made with. Raises Refused, with paths below the section."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = VERSIONS[section.min_version]
    context.maximum_version = VERSIONS[section.max_version]
    context.set_alpn_protocols(["http/1.1"])
    if not section.prefer_server_cipher_suites:
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    _choose_curve(context, section)
    _choose_ciphers(context, section)
    _load_certificate(context, section)
    _ask_clients(context, section)
    return context


def _choose_curve(context: ssl.SSLContext, section: TlsServer) -> None:
    for curve in section.curve_preferences:
        if not _can_set(context, curve):
            other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            allowed = ", ".join(name for name in CURVES if _can_set(other, name))
            said = f"this machine's Python cannot set {curve}; allowed here: {allowed}"
            raise _refused("curve_preferences", said)


def _can_set(context: ssl.SSLContext, curve: str) -> bool:
    """Set it where it can be. Python 3.11.2 cannot set X25519."""
    try:
        context.set_ecdh_curve(CURVES[curve])
    except (ssl.SSLError, ValueError):
        return False
    return True


def _choose_ciphers(context: ssl.SSLContext, section: TlsServer) -> None:
    names = [name for name in section.cipher_suites if name in CIPHERS]
    if not section.cipher_suites:
        return
    if not names:
        # Nothing is left for TLS 1.2, as in Go.
        if section.max_version == "TLS12":
            raise _refused("cipher_suites", "no cipher suite of TLS 1.2 is in it")
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        return
    try:
        context.set_ciphers(":".join(CIPHERS[name] for name in names))
    except ssl.SSLError:
        raise _refused("cipher_suites", "this machine's OpenSSL has none of them") from None
    there = {cipher["name"] for cipher in context.get_ciphers()}
    if absent := [name for name in names if CIPHERS[name] not in there]:
        said = f"this machine's OpenSSL does not have {', '.join(absent)}"
        raise _refused("cipher_suites", said)


def _load_certificate(context: ssl.SSLContext, section: TlsServer) -> None:
    with (
        _file(section.cert_file, section.cert) as certificate,
        _file(section.key_file, section.key) as key,
    ):
        where = "cert" if section.cert else "cert_file"
        try:
            x509.load_pem_x509_certificates(Path(certificate).read_bytes())
        except (OSError, ValueError):
            raise _refused(where, "no PEM certificate in it") from None
        try:
            # Of a key with a passphrase OpenSSL would ask the terminal.
            context.load_cert_chain(certificate, key, password="")
        except (OSError, ValueError) as error:
            raise _refused("key" if section.key else "key_file", _of_key(error)) from None


def _of_key(error: Exception) -> str:
    if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
        return "not the key of the certificate"
    known = str(getattr(error, "reason", None) or "").lower().replace("_", " ")
    return "no PEM private key without a passphrase in it" + (f" ({known})" if known else "")


def _ask_clients(context: ssl.SSLContext, section: TlsServer) -> None:
    context.verify_mode = CLIENT_AUTH[section.client_auth_type]
    if context.verify_mode == ssl.CERT_NONE:
        return
    # What stands in the file is trusted, as in Go, also where it is no root.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if section.client_allowed_sans:
        context.sslobject_class = requiring(section.client_allowed_sans)
    if not section.client_ca and not section.client_ca_file:
        context.load_default_certs(ssl.Purpose.CLIENT_AUTH)
        return
    with _file(section.client_ca_file, section.client_ca) as trusted:
        try:
            context.load_verify_locations(trusted)
        except OSError:
            where = "client_ca" if section.client_ca else "client_ca_file"
            raise _refused(where, "no PEM certificate in it") from None


@contextmanager
def _file(file: Path | None, text: SecretStr | None) -> Iterator[str]:
    """The path of a file, or of text that is in memory only: OpenSSL is given paths."""
    if text is None:
        yield str(file)
        return
    with os.fdopen(os.memfd_create("pem"), "wb") as stream:
        stream.write(text.get_secret_value().encode())
        stream.flush()
        yield f"/proc/self/fd/{stream.fileno()}"


def _refused(key: str, said: str) -> Refused:
    return Refused([Problem((key,), said)])
