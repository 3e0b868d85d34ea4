"""TLS of `xenlens remediation`: whom it believes, and the certificate it shows."""

from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext

from exporter.cli.errors import INVALID, fail
from exporter.client_tls import ClientTls
from exporter.config import Configuration
from exporter.webconfig import read


@dataclass(frozen=True, slots=True)
class ClientFiles:
    """What the command line names."""

    ca: Path | None
    certificate: Path | None
    key: Path | None


def context_of(files: ClientFiles, url: str, own: str) -> SSLContext | None:
    """How to connect; None without TLS. Raises BadCertificate.

    `own` is the certificate of the xenlens of this machine's configuration: that one and no other
    is believed where no CA is named, whatever names stand in it.
    """
    if (files.certificate is None) != (files.key is None):
        fail("--cert-file and --key-file belong together: give both, or neither", INVALID)
    if url.startswith("https://"):
        pinned = "" if files.ca else own
        return ClientTls(files.ca, files.certificate, files.key, pinned).context()
    if files.ca or files.certificate:
        fail(f"--ca-file and --cert-file are for https://, not for {url}", INVALID)
    return None


def own_certificate(configuration: Configuration) -> str:
    """What the configured xenlens shows, as PEM; empty without TLS. Raises ConfigError."""
    tls = read(configuration.web_config).section.tls_server_config
    if tls is None:
        return ""
    if tls.cert is not None:
        return tls.cert.get_secret_value()
    # Comments between certificates may be of any encoding.
    return tls.cert_file.read_bytes().decode("ascii", "ignore") if tls.cert_file else ""
