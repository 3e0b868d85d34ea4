"""A reload while a run acts: the effect ends, and what was remembered of the object stays."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from alerts.remediation.records import Refusal
from collectors.host import Output, loop_time
from exporter.fleet import Fleet
from exporter.hosts.settings import Local
from exporter.remediation.kept_open import kept_open
from tests.alerts.remediation.rig import TOOL
from tests.exporter.alertmanager_calls import firing
from tests.exporter.fleets import target
from tests.exporter.remedied import Remedied, outcome, reload, remedied, until
from tests.fakes import FakeClock, FakeHost


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Remedied]:
    async with remedied(tmp_path) as rig:
        rig.section["playbooks"][TOOL]["mode"] = "auto"
        async with rig.serving():
            yield rig


async def test_a_run_acts_on_through_two_reloads_and_its_cooldown_holds_after_them(
    rig: Remedied,
) -> None:
    go_on = asyncio.Event()

    async def wait(host: str) -> None:
        await go_on.wait()

    rig.world.before_effect = wait
    await rig.call(firing())
    await rig.reached("ACTING")
    await asyncio.gather(reload(rig), reload(rig))
    assert rig.engine.run(1).state == "ACTING"
    go_on.set()
    await rig.reached("FIXED")
    await rig.delivered()
    await reload(rig)
    rig.world.active["xs1"] = "eth0"
    state, reason = await outcome(rig)
    assert (state, reason) == ("REFUSED", "cooldown")


@dataclass
class SlowHost(FakeHost):
    """A host whose every command waits to be let go."""

    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        self.asked.append(" ".join(argv))
        await self.go_on.wait()
        return Output(tuple(argv), "closed" if self.closed else "done")


@dataclass
class Opened:
    """A fleet, and the hosts that it opened, in order."""

    hosts: list[SlowHost] = field(default_factory=list)

    def open(self, name: str, settings: object) -> SlowHost:
        self.hosts.append(SlowHost({}, name))
        return self.hosts[-1]

    def fleet(self) -> Fleet:
        return Fleet([target("a")], FakeClock(), self.open)


async def test_a_host_is_not_closed_under_an_effect_by_a_reload() -> None:
    opened = Opened()
    fleet = opened.fleet()
    (before,) = opened.hosts
    effect = asyncio.create_task(kept_open(fleet, "a").run(["act"], deadline=loop_time() + 60))
    await until(lambda: before.asked == ["act"])
    fleet.follow([replace(target("a"), settings=Local())])
    _, after = opened.hosts
    after.go_on.set()
    assert (await kept_open(fleet, "a").run(["look"], deadline=loop_time() + 60)).stdout == "done"
    assert after.asked == ["look"]
    before.go_on.set()
    assert (await effect).stdout == "done"
    await until(lambda: before.closed)
    await fleet.close()


async def test_a_host_that_is_no_longer_watched_is_closed_at_the_end_whatever_runs_there() -> None:
    opened = Opened()
    fleet = opened.fleet()
    (host,) = opened.hosts
    effect = asyncio.create_task(kept_open(fleet, "a").run(["act"], deadline=loop_time() + 60))
    await until(lambda: host.asked == ["act"])
    fleet.follow([])
    await fleet.close()
    assert host.closed
    effect.cancel()
    await asyncio.wait({effect})


async def test_an_effect_on_a_host_that_a_reload_took_away_is_refused() -> None:
    fleet = Opened().fleet()
    fleet.follow([])
    with pytest.raises(Refusal, match='unknown target "a"'):
        kept_open(fleet, "a")
    await fleet.close()
