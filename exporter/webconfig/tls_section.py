"""`tls_server_config` as it is written."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, Strict, model_validator

from exporter.config.files import KeyFile, PlainFile
from exporter.config.kinds import Flag, listed
from exporter.config.problems import Problem, Refused
from exporter.config.section import Section, not_exactly_one
from exporter.webconfig.kinds import Cipher, ClientAuth, Curve, Pem, Version
from exporter.webconfig.names import VERSIONS


class TlsServer(Section):
    """The certificate, and which clients and which TLS are let in."""

    cert: Pem | None = None
    """the certificate and those between it and its CA, as PEM text"""
    key: Pem | None = None
    """its private key as PEM text"""
    cert_file: PlainFile | None = None
    """a file with the certificate, and those between it and its CA"""
    key_file: KeyFile | None = None
    """a file with its private key, which nobody else can read"""
    client_auth_type: ClientAuth = "NoClientCert"
    """NoClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert"""
    client_ca: Pem | None = None
    """the CA of clients' certificates as PEM text"""
    client_ca_file: PlainFile | None = None
    """a file with the CA of clients' certificates"""
    client_allowed_sans: Annotated[
        tuple[Annotated[str, Strict()], ...], listed("[prometheus.example.org]")
    ] = ()
    """a list of which a client's certificate must have one as subject alternative name"""
    min_version: Version = "TLS12"
    """TLS12 or TLS13"""
    max_version: Version = "TLS13"
    """TLS12 or TLS13"""
    cipher_suites: Annotated[
        tuple[Cipher, ...], listed("[TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]")
    ] = ()
    """a list of cipher suites up to TLS 1.2, by Go's names"""
    prefer_server_cipher_suites: Flag = True
    """whether the order of cipher_suites counts, and not the client's"""
    curve_preferences: Annotated[tuple[Curve, ...], Field(max_length=1), listed("[X25519]")] = ()
    """CurveP256, CurveP384, CurveP521 or X25519"""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [
            *not_exactly_one(self, ("cert", "cert_file"), "no certificate"),
            *not_exactly_one(self, ("key", "key_file"), "no key"),
            *self._of_clients(),
        ]
        if VERSIONS[self.min_version] > VERSIONS[self.max_version]:
            problems.append(Problem(("min_version",), f"is later than {self.max_version}"))
        if problems:
            raise Refused(problems)
        return self

    def _of_clients(self) -> Iterator[Problem]:
        if self.client_ca and self.client_ca_file:
            yield Problem((), "has client_ca and client_ca_file; allowed: one of the two")
        if (self.client_ca or self.client_ca_file) and self.client_auth_type == "NoClientCert":
            said = "no client is asked for a certificate; give client_auth_type"
            yield Problem(("client_ca" if self.client_ca else "client_ca_file",), said)
        if self.client_allowed_sans and self.client_auth_type != "RequireAndVerifyClientCert":
            said = "needs client_auth_type: RequireAndVerifyClientCert"
            yield Problem(("client_allowed_sans",), said)
