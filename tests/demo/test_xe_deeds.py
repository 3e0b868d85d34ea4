"""What the simulated `xe` does, what it waits for, and what its environment does to it."""

import pytest

from exporter.demo.pool.names import uuid_of
from tests.demo.simulated import Simulated

LUN = "222ac00015543fe63"
ISO_SR = uuid_of("SR", "NFS ISO library/")
LUN_PBD = uuid_of("PBD", f"{uuid_of('SR', 'IMS LUN0/')}/xcp83")


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def test_pbds_are_plugged_and_unplugged(pool: Simulated) -> None:
    attached = f"xe pbd-param-get uuid={LUN_PBD} param-name=currently-attached"
    assert pool.printed("xcp82", f"xe pbd-unplug uuid={LUN_PBD}") == ""
    assert pool.printed("xcp83", attached) == "false\n"
    pool.fault("scm2 pulled")
    assert pool.printed("xcp82", f"xe pbd-plug uuid={LUN_PBD}") == ""
    counts = f"xe pbd-param-get uuid={LUN_PBD} param-name=other-config param-key=mpath-{LUN}"
    assert pool.printed("xcp83", counts) == "[1, 1]\n"


@pytest.mark.parametrize("command", ["pbd-unplug", "pbd-plug", "sr-scan"])
def test_what_touches_a_dead_server_hangs(pool: Simulated, command: str) -> None:
    uuid = ISO_SR if command == "sr-scan" else uuid_of("PBD", f"{ISO_SR}/xcp82")
    assert pool.printed("xcp82", f"xe {command} uuid={uuid}") == ""
    pool.fault("nfs dead")
    assert pool.run("xcp82", f"xe {command} uuid={uuid}").hangs
    assert pool.printed("xcp82", f"xe sr-list uuid={ISO_SR} --minimal") == f"{ISO_SR}\n"


def test_xe_runs_in_an_empty_environment(pool: Simulated) -> None:
    clean = "env -i HOME=/nonexistent PATH=/usr/bin:/bin:/opt/xensource/bin"
    assert pool.printed("xcp82", f"{clean} xe sr-list uuid={ISO_SR} --minimal") == f"{ISO_SR}\n"
    extra = "XE_EXTRA_ARGS=--minimal"
    assert pool.printed("xcp82", f"{extra} xe sr-list uuid={ISO_SR}") == f"{ISO_SR}\n"
    assert pool.printed("xcp82", f"{extra} {clean} xe sr-list uuid={ISO_SR}").startswith("uuid (")
