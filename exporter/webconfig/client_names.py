"""`client_allowed_sans`: whose certificate it is that a client shows."""

import ipaddress
import ssl
from collections.abc import Collection, Mapping
from typing import Any


def requiring(allowed: Collection[str]) -> type[ssl.SSLObject]:
    """Connections of which the client's certificate has one of these names, or which end.

    The name is compared as it stands: a DNS name, an e-mail address, a URI, or an IP address in
    its shortest form. As in Go, a client that is refused is cut off before it is heard.
    """

    class Known(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            if not names_of(self.getpeercert() or {}).intersection(allowed):
                raise ssl.SSLCertVerificationError(1, "no allowed name in the client certificate")

    return Known


def names_of(certificate: Mapping[str, Any]) -> set[str]:
    """The subject alternative names of a certificate as `SSLObject.getpeercert` gives it."""
    return {_shortest(kind, name) for kind, name in certificate.get("subjectAltName", ())}


def _shortest(kind: str, name: str) -> str:
    """OpenSSL writes every group of an IPv6 address."""
    return str(ipaddress.ip_address(name.strip())) if kind == "IP Address" else name
