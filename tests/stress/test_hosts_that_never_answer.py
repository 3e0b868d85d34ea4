"""Hosts that accept a connection and never answer it: a scrape ends, and takes nobody with it."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from collectors.host import loop_time
from exporter.config import Configuration, load
from exporter.fleet import Fleet
from exporter.hosts.settings import Ssh
from exporter.hosts.ssh import SshHost
from exporter.outcome import Outcome, is_up
from exporter.service import Service
from exporter.web.app import TIMEOUT_HEADER, make_app
from tests.stress.flatness import trend
from tests.stress.peers import BY_SSH, BY_TCP, Peers, ssh

GOOD = "answers"
NAMES = sorted([*BY_TCP, *BY_SSH])
LIMIT = 3.0
"""Seconds that Prometheus would give a scrape here."""
PATIENCE = 60.0
"""Seconds after which a scrape counts as hanging, however busy the machine is."""
ROUNDS, ROUND = 50, 0.1
"""Scrapes of each host, and the seconds that each may take."""
RECORDED = Path(__file__).parent.parent / "fixtures" / "recorded" / "xenserver1.txt"


@pytest.fixture
async def configuration(tmp_path: Path) -> AsyncIterator[Configuration]:
    """A host that answers, and one of every kind that does not."""
    async with AsyncExitStack() as stack:
        peers = Peers()
        ports = {
            name: await stack.enter_async_context(peers.listen(serve))
            for name, serve in BY_TCP.items()
        }
        for name, (server, command) in BY_SSH.items():
            ports[name] = await stack.enter_async_context(ssh(server, command))
        hosts: dict[str, object] = {
            name: {"ssh": {"address": "127.0.0.1", "port": port}} for name, port in ports.items()
        }
        hosts[GOOD] = {"recorded": str(RECORDED)}
        options = {"verify_host_key": False, "connect_timeout": "200ms"}
        file = tmp_path / "xenlens.yml"
        pools = {"modular": {"xapi": {"ways": ["socket"]}, "hosts": hosts}}
        file.write_text(yaml.safe_dump({"ssh": options, "pools": pools}))
        yield load(file)


async def page(client: TestClient[web.Request, web.Application], name: str) -> str:
    """The page of a target, which is there in any case."""
    header = {TIMEOUT_HEADER: f"{LIMIT}"}
    async with asyncio.timeout(PATIENCE):
        answer = await client.get("/probe", params={"target": name}, headers=header)
        assert answer.status == 200
        return await answer.text()


async def test_every_scrape_has_its_page_and_says_that_the_host_is_down(
    configuration: Configuration,
) -> None:
    """The one that answers is asked together with all the others."""
    service = Service(configuration.file, configuration)
    async with TestClient(TestServer(make_app(service))) as client:
        pages = await asyncio.gather(*(page(client, name) for name in (GOOD, *NAMES)))
        for name, text in zip((GOOD, *NAMES), pages, strict=True):
            up = f'xenlens_target_up{{host="{name}",pool="modular"}} {float(name == GOOD)}'
            assert up in text, (name, [x for x in text.splitlines() if "target_up" in x])
    await service.close()


def test_a_host_of_which_nothing_was_heard_in_time_is_not_up() -> None:
    """As on a busy machine, where runs are cut off before they note that nobody answered."""
    cut_off = Outcome("bonds", 0.0, 1.0, (), reason="deadline_exceeded", message="not done in time")
    nothing_to_do = Outcome("reachability", 0.0, 0.0, (), present=False)
    assert not is_up([cut_off, nothing_to_do])
    assert is_up([nothing_to_do])


def impatient(name: str, settings: object) -> SshHost:
    """A host for which hours pass between two scrapes, so that each one connects again."""
    assert isinstance(settings, Ssh)
    return SshHost(name, settings, clock=lambda: loop_time() * 10_000)


async def test_fifty_scrapes_of_each_leave_nothing_behind(configuration: Configuration) -> None:
    targets = [target for target in configuration.targets() if target.name != GOOD]
    fleet = Fleet(targets, loop_time, open_host=impatient)
    fds, tasks, objects = [], [], []
    for number in range(ROUNDS):
        async with asyncio.timeout(PATIENCE):
            scrapes = await asyncio.gather(*(w.scrape((), ROUND) for w in fleet.hosts()))
        assert not any(scrape.up for scrape in scrapes)
        fds.append(psutil.Process().num_fds())
        tasks.append(len(asyncio.all_tasks()))
        if number % 5 == 0:
            gc.collect()
            objects.append(len(gc.get_objects()))
    for name, values in (("fds", fds), ("tasks", tasks), ("objects", objects)):
        assert trend(name, values, 0.1).flat, (name, values)
    await fleet.close()
