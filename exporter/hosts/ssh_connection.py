"""One kept SSH connection per host, opened when it is needed and by one task only."""

import asyncio
from collections.abc import Callable
from random import Random

import asyncssh

from collectors.host import Unreachable
from exporter.hosts.backoff import Backoff
from exporter.hosts.settings import Ssh
from exporter.hosts.ssh_errors import HostKeys, refused, unusable_key, where
from exporter.hosts.ssh_options import client_options, known_hosts

CLOSE_GRACE = 1.0
"""Seconds a server has to acknowledge that we leave."""


class Link:
    """The kept connection to one host, through its jump host if it has one."""

    def __init__(self, settings: Ssh, clock: Callable[[], float], random: Random) -> None:
        self._settings = settings
        self._backoff = Backoff(clock, random)
        self._jump = Link(settings.jump, clock, random) if settings.jump else None
        self._addresses = [settings.address, *([settings.alternate] if settings.alternate else [])]
        self._connection: asyncssh.SSHClientConnection | None = None
        self._opening: asyncio.Task[asyncssh.SSHClientConnection] | None = None
        self._closed = False

    @property
    def place(self) -> str:
        """The address that is in use or tried first, for messages."""
        return where(self._settings, self._addresses[0])

    async def connection(self) -> asyncssh.SSHClientConnection:
        """The open connection, else a new one. Raises Unreachable, at once while backing off
        and once closed.

        A caller that is cancelled leaves the opening to go on for the next one.
        """
        if self._closed:
            raise Unreachable(f"{self.place}: no longer watched")
        if self._connection is not None and not self._connection.is_closed():
            return self._connection
        if self._opening is None:
            self._check_backoff()
            self._opening = asyncio.create_task(self._open())
            self._opening.add_done_callback(self._opened)
        return await asyncio.shield(self._opening)

    def _check_backoff(self) -> None:
        if left := self._backoff.seconds_left():
            raise Unreachable(f"{self._backoff.reason} (next attempt in {left:.0f} s)")

    def _opened(self, task: asyncio.Task[asyncssh.SSHClientConnection]) -> None:
        self._opening = None
        if not task.cancelled() and task.exception() is None:
            self._connection = task.result()

    async def _open(self) -> asyncssh.SSHClientConnection:
        failures = []
        for address in list(self._addresses):
            try:
                connection = await self._dial(address)
            except Unreachable as failure:
                failures.append(str(failure))
                continue
            # The address that works is the first to try next time.
            self._addresses.sort(key=lambda known: known != address)
            self._backoff.succeeded()
            return connection
        reason = "; ".join(dict.fromkeys(failures))
        self._backoff.failed(reason)
        raise Unreachable(reason)

    async def _dial(self, address: str) -> asyncssh.SSHClientConnection:
        tunnel = await self._tunnel()
        place = where(self._settings, address)
        try:
            options = client_options(self._settings)
            keys = HostKeys(known_hosts(self._settings))
        except (OSError, ValueError) as error:
            raise Unreachable(f"{place}: {unusable_key(self._settings, error)}") from error
        try:
            async with asyncio.timeout(self._settings.connect_timeout):
                return await asyncssh.connect(
                    address,
                    self._settings.port,
                    tunnel=tunnel or (),
                    config=None,
                    options=options,
                    client_factory=lambda: keys,
                    # The same host under another address shows the same key.
                    host_key_alias=self._settings.address
                    if address != self._settings.address
                    else None,
                )
        except (OSError, asyncssh.Error) as error:
            raise Unreachable(f"{place}: {refused(self._settings, error, keys)}") from error

    async def _tunnel(self) -> asyncssh.SSHClientConnection | None:
        if self._jump is None:
            return None
        try:
            return await self._jump.connection()
        except Unreachable as failure:
            raise Unreachable(f"jump host {failure}") from failure

    async def close(self) -> None:
        """Close the connection, and the one to the jump host, for good."""
        self._closed = True
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait({self._opening})
        if self._connection is not None:
            await _hang_up(self._connection)
        if self._jump is not None:
            await self._jump.close()


async def _hang_up(connection: asyncssh.SSHClientConnection) -> None:
    connection.close()
    try:
        async with asyncio.timeout(CLOSE_GRACE):
            await connection.wait_closed()
    except TimeoutError:
        connection.abort()
