"""SSH logins of a simulated dom0: sessions, and its control socket."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import asyncssh

from exporter.demo.command import Dom0
from exporter.demo.faces import unixctl
from exporter.demo.terminal import Session
from exporter.demo.xapi_rpc.http import serve_http
from exporter.demo.xapi_rpc.xapi import Xapi

log = logging.getLogger(__name__)
_LOOKS = 0.2
"""Seconds between looks whether a lost host has returned."""
Serve = Callable[["asyncssh.SSHReader[bytes]", "asyncssh.SSHWriter[bytes]"], Awaitable[None]]
"""What serves a forwarded connection."""


class Login(asyncssh.SSHServer):
    """One connection of one client."""

    def __init__(
        self, dom0: Dom0, connections: set[asyncssh.SSHServerConnection], xapi: Xapi
    ) -> None:
        self._dom0 = dom0
        self._connections = connections
        self._xapi = xapi
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Called by asyncssh: note the connection, so that the pool can end it."""
        self._connection = conn
        self._connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncssh."""
        if self._connection is not None:
            self._connections.discard(self._connection)

    async def begin_auth(self, username: str) -> bool:
        """A lost host says nothing; others want the demo's key."""
        while True:
            if not self._dom0.lost:
                return True
            await asyncio.sleep(_LOOKS)

    def session_requested(self) -> Session:
        """A shell of its own for every channel."""
        return Session(self._dom0, self._dom0.processes.new_pid())

    def unix_connection_requested(self, dest_path: str) -> "Socket | Serve":
        """Forward ovs-vswitchd's control socket or XAPI's where this host's OpenSSH can do it."""
        flavour = self._dom0.state.flavour
        if not flavour.forwards_sockets:
            raise asyncssh.ChannelOpenError(
                asyncssh.OPEN_UNKNOWN_CHANNEL_TYPE, "unknown channel type"
            )
        if dest_path == flavour.xapi_socket:
            return self._serve_xapi
        if dest_path != unixctl.socket_path(self._dom0):
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, "open failed")
        return Socket(self._dom0)

    async def _serve_xapi(
        self, reader: "asyncssh.SSHReader[bytes]", writer: "asyncssh.SSHWriter[bytes]"
    ) -> None:
        try:
            await serve_http(reader, writer, self._xapi)
        except asyncssh.Error as error:
            log.debug("connection lost", extra={"host": self._dom0.name, "error": error})


class Socket(asyncssh.SSHUNIXSession[bytes]):
    """A forwarded connection to the control socket."""

    def __init__(self, dom0: Dom0) -> None:
        self._session = unixctl.session(dom0)
        self._channel: asyncssh.SSHUNIXChannel[bytes] | None = None

    def connection_made(self, chan: "asyncssh.SSHUNIXChannel[bytes]") -> None:
        """Called by asyncssh when the channel is open."""
        self._channel = chan

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Answer requests; anything else closes the connection, as the real server does."""
        if self._channel is None:
            return
        try:
            for reply in self._session.feed(data):
                self._channel.write(reply)
        except ValueError:
            self._channel.close()
