"""Hosts and pools that are no longer watched, while what is under way with them ends."""

import asyncio
import logging
from collections.abc import Sequence

from collectors.xapi.source import XapiSource
from exporter.watch import Watch

log = logging.getLogger(__name__)
LAST_SECONDS = 0.5
"""What is still under way when xenlens ends itself has so long."""


class Retirement:
    """Lets go of what is no longer watched, in the background."""

    def __init__(self) -> None:
        self._leaving: dict[asyncio.Task[None], list[Watch]] = {}

    def begin(
        self, sources: Sequence[XapiSource], pools: Sequence[Watch], hosts: Sequence[Watch]
    ) -> None:
        """Let what is under way end; then log out of XAPI by `sources`, and close the watches."""
        if sources or pools or hosts:
            task = asyncio.ensure_future(_leave(sources, pools, hosts))
            self._leaving[task] = [*pools, *hosts]
            task.add_done_callback(self._left)

    def _left(self, task: asyncio.Task[None]) -> None:
        self._leaving.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a host that is gone was not left well", exc_info=error)

    async def close(self) -> None:
        """Wait no longer, and close what is left."""
        left = dict(self._leaving)
        if not left:
            return
        await asyncio.wait(left, timeout=LAST_SECONDS)
        unfinished = [task for task in left if not task.done()]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        await asyncio.gather(*(watch.close() for task in unfinished for watch in left[task]))


async def _leave(
    sources: Sequence[XapiSource], pools: Sequence[Watch], hosts: Sequence[Watch]
) -> None:
    """Log out first: that still needs the hosts."""
    await asyncio.gather(*(source.close() for source in sources))
    await asyncio.gather(*(watch.retire() for watch in pools))
    await asyncio.gather(*(watch.retire() for watch in hosts))
