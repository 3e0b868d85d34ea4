"""A reload with real SSH servers: who is reached as before keeps connection and memory."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from exporter.demo.server import DemoPool
from tests.exporter.life.exporting import Exporting, callers, exporting
from tests.exporter.remedied import until


@pytest.fixture
async def pool() -> AsyncIterator[DemoPool]:
    async with DemoPool() as pool:
        yield pool


@pytest.fixture
async def exporter(pool: DemoPool) -> AsyncIterator[Exporting]:
    async with exporting(pool.write_config()) as exporter:
        yield exporter


def hosts_of(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["pools"]["modular"]["hosts"]
    return found


async def probe(exporter: Exporting, host: str, collector: str = "bonds") -> str:
    page = await exporter.get(f"/probe?target={host}&collector={collector}")
    assert "xenlens_target_up" in page
    return page


async def test_only_hosts_that_changed_are_reached_anew(
    pool: DemoPool, exporter: Exporting
) -> None:
    names = list(pool.ports)
    kept, changed, gone = names
    for name in names:
        await probe(exporter, name)
    before = {name: callers(pool, name) for name in names}
    assert [len(ports) for ports in before.values()] == [1, 1, 1]

    def change(document: dict[str, Any]) -> None:
        hosts_of(document)[changed]["ssh"]["connect_timeout"] = "7s"
        del hosts_of(document)[gone]
        document["pools"]["modular"]["disk_probes"] = {}

    exporter.edit(change)
    await exporter.reload()
    for name in (kept, changed):
        await probe(exporter, name)
    await until(lambda: callers(pool, gone) == set())
    await until(lambda: len(callers(pool, changed)) == 1)
    assert callers(pool, kept) == before[kept]
    assert callers(pool, changed) != before[changed]
    await exporter.get(f"/probe?target={gone}", 404)
    for path in ("/sd", "/metrics"):
        page = await exporter.get(path)
        assert kept in page
        assert gone not in page
    assert await exporter.value(f'xenlens_probes_total{{target="{kept}"}}') == 2.0
    assert await exporter.value(f'xenlens_probes_total{{target="{changed}"}}') == 2.0


async def test_what_is_expected_of_a_host_can_change_without_a_new_connection(
    pool: DemoPool, exporter: Exporting
) -> None:
    name = next(iter(pool.ports))
    pool.apply("switch1.uplink/down")
    before_page = await probe(exporter, name)
    before = callers(pool, name)
    exporter.edit(
        lambda document: document["pools"]["modular"]["bonds"]["bond0"].update(preferred="eth2")
    )
    await exporter.reload()
    page = await probe(exporter, name)
    assert callers(pool, name) == before
    preferred = f'xenlens_bond_member_preferred{{bond="bond0",host="{name}",member="eth2"'
    assert f'{preferred},pool="modular"}} 1.0' not in before_page
    assert f'{preferred},pool="modular"}} 1.0' in page


async def test_a_path_that_vanished_before_a_reload_is_missed_after_it(
    pool: DemoPool, exporter: Exporting
) -> None:
    name = next(iter(pool.ports))
    exporter.edit(lambda document: document["pools"]["modular"].pop("multipath"))
    await exporter.reload()
    await probe(exporter, name, "multipath")
    pool.apply("scm2.pulled")
    exporter.edit(lambda document: document["pools"]["modular"].pop("hostconfig"))
    await exporter.reload()
    page = await probe(exporter, name, "multipath")
    assert paths(page, "xenlens_multipath_paths{") == {"1.0"}
    assert paths(page, "xenlens_multipath_paths_expected{") == {"2.0"}


def paths(page: str, series: str) -> set[str]:
    """The values of a series, of whatever map."""
    return {line.rsplit(" ", 1)[1] for line in page.splitlines() if line.startswith(series)}


async def test_scrapes_and_reloads_at_once_all_end_well(
    pool: DemoPool, exporter: Exporting
) -> None:
    kept, other, gone = pool.ports

    def change(document: dict[str, Any]) -> None:
        del hosts_of(document)[gone]
        document["pools"]["modular"]["disk_probes"] = {}

    probes = [asyncio.create_task(probe(exporter, name)) for name in (kept, other, gone)]
    await until(lambda: all(callers(pool, name) for name in pool.ports))
    exporter.edit(change)
    await asyncio.gather(exporter.reload(), exporter.reload(), *probes)
    for page in [task.result() for task in probes]:
        assert 'collector_success{collector="bonds"' in page
        assert "xenlens_bond_member_active" in page
    assert len(callers(pool, kept)) == 1
    assert f'target="{gone}"' not in await exporter.get("/metrics")
