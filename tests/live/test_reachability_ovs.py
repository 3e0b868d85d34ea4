"""Reachability on a real Open vSwitch: what is cut is called dead, and nothing else is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from collectors.reachability_memory import BELIEVED_AFTER
from tests.labs.ovs import SWITCHES
from tests.labs.strangers import StrangerLab
from tests.live.reachability_lab import BOTH, GATEWAY, prober, reasons_of, verdicts_of

pytestmark = pytest.mark.ovs

WAYS = pytest.mark.parametrize("way", ["raw", "openflow"])
ACTIVE = pytest.mark.parametrize("active", ["eth0", "eth2"])
CUTS = pytest.mark.parametrize(
    ("cut", "truth"),
    [("sw1", {"eth0": False, "eth2": True}), ("sw2", {"eth0": True, "eth2": False})],
    ids=["sw1 cut", "sw2 cut"],
)
Truth = dict[str, bool | None]
UNKNOWN: Truth = {"eth0": None, "eth2": None}
NEITHER: Truth = {"eth0": False, "eth2": False}
NEW_MAC = "5a:00:00:00:00:99"


@WAYS
@ACTIVE
async def test_both_members_reach_the_gateway_while_nothing_is_cut(
    lab: StrangerLab, way: str, active: str
) -> None:
    lab.activate(active)
    async with prober(lab, way=way) as probe:
        reading = await probe.read()
    assert verdicts_of(reading) == BOTH
    assert [reach.active for reach in reading.records] == [active == "eth0", active == "eth2"]
    assert [reach.others for reach in reading.records] == [0, 0]


@WAYS
@ACTIVE
@CUTS
async def test_a_member_whose_uplink_is_cut_reaches_nothing_though_open_vswitch_calls_it_enabled(
    lab: StrangerLab, way: str, active: str, cut: str, truth: Truth
) -> None:
    lab.activate(active)
    lab.cut_uplink(cut)
    async with prober(lab, way=way) as probe:
        assert await probe.verdicts() == truth
    assert lab.enabled("bond0") == {"eth0": True, "eth2": True}


@WAYS
@ACTIVE
async def test_with_both_uplinks_cut_no_member_reaches_what_it_reached_before(
    lab: StrangerLab, way: str, active: str
) -> None:
    lab.activate(active)
    async with prober(lab, way=way) as probe:
        assert await probe.verdicts() == BOTH
        for switch in SWITCHES:
            lab.cut_uplink(switch)
        assert await probe.verdicts() == NEITHER


async def test_openflow_alone_does_not_know_why_a_gateway_never_answered(lab: StrangerLab) -> None:
    """Raw sockets ask once more as the host itself; OpenFlow cannot."""
    for switch in SWITCHES:
        lab.cut_uplink(switch)
    async with prober(lab, way="openflow") as probe:
        reading = await probe.read()
    assert verdicts_of(reading) == UNKNOWN
    assert reasons_of(reading) == dict.fromkeys(BOTH, "never_answered")
    async with prober(lab, way="raw") as probe:
        assert await probe.verdicts() == NEITHER


async def test_a_cut_uplink_is_found_without_any_knowledge_of_the_gateway(
    lab: StrangerLab,
) -> None:
    lab.cut_uplink("sw1")
    lab.forget()
    async with prober(lab, way="raw") as probe:
        assert await probe.verdicts() == {"eth0": False, "eth2": True}


async def test_openflow_alone_does_not_tell_whose_answer_it_was_when_nobody_knows_the_gateway(
    lab: StrangerLab,
) -> None:
    lab.cut_uplink("sw1")
    lab.forget()
    async with prober(lab, way="openflow") as probe:
        reading = await probe.read()
    assert verdicts_of(reading) == {"eth0": None, "eth2": None}
    assert reasons_of(reading) == {"eth0": "never_answered", "eth2": "nameless"}


@WAYS
@ACTIVE
async def test_a_member_without_carrier_reaches_nothing(
    lab: StrangerLab, way: str, active: str
) -> None:
    lab.activate(active)
    lab.carrier("eth2", up=False)
    lab.wait_for(lambda: lab.active("bond0") == "eth0" and lab.reaches())
    async with prober(lab, way=way) as probe:
        reading = await probe.read()
    assert verdicts_of(reading) == {"eth0": True, "eth2": False}
    assert reasons_of(reading) == {"eth0": "", "eth2": "no_carrier"}


async def test_a_gateway_that_answers_late_is_reached_and_the_delay_told(lab: StrangerLab) -> None:
    async with prober(lab, way="raw", timeout=1.0) as probe:
        with lab.odd_gateway("--delay", "0.3"):
            reading = await probe.read()
    assert verdicts_of(reading) == BOTH
    assert all(0.3 <= (reach.rtt or 0) < 0.5 for reach in reading.records)


@WAYS
async def test_an_answer_after_the_round_is_none(lab: StrangerLab, way: str) -> None:
    async with prober(lab, way=way, timeout=1.0) as probe:
        assert await probe.verdicts() == BOTH
        with lab.odd_gateway("--delay", "3"):
            assert await probe.verdicts() == NEITHER


@contextmanager
def replaced(lab: StrangerLab) -> Iterator[None]:
    """Another gateway in the place of the old one."""
    old = lab.gateway_mac
    lab.namespaces.ip("gw", "link", "set", "eth0", "address", NEW_MAC)
    try:
        yield
    finally:
        lab.namespaces.ip("gw", "link", "set", "eth0", "address", old)


async def test_a_replaced_gateway_is_heard_at_once_and_believed_after_some_rounds(
    lab: StrangerLab,
) -> None:
    async with prober(lab, way="raw") as probe:
        assert await probe.verdicts() == BOTH
        with replaced(lab):
            rounds = [await probe.read() for _ in range(BELIEVED_AFTER)]
            by_unicast = await probe.read()
    assert [reasons_of(one) for one in rounds] == [dict.fromkeys(BOTH, "another_mac")] * len(rounds)
    assert verdicts_of(by_unicast) == BOTH
    assert [reach.received for reach in by_unicast.records] == [3, 3]


async def test_by_openflow_a_replaced_gateway_is_nameless_until_the_host_itself_knows_it(
    lab: StrangerLab,
) -> None:
    async with prober(lab, way="openflow") as probe:
        assert await probe.verdicts() == BOTH
        with replaced(lab):
            nameless = await probe.read()
            lab.forget()
            lab.wait_for(lab.reaches)
            named = await probe.read()
    assert reasons_of(nameless) == dict.fromkeys(BOTH, "nameless")
    assert reasons_of(named) == dict.fromkeys(BOTH, "another_mac")
    assert NEW_MAC in named.records[0].text


@WAYS
@pytest.mark.parametrize("known", [False, True], ids=["MAC unknown", "MAC configured"])
async def test_a_gateway_whose_frames_bear_another_mac_than_it_claims_is_never_called_dead(
    lab: StrangerLab, way: str, known: bool
) -> None:
    """As virtual routers may (VRRP): raw sockets read the claim, OpenFlow 1.0 only the frame."""
    virtual = "00:00:5e:00:01:07"
    gateway = replace(GATEWAY, mac=virtual if known else None)
    with lab.odd_gateway("--mac", virtual, "--source", lab.gateway_mac):
        lab.forget()
        lab.ping(1)
        assert lab.neighbour() == virtual
        async with prober(lab, gateway, way=way) as probe:
            reading = await probe.read()
    reasons = {"raw": "", "openflow": "nameless"}
    assert reasons_of(reading) == dict.fromkeys(BOTH, reasons[way])
    assert verdicts_of(reading) == dict.fromkeys(BOTH, True if way == "raw" else None)
