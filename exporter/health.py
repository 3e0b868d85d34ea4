"""Whether a running `xenlens serve` answers.

A container asks every half minute, so nothing is imported here that takes long:

    python -m exporter.health /etc/xenlens/xenlens.yml
"""

import http.client
import ipaddress
import socket
import ssl
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

PATH = "/-/healthy"
LISTEN = ":10045"
EVERY_ADDRESS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
CERTIFICATE_NEEDED = "RequireAndVerifyClientCert"
SECONDS = 5.0


class NotKnown(ValueError):
    """Nothing says where to ask; the text says what to do."""


class Unhealthy(Exception):
    """The server does not answer, or answers that it cannot."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where xenlens listens."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    """None for plain HTTP."""
    needs_certificate: bool = False
    """Whether it ends connections without a client certificate, of which we have none."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' * (self.tls is not None)}://{host}:{self.port}"


def configured(path: Path) -> Server:
    """Where a configuration says that xenlens listens. Its certificate is not verified.

    The rest of the file may be wrong: what runs has an older one then. Raises NotKnown.
    """
    document = _document(path)
    listen = document.get("listen") or LISTEN
    web, tls = document.get("web_config"), None
    if isinstance(web, str):
        tls = _document(path.parent / Path(web).expanduser()).get("tls_server_config")
    host, _, port = str(listen).rpartition(":")
    host = host.strip("[]")
    if not port.isdecimal():
        raise NotKnown(f"{path}: listen: {listen}: such as 127.0.0.1:10045 expected")
    needs = isinstance(tls, dict) and tls.get("client_auth_type") == CERTIFICATE_NEEDED
    return Server(EVERY_ADDRESS.get(host, host), int(port), _trusting() if tls else None, needs)


def _document(path: Path) -> Mapping[str, object]:
    try:
        data = yaml.safe_load(path.read_bytes())
    except OSError as error:
        raise NotKnown(f"{path}: cannot be read: {error.strerror}; or name --url") from None
    except (yaml.YAMLError, ValueError):
        raise NotKnown(f"{path}: not YAML; run: xenlens config check, or name --url") from None
    return data if isinstance(data, dict) else {}


def named(url: str) -> Server:
    """The server of a URL. Its certificate is verified but on this machine. Raises NotKnown."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotKnown(f"--url {url}: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotKnown(f"--url {url}: such as http://127.0.0.1:10045 expected")
    if parts.scheme == "http":
        return Server(parts.hostname, port or 80)
    ours = _is_loopback(parts.hostname)
    return Server(
        parts.hostname, port or 443, _trusting() if ours else ssl.create_default_context()
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _trusting() -> ssl.SSLContext:
    """For a connection that does not leave this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def ask(server: Server, timeout: float = SECONDS) -> str:
    """What it answered, one line, within `timeout` seconds a step. Raises Unhealthy."""
    try:
        if server.tls is not None and server.needs_certificate:
            return _greeted(server, server.tls, timeout)
        status, text = _got(server, timeout)
    except (OSError, http.client.HTTPException) as error:
        said = str(error) or type(error).__name__
        raise Unhealthy(f"{server}: no answer: {said}") from error
    if status != http.HTTPStatus.OK:
        raise Unhealthy(f"{server}: HTTP status {status}")
    return text


def _got(server: Server, timeout: float) -> tuple[int, str]:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=timeout)
    if server.tls is not None:
        connection = http.client.HTTPSConnection(
            server.host, server.port, timeout=timeout, context=server.tls
        )
    try:
        connection.request("GET", PATH)
        answer = connection.getresponse()
        return answer.status, answer.read(1000).decode(errors="replace").partition("\n")[0]
    finally:
        connection.close()


def _greeted(server: Server, tls: ssl.SSLContext, timeout: float) -> str:
    """It is alive where it takes part in a handshake, be it to refuse who has no certificate."""
    with (
        socket.create_connection((server.host, server.port), timeout) as plain,
        suppress(ssl.SSLError),
    ):
        tls.wrap_socket(plain, server_hostname=server.host).close()
    return "xenlens answers, and wants a client certificate"


if __name__ == "__main__":
    try:
        print(ask(configured(Path(sys.argv[1]))))
    except (NotKnown, Unhealthy) as error:
        sys.exit(f"xenlens: {error}")
