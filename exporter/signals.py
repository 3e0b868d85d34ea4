"""What signals ask of a serving process: SIGINT and SIGTERM end it, SIGHUP reloads."""

import asyncio
import logging
import signal
from contextlib import suppress

from exporter.config import ConfigError
from exporter.service import Service

log = logging.getLogger(__name__)
ENDING = (signal.SIGINT, signal.SIGTERM)


def heed(stop: asyncio.Event, service: Service) -> None:
    """Set `stop` at a signal to end, and reload the service at SIGHUP, in the running loop.

    A second signal to end finds the default action: it ends the process at once.
    """
    loop = asyncio.get_running_loop()
    reloads: set[asyncio.Task[None]] = set()

    def reload() -> None:
        if not stop.is_set():
            task = loop.create_task(_reload(service))
            reloads.add(task)
            task.add_done_callback(reloads.discard)

    def end(received: signal.Signals) -> None:
        log.info("ending", extra={"signal": received.name})
        stop.set()
        for task in reloads:
            task.cancel()
        for number in ENDING:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)

    for number in ENDING:
        loop.add_signal_handler(number, end, number)
    loop.add_signal_handler(signal.SIGHUP, reload)


async def _reload(service: Service) -> None:
    """What is wrong with the configuration is logged by the service."""
    with suppress(ConfigError):
        await service.reload()
