"""TLS to a server known by its certificate's digest: XAPI's certificates are self-signed."""

import asyncio
import hashlib
import socket
import ssl
import sys

from collectors.host import Stream
from collectors.xapi.endpoint import Endpoint
from collectors.xapi.source import XapiFailed

_HEAD = 16
"""Hex digits that tell two digests apart for people."""
_SILENCE = 30
"""Seconds without a sign of life after which the other side counts as gone."""


class PinnedTls:
    """Opens TLS connections to one endpoint and to nobody else."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._context = _context()

    async def open(self, deadline: float) -> Stream:
        """The stream, once the certificate is the pinned one. Raises XapiFailed."""
        place = f"{self._endpoint.address}:{self._endpoint.port}"
        try:
            async with asyncio.timeout_at(deadline):
                reader, writer = await asyncio.open_connection(
                    self._endpoint.address, self._endpoint.port, ssl=self._context
                )
        except TimeoutError:
            raise XapiFailed("unreachable", f"{place}: not connected in time") from None
        except ssl.SSLError as error:
            raise XapiFailed("tls_failed", f"{place}: {error}") from error
        except (OSError, ValueError) as error:
            why = str(error) or "the connection was lost before TLS was agreed on"
            raise XapiFailed("unreachable", f"{place}: {why}") from error
        try:
            self._verify(writer, place)
        except XapiFailed:
            writer.close()
            raise
        _notice_silence(writer)
        return reader, writer

    def _verify(self, writer: asyncio.StreamWriter, place: str) -> None:
        """Before anything is sent: a login carries the password."""
        tls = writer.get_extra_info("ssl_object")
        found = hashlib.sha256(tls.getpeercert(binary_form=True) or b"").hexdigest()
        if found != self._endpoint.pin:
            pinned = self._endpoint.pin[:_HEAD]
            raise XapiFailed(
                "certificate_mismatch",
                f"{place}: the certificate's SHA-256 is {found[:_HEAD]}…, pinned is {pinned}…",
            )


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # The digest of the very certificate says more than any authority could.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _notice_silence(writer: asyncio.StreamWriter) -> None:
    """A request may wait for ever, but not for a host that has lost its power."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _SILENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _SILENCE // 3)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _SILENCE * 1000)
