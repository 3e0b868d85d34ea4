"""How the process ends: what is under way does, nothing new begins, and never later than 5 s."""

import asyncio
import os
import select
import signal
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml

from exporter.demo.config_remediation import OPERATOR_TOKEN
from exporter.demo.server import DemoPool
from exporter.remediation.client import JournalFile
from tests.exporter.fleets import BOND0
from tests.exporter.life.program import PROMISE, Program, program
from tests.labs.waiting import wait_for

HOST = "xcp83"
PATIENT = {"X-Prometheus-Scrape-Timeout-Seconds": "30"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A local host whose `multipath` waits until a file `go_on` is there."""
    tools = tmp_path / "bin"
    tools.mkdir()
    waits = f"touch {tmp_path}/begun; while [ ! -e {tmp_path}/go_on ]; do sleep 0.05; done"
    scripts = {"ovs-appctl": f"cat <<'END'\n{BOND0}END", "multipath": waits, "multipathd": "exit 1"}
    for name, script in scripts.items():
        (tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name).chmod(0o755)
    config = tmp_path / "xenlens.yml"
    config.write_text(f"pools: {{p: {{hosts: {{me: {{local: {{}}, ovs_rundir: {tmp_path}}}}}}}}}\n")
    return config


@pytest.fixture
async def running(config: Path) -> AsyncIterator[Program]:
    path = f"{config.parent}/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    async with program(config, PATH=path) as running:
        yield running


async def begun(config: Path, running: Program) -> "asyncio.Task[tuple[int, str]]":
    """A scrape that is under way."""
    path = "/probe?target=me&collector=multipath"
    scrape = asyncio.create_task(running.get(path, **PATIENT))
    await asyncio.to_thread(wait_for, (config.parent / "begun").exists, 30, "the command")
    return scrape


async def test_a_scrape_under_way_ends_while_nothing_new_is_taken(
    config: Path, running: Program
) -> None:
    scrape = await begun(config, running)
    running.process.send_signal(signal.SIGTERM)
    await running.says("ending")
    assert await running.get("/-/ready") == (503, "xenlens is ending\n")
    assert await running.get("/probe?target=me") == (503, "xenlens is ending\n")
    for path in ("/-/healthy", "/metrics"):
        assert (await running.get(path))[0] == 200
    running.process.send_signal(signal.SIGHUP)
    (config.parent / "go_on").touch()
    status, page = await scrape
    assert status == 200
    assert 'xenlens_collector_success{collector="multipath",host="me",pool="p"} 1.0' in page
    assert await running.ended() == 0
    assert "msg=ended" in running.log()[-1]
    assert not any("reloaded" in line for line in running.log())


async def test_a_second_signal_ends_it_at_once(config: Path, running: Program) -> None:
    scrape = await begun(config, running)
    running.process.send_signal(signal.SIGINT)
    await running.says("ending")
    running.process.send_signal(signal.SIGTERM)
    assert await running.gone() == -signal.SIGTERM
    assert "msg=ended" not in running.log()[-1]
    (config.parent / "go_on").touch()
    assert (await scrape)[0] == 0


async def test_hosts_that_hang_do_not_keep_it(tmp_path: Path) -> None:
    async with DemoPool() as pool, program(pool.write_config(tmp_path)) as running:
        probes = [running.get(f"/probe?target={name}") for name in pool.ports]
        assert [status for status, _ in await asyncio.gather(*probes)] == [200] * 3
        end_while_hosts_hang(running, list(pool.ports))
        assert await running.gone() == 0


def end_while_hosts_hang(running: Program, hosts: list[str]) -> None:
    """The hosts are of this thread, which awaits nothing until xenlens has ended."""
    ends = os.pidfd_open(running.process.pid)
    with ThreadPoolExecutor(len(hosts)) as threads:
        for name in hosts:
            probe = Request(f"{running.url}/probe?target={name}", headers=PATIENT)
            threads.submit(urlopen, probe, timeout=60)
        urlopen(f"{running.url}/-/healthy", timeout=60).close()
        running.process.send_signal(signal.SIGTERM)
        # As promised, and as long again on a busy machine; the scrapes themselves may take 30 s.
        assert select.select([ends], [], [], 2 * PROMISE)[0]
    os.close(ends)


async def test_an_effect_in_flight_is_finished_and_written_down(tmp_path: Path) -> None:
    async with DemoPool() as pool:
        wwid, device = failed_path(pool)
        async with program(with_a_quick_playbook(pool.write_config(tmp_path))) as running:
            pool.model.subscribe(lambda: answers_late(running))
            token = (pool.folder / OPERATOR_TOKEN).read_text()
            labels = {"pool": "modular", "host": HOST, "wwid": wwid, "path": device}
            order = {"playbook": "reinstate-path", "labels": labels}
            await running.post("/api/v1/remediation/runs", order, token)
            await running.says("ending")
            assert await running.ended() == 0
        steps = JournalFile(pool.folder / "remediation.db").run(1)["steps"]
        assert "APPLIED" in [step["state"] for step in steps]


def answers_late(running: Program) -> None:
    """The effect has happened, its answer is on the way for a while, and xenlens is to end."""
    running.process.send_signal(signal.SIGTERM)
    time.sleep(1)


def failed_path(pool: DemoPool) -> tuple[str, str]:
    """A path that works and is kept failed: its map and its device."""
    path = pool.model.chassis.hosts[HOST].storage.paths[0]
    assert pool.model.order_path(HOST, "fail", path.device)
    return path.wwid, path.device


def with_a_quick_playbook(config: Path) -> Path:
    """A person's order for a path is confirmed by two reads."""
    document: dict[str, Any] = yaml.safe_load(config.read_text())
    quick = {"confirm": {"reads": 2, "interval": "1s"}}
    document["remediation"]["playbooks"]["reinstate-path"] = quick
    config.write_text(yaml.safe_dump(document))
    return config
