"""Reachability where somebody else answers: proxy ARP on a dead switch, answers gone astray."""

from dataclasses import replace

import pytest

from tests.labs.ovs import MANAGEMENT
from tests.labs.strangers import STRANGER, StrangerLab
from tests.live.reachability_lab import (
    BOTH,
    GATEWAY,
    Verdicts,
    prober,
    reasons_of,
    verdicts_of,
)

pytestmark = pytest.mark.ovs

WAYS = pytest.mark.parametrize("way", ["raw", "openflow"])
ALL = pytest.mark.parametrize(
    ("way", "active"), [(way, nic) for way in ("raw", "openflow") for nic in ("eth0", "eth2")]
)
ACTIVE = pytest.mark.parametrize("active", ["eth0", "eth2"])
ETH0_DEAD: Verdicts = {"eth0": False, "eth2": True}
UNKNOWN: Verdicts = {"eth0": None, "eth2": None}


@pytest.mark.parametrize(
    ("way", "active", "manner"),
    [
        ("raw", "eth0", "--promiscuous"),
        ("raw", "eth2", ""),
        ("openflow", "eth0", ""),
        ("openflow", "eth2", "--promiscuous"),
    ],
)
async def test_an_answer_from_another_than_the_gateway_known_before_does_not_count(
    lab: StrangerLab, way: str, active: str, manner: str
) -> None:
    lab.activate(active)
    async with prober(lab, way=way) as probe:
        assert await probe.verdicts() == BOTH
        lab.cut_uplink("sw1")
        with lab.liar("sw1", *manner.split()) as mac:
            reading = await probe.read()
    assert verdicts_of(reading) == ETH0_DEAD
    assert reasons_of(reading)["eth0"] == "wrong_mac"
    assert [reach.others for reach in reading.records] == [1, 0]
    if way == "raw":
        assert mac in reading.records[0].text


@ALL
async def test_a_configured_mac_tells_the_liar_at_once(
    lab: StrangerLab, way: str, active: str
) -> None:
    lab.activate(active)
    certain = replace(GATEWAY, mac=lab.gateway_mac)
    lab.cut_uplink("sw1")
    async with prober(lab, certain, way=way) as probe:
        with lab.liar("sw1", "--promiscuous"):
            lab.forget()
            assert await probe.verdicts() == ETH0_DEAD


@pytest.mark.parametrize(
    ("way", "active", "asked"),
    [
        ("raw", "eth0", True),
        ("raw", "eth2", True),
        ("raw", "eth0", False),
        ("openflow", "eth0", True),
        ("openflow", "eth2", True),
        ("openflow", "eth0", False),
    ],
)
async def test_without_earlier_knowledge_nobody_knows_which_of_two_is_the_gateway(
    lab: StrangerLab, way: str, active: str, asked: bool
) -> None:
    """`asked`: the host itself has asked, and got the answer of whoever is behind its member."""
    lab.activate(active)
    lab.cut_uplink("sw1")
    async with prober(lab, way=way) as probe:
        with lab.liar("sw1", "--promiscuous") as mac:
            lab.forget()
            if asked:
                lab.ping(1)
                known = {"eth0": mac, "eth2": lab.gateway_mac}
                assert lab.neighbour() == known[active]
            reading = await probe.read()
    assert verdicts_of(reading) == UNKNOWN


@WAYS
async def test_a_liar_alone_is_not_taken_for_the_gateway_that_the_host_knows(
    lab: StrangerLab, way: str
) -> None:
    for switch in ("sw1", "sw2"):
        lab.cut_uplink(switch)
    async with prober(lab, way=way) as probe:
        with lab.liar("sw1"):
            assert lab.neighbour() == lab.gateway_mac
            assert await probe.verdicts() == UNKNOWN


@WAYS
async def test_two_liars_with_nothing_known_are_not_taken_for_the_gateway(
    lab: StrangerLab, way: str
) -> None:
    for switch in ("sw1", "sw2"):
        lab.cut_uplink(switch)
    lab.forget()
    async with prober(lab, way=way) as probe:
        with lab.liar("sw1"), lab.liar("sw2"):
            reading = await probe.read()
    assert verdicts_of(reading) == UNKNOWN


@WAYS
async def test_two_liars_are_not_taken_for_a_replaced_gateway(lab: StrangerLab, way: str) -> None:
    async with prober(lab, way=way) as probe:
        assert await probe.verdicts() == BOTH
        for switch in ("sw1", "sw2"):
            lab.cut_uplink(switch)
        with lab.liar("sw1"), lab.liar("sw2"):
            reading = await probe.read()
    assert verdicts_of(reading) == UNKNOWN


@ALL
async def test_an_answer_that_comes_in_by_the_other_nic_counts_for_neither(
    lab: StrangerLab, way: str, active: str
) -> None:
    """The stranger hears what eth0 asks, and answers for the gateway by sw2."""
    lab.activate(active)
    lab.cut_uplink("sw1")
    claim = ("--mac", lab.gateway_mac, "--source", lab.mac(STRANGER, "sw2"))
    astray = ("sw1", "--address", MANAGEMENT.gateway, *claim, "--out", "sw2", "--promiscuous")
    with lab.running(STRANGER, "responder.py", *astray) as stranger:
        async with prober(lab, way=way) as probe:
            reading = await probe.read()
        stranger.kill()
        heard, _ = stranger.communicate()
    assert len(heard.splitlines()) >= 3
    assert verdicts_of(reading) == ETH0_DEAD
    assert reading.records[1].received == (3 if way == "raw" else None)


@ACTIVE
async def test_a_gateway_that_ignores_sender_0_0_0_0_is_not_called_dead(
    lab: StrangerLab, active: str
) -> None:
    lab.activate(active)
    async with prober(lab, way="raw") as probe:
        with lab.odd_gateway("--objects"):
            reading = await probe.read()
    assert verdicts_of(reading) == {nic: nic == active or None for nic in BOTH}
    standby = "eth2" if active == "eth0" else "eth0"
    assert reasons_of(reading) == {active: "", standby: "sender_refused"}
