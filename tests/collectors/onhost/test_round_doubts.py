"""What a round does not believe: detours, and silence that had no chance."""

import errno
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from tests.collectors.onhost.frames import OURS, THEIRS, Arp
from tests.collectors.onhost.wires import Asked, Wire, a_round, a_row, silent, sound

STANDBY_MAC = "02:78:00:00:00:02"


@pytest.fixture
def member() -> Iterator[Wire]:
    """What comes in by the active member eth0; its requests leave by the bridge."""
    wire = Wire("eth0", silent)
    yield wire
    wire.close()


@pytest.fixture
def bridge(member: Wire) -> Iterator[Wire]:
    """The bridge's device, which hears what comes in by the member."""

    def by_the_member(asked: Asked) -> Iterable[Arp]:
        member.hear(asked.answer())
        return (asked.answer(),)

    wire = Wire("xenbr0", by_the_member, OURS)
    yield wire
    wire.close()


@pytest.fixture
def standby() -> Iterator[Wire]:
    """The standby member's own wire."""
    wire = Wire("eth2", sound, STANDBY_MAC)
    yield wire
    wire.close()


def test_an_answer_that_came_in_by_the_member_is_counted_once(bridge: Wire, member: Wire) -> None:
    turn = a_round(timeout=30)
    row = a_row(turn, bridge, way="bridge", member="eth0")
    turn.ports[member.device] = member
    turn.run()
    (answer,) = row.as_json()["answers"]
    assert (row.reason, answer["mac"], answer["received"]) == (None, THEIRS, 3)


def test_a_destination_on_the_host_itself_tells_nothing_of_any_member(
    bridge: Wire, member: Wire, standby: Wire
) -> None:
    bridge.network = sound
    turn = a_round()
    active = a_row(turn, bridge, way="bridge", member="eth0")
    other = a_row(turn, standby)
    turn.ports[member.device] = member
    turn.run()
    assert active.as_json()["answers"] == []
    assert {row.reason for row in (active, other)} == {"not_behind_bond"}
    assert active.text == "10.255.77.1 answers, but not by way of eth0: is it a guest of this host?"


def test_silence_proves_nothing_where_not_all_requests_went_out_in_time(standby: Wire) -> None:
    standby.network = silent
    turn = a_round(timeout=0.1, interval=0.07)
    row = a_row(turn, standby)
    turn.run()
    assert (row.reason, row.as_json()["sent"]) == ("too_busy", 2)
    assert row.text == "the host was too busy: 2 of 3 requests went out in time"


def test_an_answer_is_believed_however_few_requests_went_out(standby: Wire) -> None:
    turn = a_round(timeout=0.1, interval=0.07)
    row = a_row(turn, standby)
    turn.run()
    assert (row.reason, row.as_json()["sent"]) == (None, 2)
    assert row.as_json()["answers"][0]["received"] == 2


class Vanishing(Wire):
    """A wire whose device goes down as soon as something was asked."""

    def replies(self) -> list[Any]:
        """As a packet socket tells it (packet(7))."""
        self._ours.recv(1)
        raise OSError(errno.ENETDOWN, "Network is down")


@pytest.mark.parametrize(
    ("device", "way", "reason"), [("xenbr0", "bridge", "send_failed"), ("eth0", "raw", "link_down")]
)
def test_a_device_that_goes_down_meanwhile_is_told_and_not_taken_for_silence(
    device: str, way: str, reason: str
) -> None:
    wire = Vanishing(device, sound)
    turn = a_round()
    row = a_row(turn, wire, way=way, member="eth0")
    turn.run()
    wire.close()
    assert (row.reason, row.text) == (reason, f"{device}: Network is down")
