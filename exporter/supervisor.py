"""What systemd is told of this process: sd_notify(3), a datagram per message."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who started this process and wants to know how it is; without an `address`, nobody."""

    address: str = ""
    """A unix datagram socket; `@name` is an abstract one."""
    watchdog: float = 0.0
    """Seconds without a sign of life after which it ends this process; 0 for never."""

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> "Supervisor":
        """The one named by $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID."""
        usec, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
        ours = pid in ("", str(os.getpid()))
        watchdog = int(usec) / 1e6 if ours and usec.isdecimal() else 0.0
        return cls(environ.get("NOTIFY_SOCKET", ""), watchdog)

    def tell(self, *assignments: str) -> None:
        """Send a message such as `READY=1`. One that does not arrive is logged."""
        if not self.address:
            return
        # A leading zero byte, written as `@`, is Linux's abstract namespace: unix(7).
        address = self.address.replace("@", "\0", 1) if self.address[0] == "@" else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as out:
                out.sendto("\n".join(assignments).encode(), address)
        except OSError as error:
            log.warning(
                "the supervisor is not told", extra={"state": assignments[0], "error": error}
            )

    @contextmanager
    def reloading(self) -> Iterator[None]:
        """The configuration is read again while the block runs, whatever becomes of that."""
        self.tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            yield
        finally:
            self.tell("READY=1")

    async def keep_informed(self) -> None:
        """Say that the event loop turns, twice in the time that the watchdog gives."""
        while self.watchdog:
            self.tell("WATCHDOG=1")
            await asyncio.sleep(self.watchdog / 2)
