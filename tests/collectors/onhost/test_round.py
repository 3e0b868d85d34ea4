"""A round of probes: when it asks whom, what it counts, and when it ends."""

import errno
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.collectors.onhost.frames import BROADCAST, HERE, OTHER, OURS, THEIRS, THERE, Arp
from tests.collectors.onhost.program import HOST
from tests.collectors.onhost.wires import (
    FAST,
    Answering,
    Wire,
    a_control,
    a_round,
    a_row,
    silent,
    sound,
)

ELSEWHERE = "192.0.2.9"
STANDBY_MAC = "02:78:00:00:00:02"


@pytest.fixture
def wires() -> Iterator[list[Wire]]:
    """eth0 and eth2; a test lays them, and they are taken away after it."""
    laid: list[Wire] = []
    yield laid
    for wire in laid:
        wire.close()


def lay(wires: list[Wire], *networks: Answering) -> list[Wire]:
    """A wire to each network, the first one from eth0, the second one from eth2."""
    nics = (("eth0", OURS), ("eth2", STANDBY_MAC))
    wires += [Wire(nic, net, mac) for (nic, mac), net in zip(nics, networks, strict=False)]
    return wires


def seconds(turn: Any) -> float:
    """How long the round has taken."""
    return float(HOST.clock() - turn.began)


def test_where_everything_is_answered_a_round_ends_before_its_time(wires: list[Wire]) -> None:
    (wire,) = lay(wires, sound)
    turn = a_round(timeout=30)
    row = a_row(turn, wire)
    turn.run()
    assert seconds(turn) < 10
    (answer,) = row.as_json()["answers"]
    assert (answer["mac"], answer["received"], len(answer["rtts"])) == (THEIRS, 3, 3)
    assert all(0 <= rtt < 10 for rtt in answer["rtts"])
    assert row.as_json()["sent"] == 3


def test_where_nothing_is_answered_a_round_ends_in_time_and_asks_no_more_than_told(
    wires: list[Wire],
) -> None:
    (wire,) = lay(wires, silent)
    turn = a_round()
    row = a_row(turn, wire)
    turn.run()
    assert FAST["timeout"] <= seconds(turn) < 10
    assert (len(wire.asked), row.as_json()["sent"], row.as_json()["answers"]) == (3, 3, [])


def test_a_round_with_nothing_to_ask_ends_at_once() -> None:
    turn = a_round(timeout=30)
    turn.run()
    assert seconds(turn) < 10


def test_nobody_is_asked_by_name_until_somebody_answered(wires: list[Wire]) -> None:
    (wire,) = lay(wires, lambda asked: [asked.answer()] if asked.earlier else [])
    turn = a_round()
    a_row(turn, wire)
    turn.run()
    assert [asked.to for asked in wire.asked] == [BROADCAST, BROADCAST, THEIRS]


@pytest.mark.parametrize(("count", "asked"), [(3, [THEIRS, THEIRS, BROADCAST]), (1, [BROADCAST])])
def test_the_last_request_goes_to_all_since_the_device_may_be_another_by_now(
    wires: list[Wire], count: int, asked: list[str]
) -> None:
    (wire,) = lay(wires, lambda one: [one.answer(by=OTHER)] if one.to == BROADCAST else [])
    turn = a_round(count=count)
    row = a_row(turn, wire, target=THEIRS)
    turn.run()
    assert [one.to for one in wire.asked] == asked
    assert [answer["mac"] for answer in row.as_json()["answers"]] == [OTHER]


@pytest.mark.parametrize("count", [1, 3])
def test_a_device_that_is_certain_is_never_looked_for_by_broadcast(
    wires: list[Wire], count: int
) -> None:
    (wire,) = lay(wires, silent)
    turn = a_round(count=count)
    a_row(turn, wire, f"{THERE},mac={THEIRS}", target=THEIRS)
    turn.run()
    assert [asked.to for asked in wire.asked] == [THEIRS] * count


def test_a_standby_waits_for_what_the_active_member_learns_and_asks_it_by_name(
    wires: list[Wire],
) -> None:
    active, standby = lay(wires, sound, sound)
    turn = a_round(timeout=30)
    a_row(turn, active, way="bridge")
    a_row(turn, standby, next_at=turn.began + 20)
    turn.run()
    assert seconds(turn) < 10
    assert [asked.to for asked in standby.asked] == [THEIRS] * 3


def test_requests_are_an_interval_apart_also_when_a_device_was_just_learned(
    wires: list[Wire],
) -> None:
    (wire,) = lay(wires, sound)
    turn = a_round(timeout=30, interval=0.05)
    row = a_row(turn, wire)
    turn.run()
    assert all(after - before >= 0.05 for before, after in pairwise(row.sent))


def test_a_standby_whose_active_member_learns_nothing_asks_everybody(wires: list[Wire]) -> None:
    active, standby = lay(wires, silent, sound)
    turn = a_round()
    a_row(turn, active, way="bridge")
    row = a_row(turn, standby, next_at=turn.began + 0.03)
    turn.run()
    assert standby.asked[0].to == BROADCAST
    assert row.as_json()["answers"][0]["received"] == 3


def test_every_device_that_answers_is_counted_by_itself(wires: list[Wire]) -> None:
    (wire,) = lay(wires, lambda asked: [asked.answer(by=OTHER), asked.answer()])
    turn = a_round()
    row = a_row(turn, wire)
    turn.run()
    received = {answer["mac"]: answer["received"] for answer in row.as_json()["answers"]}
    assert received[OTHER] >= 2
    assert received[THEIRS] >= 2


def test_a_device_that_answers_many_times_at_once_is_still_asked_as_often_as_told(
    wires: list[Wire],
) -> None:
    (wire,) = lay(wires, lambda asked: [asked.answer()] * 5)
    turn = a_round(timeout=30)
    row = a_row(turn, wire)
    turn.run()
    assert row.as_json()["sent"] == 3
    assert row.as_json()["answers"][0]["received"] >= 10


@pytest.mark.parametrize(
    "strange",
    [
        {"sender": ELSEWHERE},
        {"target": HERE},
        {"target_mac": OTHER},
        {"to": BROADCAST},
    ],
)
def test_what_is_no_answer_to_this_question_is_told_and_not_counted(
    wires: list[Wire], strange: dict[str, str]
) -> None:
    (wire,) = lay(wires, lambda asked: [asked.answer(**strange)])
    turn = a_round()
    row = a_row(turn, wire)
    turn.run()
    assert row.as_json()["answers"] == []
    assert len([frame for frame in turn.frames if "not counted" in frame]) == 3


def test_an_answer_before_the_first_request_is_not_counted(wires: list[Wire]) -> None:
    active, standby = lay(wires, silent, silent)
    turn = a_round()
    a_row(turn, active)
    row = a_row(turn, standby, next_at=turn.began + 0.05)
    standby.hear(Arp(to=STANDBY_MAC, target_mac=STANDBY_MAC))
    turn.run()
    assert row.as_json()["answers"] == []


def test_an_answer_that_another_member_hears_is_not_this_ones(wires: list[Wire]) -> None:
    active, standby = lay(wires, sound, silent)
    standby.mac = active.mac
    turn = a_round()
    heard, unheard = a_row(turn, active), a_row(turn, standby)
    turn.run()
    assert len(heard.as_json()["answers"]) == 1
    assert unheard.as_json()["answers"] == []


def test_two_destinations_on_one_nic_are_told_apart(wires: list[Wire]) -> None:
    (wire,) = lay(wires, lambda asked: sound(asked) if asked.address == THERE else ())
    turn = a_round()
    near, far = a_row(turn, wire), a_row(turn, wire, ELSEWHERE)
    turn.run()
    assert [len(row.as_json()["answers"]) for row in (near, far)] == [1, 0]
    assert [row.as_json()["sent"] for row in (near, far)] == [3, 3]


def test_silence_is_checked_with_the_hosts_own_address_in_the_second_half(
    wires: list[Wire],
) -> None:
    (wire,) = lay(wires, lambda asked: sound(asked) if asked.sender == HERE else ())
    turn = a_round()
    row = a_row(turn, wire, way="bridge")
    control = a_control(turn, row, HERE)
    turn.run()
    assert [asked.sender for asked in wire.asked] == ["0.0.0.0"] * 3 + [HERE] * 3
    assert control.sent[0] - turn.began >= FAST["timeout"] / 2
    assert row.as_json()["answers"] == []
    assert control.as_json()["answers"][0]["mac"] == THEIRS


def test_what_is_answered_needs_no_check_and_the_check_is_not_told(wires: list[Wire]) -> None:
    (wire,) = lay(wires, sound)
    turn = a_round(timeout=30)
    row = a_row(turn, wire, way="bridge")
    a_control(turn, row, HERE)
    turn.run()
    assert seconds(turn) < 10
    assert {asked.sender for asked in wire.asked} == {"0.0.0.0"}
    assert HOST.report(turn.rows, turn.frames, 0.1).count('"sender"') == 1


def test_what_is_answered_now_and_then_needs_no_check_either(wires: list[Wire]) -> None:
    (wire,) = lay(wires, lambda asked: [] if asked.earlier else sound(asked))
    turn = a_round()
    row = a_row(turn, wire, way="bridge")
    a_control(turn, row, HERE)
    turn.run()
    assert {asked.sender for asked in wire.asked} == {"0.0.0.0"}
    assert row.as_json()["answers"][0]["received"] == 1


@pytest.mark.parametrize(
    ("number", "way", "reason"),
    [
        (errno.ENETDOWN, "raw", "link_down"),
        (errno.ENETDOWN, "bridge", "send_failed"),
        (errno.ENXIO, "raw", "no_such_device"),
        (errno.EPERM, "raw", "not_permitted"),
        (errno.ENOBUFS, "raw", "send_failed"),
    ],
)
def test_a_member_that_cannot_send_is_told_and_the_others_go_on(
    wires: list[Wire], number: int, way: str, reason: str
) -> None:
    broken, whole = lay(wires, silent, sound)
    broken.error = OSError(number, "what the kernel says")
    turn = a_round(timeout=30)
    refused, row = a_row(turn, broken, way=way), a_row(turn, whole)
    turn.run()
    assert (refused.reason, refused.text) == (reason, "eth0: what the kernel says")
    assert row.as_json()["answers"][0]["received"] == 3


def test_frames_are_told_as_people_read_them_and_not_without_end(wires: list[Wire]) -> None:
    (wire,) = lay(wires, lambda asked: [asked.answer()] * 300)
    turn = a_round(timeout=30)
    a_row(turn, wire, vlan=20)
    turn.run()
    sent, heard, *_ = [frame.split(" ", 1)[1] for frame in turn.frames]
    ours = wire.mac
    assert sent == f"eth0 sent {ours} > {BROADCAST} vlan 20 ARP who-has {THERE} tell 0.0.0.0"
    assert heard == f"eth0 heard {THEIRS} > {ours} ARP {THERE} is-at {THEIRS}"
    assert len(turn.frames) == HOST.MOST_FRAMES
