"""Scraping every target of an exporter by HTTP, again and again, as Prometheus does."""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field

import aiohttp

from tests.bench.fleet import HEADERS

_FAILED = re.compile(r"^xenlens_(?:target_up|collector_success)\{[^}]*\} 0", re.MULTILINE)


@dataclass(slots=True)
class Tally:
    """What came of the scrapes so far."""

    done: int = 0
    late: int = 0
    """Turns left out, because the scrape before was not answered yet."""
    failed: Counter[str] = field(default_factory=Counter)
    """How often each failure was seen, by what was said of it."""
    seconds: list[float] = field(default_factory=list)
    """Of each scrape, from its request to the last byte of its page."""

    def take(self, took: float, status: int, page: str) -> None:
        """Count one scrape."""
        self.done += 1
        self.seconds.append(took)
        if status != 200 or "xenlens_target_up{" not in page:
            self.failed[f"status {status}"] += 1
        self.failed.update(_FAILED.findall(page))


@dataclass(frozen=True, slots=True)
class Scraper:
    """Scrapes the targets of the exporter at `url`. `every` is seconds between two of a target."""

    url: str
    every: float
    tally: Tally = field(default_factory=Tally)

    async def run(self, seconds: float) -> None:
        """Scrape each target in turn, evenly spread over the interval, for `seconds`."""
        async with aiohttp.ClientSession(headers=HEADERS) as session:
            names = await self.targets(session)
            began = asyncio.get_running_loop().time()
            turns = (
                self._turns(session, name, began + self.every * place / len(names), began + seconds)
                for place, name in enumerate(names)
            )
            await asyncio.gather(*turns)

    async def targets(self, session: aiohttp.ClientSession) -> list[str]:
        """The names of the targets that the exporter's /sd lists."""
        async with session.get(f"{self.url}/sd") as response:
            return [group["labels"]["__param_target"] for group in await response.json()]

    async def _turns(
        self, session: aiohttp.ClientSession, name: str, due: float, until: float
    ) -> None:
        now = asyncio.get_running_loop().time
        while due < until:
            await asyncio.sleep(due - now())
            await self._scrape(session, name)
            missed = max(0, int((now() - due) // self.every))
            self.tally.late += missed
            due += self.every * (1 + missed)

    async def _scrape(self, session: aiohttp.ClientSession, name: str) -> None:
        now = asyncio.get_running_loop().time
        asked = now()
        async with session.get(f"{self.url}/probe", params={"target": name}) as response:
            page = await response.text()
        self.tally.take(now() - asked, response.status, page)
