"""Many hosts whose commands take long: one exporter, one process, and nobody waits for another."""

import time

from tests.bench.programs import exporter
from tests.bench.slow_fleet import slow_hosts
from tests.stress.scraping import Scraper

SIZE = 60
ROUND = 12.0
"""Seconds: one after the other, commands that take a second or two would need ten times that."""


async def test_sixty_slow_hosts_are_scraped_side_by_side_and_each_of_them_is_up() -> None:
    async with slow_hosts(SIZE) as (config, _), exporter(config) as (url, process):
        connecting, scraper = Scraper(url, ROUND), Scraper(url, ROUND)
        await connecting.run(ROUND)
        began = time.monotonic()
        await scraper.run(ROUND)
        waited = time.monotonic() - began
        assert scraper.tally.done >= SIZE
        # In a row they would have taken as long as all of them together.
        assert sum(scraper.tally.seconds) > 2 * waited
        assert not [what for what in scraper.tally.failed if "collector_success" not in what]
        assert process.num_fds() < 3 * SIZE
