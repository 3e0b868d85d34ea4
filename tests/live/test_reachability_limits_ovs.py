"""Reachability where it cannot be measured, or the bond changes meanwhile: unknown, never wrong."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

import collectors.onhost
from tests.labs.host import HOST
from tests.labs.lacp import LacpLab
from tests.labs.ovs import MANAGEMENT
from tests.labs.strangers import StrangerLab
from tests.live.reachability_lab import BOTH, Prober, Verdicts, prober, reasons_of, verdicts_of

pytestmark = pytest.mark.ovs

WAYS = pytest.mark.parametrize("way", ["raw", "openflow"])
UNKNOWN: Verdicts = {"eth0": None, "eth2": None}
ETH0_DEAD: Verdicts = {"eth0": False, "eth2": True}
WITHOUT_RAW_SOCKETS = ("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw")
"""Root without CAP_NET_RAW, who may still open Open vSwitch's sockets."""
NOBODY = (
    *("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"),
    *("env", "PATH=/usr/local/bin:/usr/bin:/bin"),
)
PROGRAM = Path(collectors.onhost.__file__).with_name("xenlens_host.py")


@WAYS
async def test_what_was_measured_while_the_active_member_changed_is_unknown(
    lab: StrangerLab, way: str
) -> None:
    lab.cut_uplink("sw1")
    async with prober(lab, way=way) as probe:
        probe.host.meanwhile = lambda: lab.set_active("bond0", "eth2")
        reading = await probe.read()
        probe.host.meanwhile = None
        lab.wait_for(lab.reaches)
        assert await probe.verdicts() == ETH0_DEAD
    assert verdicts_of(reading) == UNKNOWN
    assert reasons_of(reading) == dict.fromkeys(BOTH, "bond_moved")


def move_bond(lab: StrangerLab, there: str) -> None:
    """Make bond0 anew on another bridge, with the host's address."""
    here, address = lab.vsctl("port-to-br", "bond0").strip(), f"{MANAGEMENT.address}/24"
    lab.vsctl("del-port", "bond0")
    lab.vsctl("--may-exist", "add-br", there, "--", "set", "bridge", there, "datapath_type=netdev")
    lab.vsctl("add-bond", there, "bond0", *MANAGEMENT.members, "bond_mode=active-backup")
    lab.namespaces.ip(HOST, "addr", "del", address, "dev", here)
    lab.namespaces.ip(HOST, "addr", "add", address, "dev", there)
    lab.namespaces.ip(HOST, "link", "set", there, "up")
    lab.set_active("bond0", "eth0")
    lab.wait_for(lab.reaches)


@WAYS
async def test_a_bond_that_moved_to_another_bridge_is_not_judged_by_its_old_one(
    lab: StrangerLab, way: str
) -> None:
    async with prober(lab, way=way) as probe:
        assert await probe.verdicts() == BOTH
        move_bond(lab, "xenbr9")
        try:
            lab.cut_uplink("sw2")
            assert await probe.verdicts() == {"eth0": True, "eth2": False}
            lab.restore_uplink("sw2")
        finally:
            move_bond(lab, MANAGEMENT.bridge)
            lab.vsctl("del-br", "xenbr9")


async def test_raw_sockets_that_are_not_permitted_leave_it_unknown(lab: StrangerLab) -> None:
    async with prober(lab, before=WITHOUT_RAW_SOCKETS, way="raw") as probe:
        reading = await probe.read()
    assert verdicts_of(reading) == UNKNOWN
    assert reasons_of(reading) == dict.fromkeys(BOTH, "not_permitted")


async def test_auto_takes_openflow_where_raw_sockets_are_not_permitted(lab: StrangerLab) -> None:
    lab.cut_uplink("sw1")
    async with prober(lab, before=WITHOUT_RAW_SOCKETS) as probe:
        reading = await probe.read()
    assert verdicts_of(reading) == ETH0_DEAD
    assert {reach.way for reach in reading.records} == {"openflow"}


@pytest.mark.parametrize("way", ["auto", "raw", "openflow"])
async def test_a_user_who_may_do_nothing_learns_nothing(lab: StrangerLab, way: str) -> None:
    async with prober(lab, before=NOBODY, way=way) as probe:
        reading = await probe.read()
    assert verdicts_of(reading) == UNKNOWN
    assert reasons_of(reading) == dict.fromkeys(BOTH, "not_permitted")


async def test_the_rules_of_a_round_are_gone_after_it(lab: StrangerLab) -> None:
    during: list[str] = []
    lab.cut_uplink("sw1")
    async with prober(lab, way="openflow") as probe:
        probe.host.meanwhile = lambda: during.extend(lab.flows())
        assert await probe.verdicts() == ETH0_DEAD
    assert len(during) == 6
    assert all("cookie=0x78656e6c656e73" in rule and "actions=drop" in rule for rule in during)
    assert lab.flows() == []


async def test_the_rules_of_a_killed_program_time_out_and_do_not_disturb_the_next_round(
    lab: StrangerLab,
) -> None:
    async with prober(lab, way="openflow") as probe:
        assert await probe.verdicts() == BOTH
        lab.cut_uplink("sw1")
        for _ in range(2):
            assert await probe.verdicts() == ETH0_DEAD
            kill_while_it_probes(lab, probe.words)
            assert lab.flows()
            assert all("hard_timeout=" in rule for rule in lab.flows())
    lab.wait_for(lambda: not lab.flows(), 8)


def kill_while_it_probes(lab: StrangerLab, words: Sequence[str]) -> None:
    """Start the program, and kill it while its rules are there."""
    argv = lab.namespaces.argv(HOST, sys.executable, str(PROGRAM), *words)
    with subprocess.Popen(argv) as program:
        lab.wait_for(lab.flows)
        program.kill()


@contextmanager
def only_openflow_1_3(lab: StrangerLab) -> Iterator[None]:
    """A bridge that speaks no OpenFlow 1.0."""
    lab.vsctl("set", "bridge", MANAGEMENT.bridge, "protocols=OpenFlow13")
    try:
        yield
    finally:
        lab.vsctl("clear", "bridge", MANAGEMENT.bridge, "protocols")


async def test_a_bridge_without_openflow_1_0_leaves_it_unknown(lab: StrangerLab) -> None:
    with only_openflow_1_3(lab):
        async with prober(lab, way="openflow") as probe:
            reading = await probe.read()
    assert verdicts_of(reading) == UNKNOWN
    assert reasons_of(reading) == dict.fromkeys(BOTH, "openflow_refused")
    assert "speaks no OpenFlow 1.0" in reading.records[0].text


@WAYS
async def test_two_who_probe_at_once_do_not_lead_each_other_astray(
    lab: StrangerLab, way: str
) -> None:
    """By OpenFlow they use the same rules, and one removes them while the other counts."""
    lab.cut_uplink("sw1")
    async with prober(lab, way=way) as one, prober(lab, way=way) as other:
        second = asyncio.create_task(delayed(0.3, other))
        verdicts = [await one.verdicts(), await second, await one.verdicts()]
    allowed = [ETH0_DEAD] if way == "raw" else [ETH0_DEAD, UNKNOWN]
    assert all(verdict in allowed for verdict in verdicts)


async def delayed(seconds: float, probe: Prober) -> Verdicts:
    """One look, later."""
    await asyncio.sleep(seconds)
    return await probe.verdicts()


async def test_a_lacp_bond_is_not_probed(lacp_lab: LacpLab) -> None:
    async with prober(lacp_lab) as probe:
        reading = await probe.read()
    assert verdicts_of(reading) == UNKNOWN
    assert reasons_of(reading) == dict.fromkeys(BOTH, "mode")
