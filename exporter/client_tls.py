"""TLS as a client: whom we believe, and the certificate that we show."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


class BadCertificate(ValueError):
    """A file of a certificate or of its key cannot be used; the text says which, in one line."""


@dataclass(frozen=True, slots=True)
class ClientTls:
    """Files in PEM."""

    ca: Path | None = None
    """Who vouches for the server; None for the machine's own CAs."""
    certificate: Path | None = None
    """That we show, where we are asked for one."""
    key: Path | None = None
    """Its private key, without a passphrase."""
    pinned: str = ""
    """The server's own certificate as text: no other is believed, and its names do not matter."""

    def context(self) -> ssl.SSLContext:
        """The files as they are now. Raises BadCertificate."""
        if self.pinned:
            context = _trusting_only(self.pinned)
        else:
            named = _certificates(self.ca) if self.ca else None
            context = ssl.create_default_context(cadata=named)
        if self.certificate and self.key:
            _certificates(self.certificate)
            try:
                context.load_cert_chain(self.certificate, self.key, password="")
            except (OSError, ValueError):
                said = "not the private key of the certificate, or with a passphrase"
                raise BadCertificate(f"{self.key}: {said}") from None
        return context


def _trusting_only(certificate: str) -> ssl.SSLContext:
    """Of a chain only the first: whatever else its CA issued would be believed as well."""
    own = x509.load_pem_x509_certificates(certificate.encode())[0]
    context = ssl.create_default_context(cadata=own.public_bytes(Encoding.DER))
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _certificates(file: Path) -> str:
    try:
        text = file.read_bytes()
        x509.load_pem_x509_certificates(text)
    except OSError as error:
        raise BadCertificate(f"{file}: {error.strerror}") from None
    except ValueError:
        raise BadCertificate(f"{file}: no PEM certificate in it") from None
    return text.decode("ascii", errors="ignore")
