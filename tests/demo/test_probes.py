"""Probes through each member of a simulated bond hear what the chassis lets them hear."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.demo.probing import BOND0, GATEWAY, GATEWAY_MAC, LIAR_MAC, Member, members, probed
from tests.demo.simulated import HOSTS, Simulated

ALL = {GATEWAY_MAC: 3}
BOND1 = "--bond bond1 --bridge xapi1 --device xapi1 --active eth1 --member eth1 --member eth3"


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


@pytest.mark.parametrize("host", HOSTS)
def test_both_members_reach_the_gateway_each_its_own_way(pool: Simulated, host: str) -> None:
    assert members(probed(pool, host=host)) == [
        Member("eth0", "bridge", 3, ALL),
        Member("eth2", "raw", 3, ALL),
    ]


def test_a_dead_uplink_silences_the_members_behind_that_switch(pool: Simulated) -> None:
    pool.fault("switch1.uplink down")
    assert [member.heard for member in members(probed(pool))] == [{}, ALL]
    pool.fault("switch1.uplink up", "switch2.uplink down")
    assert [member.heard for member in members(probed(pool))] == [ALL, {}]


def test_the_bridge_speaks_through_the_member_that_is_active_by_now(pool: Simulated) -> None:
    pool.fault("switch1.uplink down")
    pool.run("xcp82", "ovs-appctl bond/set-active-slave bond0 eth2")
    now_active = GATEWAY.replace("--active eth0", "--active eth2")
    assert members(probed(pool, now_active)) == [
        Member("eth0", "raw", 3, {}),
        Member("eth2", "bridge", 3, ALL),
    ]


def test_a_device_on_the_switch_answers_only_for_addresses_that_are_silent(
    pool: Simulated,
) -> None:
    pool.fault("switch1.proxy on")
    assert [member.heard for member in members(probed(pool))] == [ALL, ALL]
    pool.fault("switch1.uplink down")
    assert [member.heard for member in members(probed(pool))] == [{LIAR_MAC: 3}, ALL]
    pool.fault("switch1.proxy off")
    assert [member.heard for member in members(probed(pool))] == [{}, ALL]


def test_a_dead_gateway_answers_no_member_until_it_is_alive(pool: Simulated) -> None:
    pool.fault("gateway dead")
    assert [member.heard for member in members(probed(pool))] == [{}, {}]
    pool.fault("gateway alive")
    assert [member.heard for member in members(probed(pool))] == [ALL, ALL]


def test_a_slow_gateway_is_heard_where_the_round_is_long_enough(pool: Simulated) -> None:
    pool.fault("gateway slow")
    document = probed(pool)
    rtts = [rtt for row in document["rows"] for a in row["answers"] for rtt in a["rtts"]]
    assert len(rtts) == 6
    assert all(0.7 < rtt < 0.71 for rtt in rtts)
    assert [member.heard for member in members(probed(pool, f"--timeout 0.6 {GATEWAY}"))] == [
        {},
        {},
    ]
    pool.fault("gateway quick")
    assert probed(pool)["seconds"] < 0.3


def test_a_switch_without_power_leaves_its_members_without_carrier(pool: Simulated) -> None:
    pool.fault("switch2 off")
    assert members(probed(pool)) == [
        Member("eth0", "bridge", 3, ALL),
        Member("eth2", None, 0, {}, "no_carrier"),
    ]


def test_an_active_member_in_silence_is_asked_again_with_the_hosts_own_address(
    pool: Simulated,
) -> None:
    assert [row["sender"] for row in probed(pool)["rows"]] == ["0.0.0.0", "0.0.0.0"]
    pool.fault("switch1.uplink down", "switch2.uplink down")
    senders = [(row["member"], row["sender"]) for row in probed(pool)["rows"]]
    assert senders == [("eth0", "0.0.0.0"), ("eth0", "192.0.2.12"), ("eth2", "0.0.0.0")]


def test_every_bond_has_its_own_network(pool: Simulated) -> None:
    document = probed(pool, f"{GATEWAY} {BOND1} --destination 198.51.100.1")
    assert [(row["bond"], row["member"], len(row["answers"])) for row in document["rows"]] == [
        ("bond0", "eth0", 1),
        ("bond0", "eth2", 1),
        ("bond1", "eth1", 1),
        ("bond1", "eth3", 1),
    ]
    elsewhere = probed(pool, f"{BOND1} --destination 192.0.2.1")
    assert [member.heard for member in members(elsewhere)] == [{}, {}]


def test_a_tagged_request_is_heard_by_nobody(pool: Simulated) -> None:
    tagged = members(probed(pool, f"{BOND0} --destination 192.0.2.1,vlan=20"))
    assert [member.heard for member in tagged] == [{}, {}]


@pytest.mark.parametrize(
    ("fault", "heard"),
    [
        ("gateway alive", [3, 3]),
        ("switch1.uplink down", [3, 0]),
        ("switch2.uplink down", [3, 0]),
        ("xcp83 lost", [0, 0]),
    ],
)
def test_another_host_is_reached_through_the_switch_of_its_active_member(
    pool: Simulated, fault: str, heard: list[int]
) -> None:
    pool.fault(fault)
    rows = members(probed(pool, f"{BOND0} --destination 192.0.2.13,via=xapi0"))
    assert [sum(row.heard.values()) for row in rows] == heard


def test_the_nfs_server_answers_as_long_as_it_lives(pool: Simulated) -> None:
    options = f"{BOND0} --destination 192.0.2.9"
    assert all(member.heard for member in members(probed(pool, options)))
    pool.fault("nfs dead")
    assert not any(member.heard for member in members(probed(pool, options)))


def test_openflow_counts_without_round_trips_and_knows_only_whom_it_asked_for(
    pool: Simulated,
) -> None:
    pool.fault("switch1.proxy on", "switch1.uplink down")
    rows = probed(pool, f"--way openflow {GATEWAY}")["rows"]
    assert [(row["way"], row["answers"]) for row in rows] == [
        ("openflow", [{"mac": None, "received": 3, "rtts": []}]),
        ("openflow", [{"mac": GATEWAY_MAC, "received": 3, "rtts": []}]),
    ]


def test_a_mode_in_which_any_member_may_get_the_reply_is_not_probed(pool: Simulated) -> None:
    options = GATEWAY.replace("active-backup", "balance-tcp")
    assert [(m.sent, m.reason) for m in members(probed(pool, options))] == [(0, "mode")] * 2


def test_a_member_or_device_that_is_not_there_is_named(pool: Simulated) -> None:
    options = f"{GATEWAY} --member eth7".replace("via=xapi0", "via=xapi9")
    rows = probed(pool, options)["rows"]
    assert [(row["member"], row["reason"], row["text"]) for row in rows] == [
        ("eth0", "no_such_device", "eth0: No such device"),
        ("eth2", None, ""),
        ("eth7", "no_such_device", "eth7: No such device"),
    ]


def test_the_frames_tell_who_asked_whom_and_who_answered(pool: Simulated) -> None:
    pool.fault("switch1.uplink down")
    document = probed(pool)
    frames = [frame.split(" ", 1)[1] for frame in document["frames"]]
    own, _, standby = (row["mac"] for row in document["rows"])
    asked = "ARP who-has 192.0.2.1 tell 0.0.0.0"
    assert frames[:3] == [
        f"xapi0 sent {own} > {GATEWAY_MAC} {asked}",
        f"eth2 sent {standby} > {GATEWAY_MAC} {asked}",
        f"eth2 heard {GATEWAY_MAC} > {standby} ARP 192.0.2.1 is-at {GATEWAY_MAC}",
    ]
    assert f"xapi0 sent {own} > ff:ff:ff:ff:ff:ff {asked}" in frames
    assert frames[-1] == (
        f"xapi0 sent {own} > ff:ff:ff:ff:ff:ff ARP who-has 192.0.2.1 tell 192.0.2.12"
    )


@pytest.mark.parametrize("count", range(1, 5))
@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("mac", [None, "02:00:00:00:00:01"])
@pytest.mark.parametrize("hint", [None, "02:00:00:00:00:02"])
@pytest.mark.parametrize("via", [None, "xapi0"])
def test_each_request_goes_to_whom_the_program_asks(
    pool: Simulated, count: int, heard: bool, mac: str | None, hint: str | None, via: str | None
) -> None:
    if not heard:
        pool.fault("gateway dead")
    given = {"mac": mac, "hint": hint, "via": via}
    text = "192.0.2.1" + "".join(f",{key}={value}" for key, value in given.items() if value)
    document = probed(pool, f"--count {count} {BOND0} --destination {text}")
    row = next(row for row in document["rows"] if row["member"] == "eth2")
    assert row["neighbour"] == (GATEWAY_MAC if via else None)
    frames = (frame.split() for frame in document["frames"])
    asked = [words[5] for words in frames if words[1:3] == ["eth2", "sent"]]
    assert asked == list(_asked_by_the_program(text, count, heard, row["neighbour"]))


def _asked_by_the_program(
    text: str, count: int, heard: bool, neighbour: str | None
) -> Iterator[str]:
    """Its own choice for each request, where nothing was learned meanwhile."""
    program: Any = importlib.import_module("collectors.onhost.xenlens_host")
    destination = program.Destination(text)
    target = destination.mac or destination.hint or neighbour
    row = program.Row(program.Bond("bond0"), "eth2", destination, target, neighbour)
    for number in range(count):
        yield program.Round({"count": count})._next_target(row)
        row.sent.append(number)
        row.heard += [(number, GATEWAY_MAC)] if heard else []


def test_the_same_round_reads_the_same(pool: Simulated) -> None:
    assert probed(pool) == probed(Simulated())
