"""Listen on the configured address, and say why that cannot be."""

import errno
import os
import socket
from ssl import SSLContext

from aiohttp import web

from exporter.config.values import listen as endpoint


class CannotListen(Exception):
    """The address is taken or not ours."""


class NoAddress(CannotListen):
    """It is no HOST:PORT at all."""


class AddressTaken(CannotListen):
    """Another process listens there."""


async def listen_on(runner: web.AppRunner, address: str, tls: SSLContext | None) -> None:
    """Answer requests at `HOST:PORT`, over TLS where there is any. Raises CannotListen."""
    host, port = _split(address)
    try:
        await web.TCPSite(runner, host, port, ssl_context=tls).start()
    except socket.gaierror as error:
        raise CannotListen(f"cannot listen on {address}: {error.strerror}") from error
    except OSError as error:
        kind = AddressTaken if error.errno == errno.EADDRINUSE else CannotListen
        reason = os.strerror(error.errno or 0)
        raise kind(f"cannot listen on {address}: {reason}") from error


def url_of(address: str, tls: SSLContext | None) -> str:
    """Where a browser on this machine finds what listens at `HOST:PORT`."""
    host = "localhost" if address.startswith(":") else ""
    return f"http{'s' * (tls is not None)}://{host}{address}/"


def _split(address: str) -> tuple[str | None, int]:
    """An empty host means every address. Raises NoAddress."""
    try:
        host, _, port = endpoint(address).rpartition(":")
    except ValueError as error:
        raise NoAddress(f"cannot listen on {address}: {error}") from error
    return host.strip("[]") or None, int(port)
