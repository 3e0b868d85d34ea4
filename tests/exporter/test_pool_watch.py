"""A pool under watch: its own series, and what hosts and pool tell one another."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from collectors.host import HostError, Unreachable
from collectors.metrics import Page
from collectors.registry import Finding, Look, Reading, Scope, View
from collectors.xapi.source import XapiFailed
from exporter.config import PoolTarget, Target
from exporter.fleet import Fleet
from tests.exporter.fleets import fleet_of, target
from tests.exporter.remedied import until
from tests.fake_sources import STATE, FakeSource
from tests.fakes import Answer, FakeHost


class OfHost:
    """Reads its host's name, and keeps what it may compare with."""

    name = "of_host"
    scope: Scope = "host"
    families = ()

    def __init__(self) -> None:
        self.views: list[View] = []

    async def read(self, look: Look) -> Reading[Any]:
        state = (await look.pool_reading()).state
        return Reading((look.host.name, state is not None), "fake")

    def fill(self, page: Page, reading: Reading[Any], view: View) -> None:
        self.views.append(view)

    def findings(self, reading: Reading[Any], view: View) -> list[Finding]:
        return []

    async def close(self) -> None: ...


class OfPool(OfHost):
    """The same for a pool."""

    name = "of_pool"
    scope: Scope = "pool"


def two_hosts(answers: Mapping[str, FakeSource]) -> tuple[Fleet, list[OfHost], list[OfPool]]:
    hosts: list[OfHost] = []
    pools: list[OfPool] = []

    def of_host() -> OfHost:
        hosts.append(OfHost())
        return hosts[-1]

    def of_pool() -> OfPool:
        pools.append(OfPool())
        return pools[-1]

    made = {"of_host": of_host, "of_pool": of_pool}
    return fleet_of({"a": {}, "b": {}}, collectors=made, sources=answers), hosts, pools


async def test_a_pool_is_a_target_with_collectors_of_its_own() -> None:
    fleet, _, _ = two_hosts({"a": FakeSource(STATE)})
    assert [watch.target.name for watch in fleet.watches()] == ["a", "b", "pool:modular"]
    assert fleet.watch("pool:modular").collector_names == ("of_pool",)
    assert fleet.watch("a").collector_names == ("of_host",)


async def test_a_pools_series_carry_the_pool_and_no_host() -> None:
    fleet, _, _ = two_hosts({"a": FakeSource(STATE)})
    scrape = await fleet.watch("pool:modular").scrape()
    assert scrape.up
    samples = [sample for metric in scrape.metrics for sample in metric.samples]
    assert all(sample.labels["pool"] == "modular" for sample in samples)
    assert not any("host" in sample.labels for sample in samples)


async def test_hosts_and_pool_scraped_in_turn_ask_xapi_once() -> None:
    source = FakeSource(STATE)
    fleet, _, _ = two_hosts({"a": source})
    for watch in fleet.watches():
        assert (await watch.scrape()).up
    assert len(source.asked) == 1


async def test_a_pool_sees_its_hosts_readings_and_they_see_the_pools() -> None:
    fleet, hosts, pools = two_hosts({"a": FakeSource(STATE)})
    for name in ("a", "b", "pool:modular", "a"):
        await fleet.watch(name).scrape()
    (of_the_pool,) = (view for made in pools for view in made.views)
    assert sorted(of_the_pool.members["of_host"]) == ["a", "b"]
    of_a = next(made.views for made in hosts if len(made.views) == 2)
    assert [list(view.pool) for view in of_a] == [[], ["of_pool"]]


async def test_a_pool_none_of_whose_hosts_can_be_reached_is_down() -> None:
    gone: dict[str, Answer] = {"*": Unreachable("no route")}
    dead = FakeSource(XapiFailed("unreachable", "no route"), traced=False)
    fleet = fleet_of({"a": gone, "b": gone}, sources={"a": dead, "b": dead})
    scrape = await fleet.watch("pool:modular").scrape()
    assert not scrape.up
    assert {outcome.reason for outcome in scrape.outcomes} == {"unreachable"}


async def test_a_dead_host_is_not_up_because_its_pool_answers() -> None:
    gone: dict[str, Answer] = {"*": Unreachable("no route")}
    fleet = fleet_of({"a": gone, "b": {}}, sources={"b": FakeSource(STATE)})
    scrapes = {watch.target.name: await watch.scrape() for watch in fleet.watches()}
    assert {name: scrape.up for name, scrape in scrapes.items()} == {
        "a": False,
        "b": True,
        "pool:modular": True,
    }


async def test_a_reload_keeps_pools_and_sessions_and_logs_out_of_what_is_gone() -> None:
    sources = {name: FakeSource(STATE) for name in "abcd"}
    targets = [target("a", "one"), target("b", "two"), target("c", "two"), target("d", "three")]

    def ways(target: Target, host: object) -> tuple[FakeSource, ...]:
        return (sources[target.name],)

    fleet = Fleet(targets, lambda: 0.0, lambda name, settings: FakeHost({}, name), {}, ways)
    before = {watch.target.name: watch for watch in fleet.watches()}
    fleet.follow(targets[:2])
    after = {watch.target.name: watch for watch in fleet.watches()}
    assert sorted(after) == ["a", "b", "pool:one", "pool:two"]
    assert all(watch is before[name] for name, watch in after.items())
    two = after["pool:two"].target
    assert isinstance(two, PoolTarget)
    assert [member.name for member in two.members] == ["b"]
    gone = before["c"].host
    assert isinstance(gone, FakeHost)
    await until(lambda: gone.closed)
    closed = {name for name, source in sources.items() if source.closed}
    assert closed == {"c", "d"}
    await fleet.close()


async def test_a_reload_amid_a_read_costs_no_answer() -> None:
    slow = FakeSource(STATE, delay=0.2)
    fleet, _, _ = two_hosts({"a": slow})
    scrapes = [asyncio.ensure_future(watch.scrape()) for watch in fleet.watches()]
    await asyncio.sleep(0.05)
    fleet.follow([target("a")])
    outcomes = [outcome for scrape in await asyncio.gather(*scrapes) for outcome in scrape.outcomes]
    assert all(outcome.reason != "internal_error" for outcome in outcomes)
    assert outcomes[0].success


async def test_requests_that_hang_are_named_on_the_pools_page() -> None:
    stuck = FakeSource(XapiFailed("stuck", "hangs"), hanging={"VM.get_all_records": 70.0})
    fleet, _, _ = two_hosts({"b": stuck})
    pool = fleet.watch("pool:modular")
    assert pool.stuck() == {"b: VM.get_all_records": 70.0}
    with pytest.raises(HostError, match="pool:modular: a pool runs no commands"):
        await pool.host.run(["true"], deadline=0.0)
