"""Run the exporter until it is told to stop."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from random import Random

from aiohttp import web

from exporter.config import ConfigError, load
from exporter.config.values import listen as endpoint
from exporter.responsive import stay_responsive
from exporter.service import Service
from exporter.web.app import make_app

log = logging.getLogger(__name__)
STOP_SECONDS = 2.0
"""For scrapes under way at the end; aiohttp waits for it twice, and 5 s is the promise."""


class CannotListen(Exception):
    """The address is taken or not ours."""


async def run_server(
    config: Path,
    listen: str | None = None,
    announce: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve until SIGINT or SIGTERM; SIGHUP reads the configuration again.

    `listen` is HOST:PORT and overrides the configuration's. `announce` is called with the URL
    once requests are answered. Raises ConfigError, CannotListen, JournalInUse, JournalUnwritable
    and NoSecret.
    """
    service = Service(config, load(config))
    stop = asyncio.Event()
    where = listen or service.configuration.listen
    runner = web.AppRunner(make_app(service), access_log=None, shutdown_timeout=STOP_SECONDS)
    try:
        await runner.setup()
        stay_responsive()
        await _listen(runner, where)
        _on_signals(stop, service)
        if await _begun(service, stop):
            service.start(Random())
            announce(f"http://{'localhost' if where.startswith(':') else ''}{where}/")
            await stop.wait()
    finally:
        # Both at once: each of them may need most of the 5 s.
        await asyncio.gather(runner.cleanup(), service.end_remediation())
        await service.close()


async def _begun(service: Service, stop: asyncio.Event) -> bool:
    """Start remediation; False where it is told to stop before every open run is classified."""
    starting = asyncio.create_task(service.start_remediation())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if starting.done():
        await starting
        return True
    starting.cancel()
    await asyncio.wait({starting}, timeout=STOP_SECONDS)
    return False


def split_address(listen: str) -> tuple[str | None, int]:
    """`HOST:PORT` apart; an empty host means every address. Raises CannotListen."""
    try:
        host, _, port = endpoint(listen).rpartition(":")
    except ValueError as error:
        raise CannotListen(f"cannot listen on {listen}: {error}") from error
    return host.strip("[]") or None, int(port)


async def _listen(runner: web.AppRunner, listen: str) -> None:
    host, port = split_address(listen)
    try:
        await web.TCPSite(runner, host, port).start()
    except socket.gaierror as error:
        raise CannotListen(f"cannot listen on {listen}: {error.strerror}") from error
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise CannotListen(f"cannot listen on {listen}: {reason}") from error


def _on_signals(stop: asyncio.Event, service: Service) -> None:
    loop = asyncio.get_running_loop()
    reloads: set[asyncio.Task[None]] = set()

    def reload() -> None:
        task = loop.create_task(_reload(service))
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload)


async def _reload(service: Service) -> None:
    try:
        await service.reload()
        log.info("configuration reloaded")
    except ConfigError as error:
        log.error("configuration not reloaded: %s", error)
