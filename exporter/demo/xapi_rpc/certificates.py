"""Self-signed certificates, one for every host, as XAPI makes them at installation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_LIFETIME = timedelta(days=3650)
_EARLIER = timedelta(days=1)
"""Clocks differ."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its key, as PEM, and the SHA-256 of its DER form in hexadecimal."""

    pem: bytes
    sha256: str


def self_signed(name: str, address: str, now: datetime) -> Certificate:
    """A new certificate for a host of that name and IP address, valid at `now` (with a zone)."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = (x509.DNSName(name), x509.IPAddress(ip_address(address)))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = _key_pem(key) + certificate.public_bytes(serialization.Encoding.PEM)
    return Certificate(pem, certificate.fingerprint(hashes.SHA256()).hex())


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
