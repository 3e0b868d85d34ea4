"""`multipath -ll` hangs on a map whose paths answer nothing: what a scrape still gives."""

import asyncio
from collections.abc import Iterator

import pytest

from collectors.multipath import LISTING
from tests.labs.multipath.hardware import WWID
from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.sick import WWID as SICK
from tests.labs.multipath.sick import SickMap
from tests.labs.multipath.waiting import wait_for
from tests.live.multipath_looks import Sight, watching

pytestmark = [pytest.mark.multipath, pytest.mark.timeout(400)]
LISTED = " ".join(LISTING)
TIMEOUT = 120.0
SHORT = 12.0
"""Seconds for a scrape that is to run out of time."""
SCSI_TIMEOUT = 10
"""Seconds until the kernel gives up a lost command, 30 by default: so the hang ends sooner."""


@pytest.fixture(scope="module")
def sick_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MultipathLab, SickMap]]:
    """A machine of its own with a map that can fall sick, still healthy."""
    with MultipathLab(tmp_path_factory.mktemp("sick")) as lab:
        sick = SickMap(lab.machine)
        wait_for(lambda: lab.usable(SICK) == 2, TIMEOUT, "the map that will fall sick")
        devices = "$(grep -l scsi_debug /sys/block/sd*/device/model | xargs dirname)"
        lab.machine.shell(f"for d in {devices}; do echo {SCSI_TIMEOUT} > $d/timeout; done")
        yield lab, sick


def listings(lab: MultipathLab) -> int:
    """How many `multipath` processes the host has."""
    return len(lab.machine.call("pgrep", "-x", "multipath").stdout.split())


def others(sight: Sight) -> dict[str, tuple[bool, str | None]]:
    """By collector, presence and reason of all but multipath."""
    outcomes = (one for one in sight.scrape.outcomes if one.collector != "multipath")
    return {one.collector: (one.present, one.reason) for one in outcomes}


async def test_a_listing_that_hangs_costs_a_scrape_its_maps_only_when_the_daemon_is_silent_too(
    sick_lab: tuple[MultipathLab, SickMap],
) -> None:
    lab, sick = sick_lab
    async with watching(lab) as watcher:
        names = watcher.watch.collector_names
        healthy = await watcher.look(*names)
        sick.fall_sick()
        lab.machine.shell("multipath -ll >/dev/null 2>&1 &")
        told = await watcher.look(*names)
        assert listings(lab) == 1, "the one that this test began still hangs"
        lab.machine.run("pkill", "-STOP", "-x", "multipathd")
        silent = await watcher.look(*names, budget=SHORT)
        assert listings(lab) == 2
        again = await watcher.look(*names, budget=SHORT)
        assert listings(lab) == 2, "no second one was begun"
        assert LISTED in watcher.watch.stuck()
        sick.recover()
        lab.machine.run("pkill", "-CONT", "-x", "multipathd")
        await watcher.until_it_answers(TIMEOUT)
        wait_for(lambda: listings(lab) == 0, TIMEOUT, "the end of the listings that hung")
        async with asyncio.timeout(TIMEOUT):
            while LISTED in watcher.watch.stuck():
                await watcher.look()
        recovered = await watcher.until_it_answers(TIMEOUT)
    for sight in (healthy, told, recovered):
        assert sight.via == "multipathd show json"
        assert [sight.value("paths", wwid=wwid) for wwid in (WWID, SICK)] == [2, 2]
    for sight, reason in ((silent, "deadline_exceeded"), (again, "stuck")):
        assert sight.outcome().reason == reason
        assert sight.outcome().message.count(LISTED) == 1
        assert sight.outcome().seconds < SHORT
        assert sight.scrape.up
    assert others(healthy) == others(told) == others(silent) == others(again)
    assert ("hostconfig", (True, None)) in others(silent).items()
