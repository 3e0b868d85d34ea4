"""An effect that hangs on a simulated host ends at the gate's deadline, and is alone until then."""

import asyncio
import json
import shlex
from collections.abc import AsyncIterator
from typing import Any

import pytest

from collectors.onhost import GATE
from collectors.onhost_run import OnHost
from collectors.registry import Look
from exporter.demo.server import DemoPool
from exporter.hosts.ssh import SshHost
from tests.demo.gating import NEWER, Host, act, document, take
from tests.demo.measuring import SSD
from tests.demo.probing import PYTHON
from tests.demo.test_hanging import soon
from tests.demo.test_server import settings

HANGING = f"fio --name=x --filename=/dev/mapper/{SSD} --size=1m --rw=read --direct=1 --readonly"


@pytest.fixture
def host() -> Host:
    """A healthy host."""
    return Host()


@pytest.fixture
def stuck(host: Host) -> Host:
    """A host whose disks have no path, which holds a lock."""
    host.pool.fault("scm1.paths failing", "scm2.paths failing")
    host.ask(take())
    return host


def test_what_hangs_ends_at_the_deadline(stuck: Host) -> None:
    session, line = stuck.session(), f"{PYTHON} {act(HANGING, deadline=10)}"
    assert session.run(line).hangs
    stuck.pool.now += 9.9
    assert session.run(line).hangs
    stuck.pool.now += 0.1
    found = document(session.run(line))
    assert (found["timed_out"], found["exit_status"], found["still_there"]) == (True, -9, False)
    assert found["seconds"] == pytest.approx(10, abs=0.001)
    assert stuck.ask(act(HANGING))["reason"] == "done_before"
    assert stuck.ask(take(NEWER))["reason"] == ""


def test_what_stops_hanging_in_time_ends_well(stuck: Host) -> None:
    session, line = stuck.session(), f"{PYTHON} {act(HANGING, deadline=30)}"
    assert session.run(line).hangs
    stuck.pool.fault("scm1.paths working")
    stuck.pool.now += 5
    session.run(line)
    stuck.pool.now += 5
    found = document(session.run(line))
    assert (found["timed_out"], found["exit_status"]) == (False, 0)
    assert found["seconds"] >= 5


def test_while_it_hangs_nobody_else_gets_the_object(stuck: Host) -> None:
    assert stuck.result(act(HANGING)).hangs
    for words in (take(NEWER), act("true", NEWER), take("6 --owner a")):
        found = document(stuck.result(words, pid=5000))
        assert found["reason"] in ("busy", "not_held")
    assert document(stuck.result(take(NEWER), pid=5000))["reason"] == "busy"
    assert document(stuck.result(take(NEWER, "bond1"), pid=5000))["reason"] == ""


def test_another_session_that_repeats_a_step_under_way_is_told_that_it_runs(stuck: Host) -> None:
    assert stuck.result(act(HANGING)).hangs
    assert document(stuck.result(act(HANGING), pid=5000))["reason"] == "busy"


def test_a_session_that_is_killed_leaves_a_step_without_a_result(stuck: Host) -> None:
    assert stuck.result(act(HANGING, deadline=10)).hangs
    stuck.pool.now += 13
    found = document(stuck.result(act("true"), pid=5000))
    assert (found["reason"], found["seconds"]) == ("done_before", None)


@pytest.fixture
async def pool() -> AsyncIterator[DemoPool]:
    """A running pool whose disks have no path."""
    async with DemoPool() as running:
        running.apply("scm1.paths failing")
        running.apply("scm2.paths failing")
        yield running


@pytest.mark.filterwarnings("ignore:Diffie-Hellman")
async def test_xenlens_reaches_the_gate_of_every_host_over_ssh(pool: DemoPool) -> None:
    for name in pool.ports:
        ssh = SshHost(name, settings(pool, name))
        gate = OnHost(GATE)

        async def ask(words: str, gate: OnHost = gate, ssh: SshHost = ssh) -> dict[str, Any]:
            found: dict[str, Any] = json.loads(
                await gate.run(Look(ssh, soon(20)), *shlex.split(words))
            )
            return found

        try:
            assert (await ask(take()))["granted"] is True
            hanging = asyncio.create_task(ask(act(HANGING, deadline=1)))
            await asyncio.sleep(0.5)
            assert (await ask(take(NEWER)))["reason"] == "busy"
            assert (await hanging)["timed_out"] is True
            assert (await ask(take(NEWER)))["reason"] == ""
            assert (await ask(act("hostname", NEWER)))["stdout"] == f"{name}\n"
        finally:
            await ssh.close()
