"""Run the exporter until it is told to stop."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from aiohttp import web

from exporter import signals
from exporter.config import load
from exporter.listening import listen_on, url_of
from exporter.logs import Logs
from exporter.logs.access import AccessLog, access_log
from exporter.responsive import stay_responsive
from exporter.service import Service
from exporter.supervisor import Supervisor
from exporter.web.app import make_app
from exporter.web.security.silent import KEPT_SECONDS, Silent

log = logging.getLogger(__name__)
STOP_SECONDS = 3.0
"""For scrapes under way at the end."""
ALL_SECONDS = 4.3
"""From the signal on; 5 s is the promise, and Python itself takes a moment to end."""
LAST_SECONDS = 0.4
"""Of those, what is left to Python at least."""
CUT_SECONDS = 0.1
"""For the answers that are then still being sent; aiohttp waits for it twice."""
SETTLE_SECONDS = 30.0
"""Between two looks whether a repeated event is due to be logged."""


async def run_server(
    config: Path,
    listen: str | None = None,
    announce: Callable[[str], None] = lambda url: None,
    *,
    logs: Logs,
    supervisor: Supervisor | None = None,
    web_config: Path | None = None,
    at_end: Callable[[float], None] = lambda seconds: None,
) -> None:
    """Serve until SIGINT or SIGTERM, the second of which ends it at once; SIGHUP reloads.

    `listen` is HOST:PORT and overrides the configuration's, as `web_config` does its file of TLS
    and users. `announce` is called with the URL once requests are answered, and `at_end` with the
    seconds in which the process is still to end in time. Raises ConfigError, CannotListen (of any
    kind), JournalInUse, JournalUnwritable and NoSecret.
    """
    told = supervisor or Supervisor()
    service = Service(
        *(config, load(config)),
        follow_log=logs.follow,
        reloading=told.reloading,
        web_config=web_config,
    )
    stop = asyncio.Event()
    where = listen or service.configuration.listen
    silent = Silent()
    runner = _runner(service, silent)
    jobs = (_settle(logs), told.keep_informed(), silent.close(runner))
    background = [asyncio.create_task(job) for job in jobs]
    try:
        await runner.setup()
        stay_responsive()
        await listen_on(runner, where, service.protection.tls)
        signals.heed(stop, service)
        # Before open runs are classified: that may take longer than a supervisor waits.
        told.tell("READY=1")
        if await _begun(service, stop):
            service.start(Random())
            announce(url_of(where, service.protection.tls))
            await stop.wait()
    finally:
        told.tell("STOPPING=1")
        left = await _end(runner, service)
        for task in background:
            task.cancel()
    log.info("ended")
    at_end(left)


def _runner(service: Service, silent: Silent) -> web.AppRunner:
    app = make_app(service)
    app.middlewares.insert(0, silent.note)
    return web.AppRunner(
        app,
        keepalive_timeout=KEPT_SECONDS,
        access_log=access_log,
        access_log_class=AccessLog,
        shutdown_timeout=CUT_SECONDS,
    )


async def _settle(logs: Logs) -> None:
    while True:
        await asyncio.sleep(SETTLE_SECONDS)
        logs.settle()


async def _end(runner: web.AppRunner, service: Service) -> float:
    """Let what is under way end, then let go of every host; what hangs is left.

    Gives the seconds that are then left for the process to end.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + ALL_SECONDS
    await service.stop(STOP_SECONDS)
    await runner.cleanup()
    with suppress(TimeoutError):
        async with asyncio.timeout_at(until):
            await service.close()
    return max(until - loop.time(), 0.0) + LAST_SECONDS


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
