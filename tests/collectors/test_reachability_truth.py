"""Who is the destination, and which member reaches it: cases told by hand."""

import pytest

from tests.collectors.reachability_rows import (
    GATEWAY,
    LIAR,
    RIGHT,
    THIRD,
    control,
    heard,
    reaches,
    refused,
    row,
    told,
    verdict,
)

DEAD = (False, "no_answer")
WRONG = (False, "wrong_mac")
REACHED = (True, "")
SEVERAL = (None, "several_macs")
ANOTHER = (None, "another_mac")
NEVER = (None, "never_answered")
NAMELESS = (None, "nameless")


def test_members_that_hear_the_same_device_reach_it() -> None:
    found = reaches(row("eth0", RIGHT, way="bridge"), row("eth2", heard(RIGHT, received=2)))
    eth0, eth2 = found["eth0"], found["eth2"]
    assert (eth0.reachable, eth0.active, eth0.way, eth0.destination) == (
        True,
        True,
        "bridge",
        GATEWAY,
    )
    assert (eth2.reachable, eth2.active, eth2.way) == (True, False, "raw")
    assert (eth0.received, eth0.loss, eth0.rtt, eth0.others) == (3, 0.0, 0.0004, 0)
    assert eth2.loss == pytest.approx(1 / 3)
    assert eth2.rtt == pytest.approx(0.0003)


def test_a_member_that_hears_nothing_beside_one_that_does_reaches_nothing() -> None:
    found = reaches(row("eth0", RIGHT), row("eth2"))
    eth2 = found["eth2"]
    assert (eth2.reachable, eth2.reason, eth2.text) == (*DEAD, "3 requests, no answer")
    assert (eth2.received, eth2.loss, eth2.rtt) == (0, 1.0, None)
    assert found["eth0"].reachable


def test_a_network_that_is_dead_behind_every_member_is_dead() -> None:
    rows = row("eth0"), row("eth2")
    assert told(*rows, answered_before=True) == {"eth0": DEAD, "eth2": DEAD}
    known = {"answered_before": True, "remembered": RIGHT}
    assert told(*rows, **known) == {"eth0": DEAD, "eth2": DEAD}


def test_an_address_that_never_answered_may_be_the_wrong_one() -> None:
    found = reaches(row("eth0"), row("eth2"), refused("eth4", "no_carrier"))
    assert [(r.reachable, r.reason) for r in found.values()] == [
        NEVER,
        NEVER,
        (False, "no_carrier"),
    ]
    assert found["eth0"].text == (
        "it never answered: is the address right, does it answer sender 0.0.0.0?"
    )


def test_an_only_member_is_believed_while_nothing_is_remembered() -> None:
    assert told(row("eth0", RIGHT), row("eth2")) == {"eth0": REACHED, "eth2": DEAD}


def test_two_devices_that_nobody_knows_prove_nothing_not_even_that_silence_is_death() -> None:
    found = reaches(row("eth0", RIGHT), row("eth2", LIAR), row("eth4"))
    assert [(r.reachable, r.reason) for r in found.values()] == [SEVERAL, SEVERAL, NEVER]
    assert found["eth2"].text == (
        f"answered by {LIAR}; several devices claim the address: configure the right one's mac"
    )
    assert found["eth2"].loss is None


def test_who_was_agreed_upon_before_tells_the_right_one_from_the_liar() -> None:
    found = reaches(row("eth0", RIGHT), row("eth2", LIAR), remembered=RIGHT)
    assert found["eth0"].reachable
    eth2 = found["eth2"]
    assert (eth2.reachable, eth2.reason) == WRONG
    assert eth2.text == f"answered by {LIAR}; the destination is {RIGHT}"
    assert (eth2.received, eth2.loss, eth2.others) == (0, 1.0, 1)


def test_a_device_that_also_answers_is_counted_and_harms_nothing() -> None:
    eth0 = reaches(row("eth0", heard(LIAR, 1), RIGHT), row("eth2", RIGHT), remembered=RIGHT)["eth0"]
    assert (eth0.reachable, eth0.received, eth0.others) == (True, 3, 1)


def test_a_new_device_that_all_members_hear_may_answer_in_front_of_two_dead_uplinks() -> None:
    rows = row("eth0", THIRD), row("eth2", THIRD)
    assert told(*rows, remembered=RIGHT) == {"eth0": ANOTHER, "eth2": ANOTHER}
    assert verdict(*rows, remembered=RIGHT).agreed == THIRD


def test_a_new_device_that_one_member_alone_hears_may_be_a_liar() -> None:
    rows = row("eth0"), row("eth2", LIAR)
    assert told(*rows, remembered=RIGHT) == {"eth0": DEAD, "eth2": ANOTHER}
    assert verdict(*rows, remembered=RIGHT).agreed is None
    alone = row("eth2", LIAR)
    assert told(alone, refused("eth0", "no_carrier"), remembered=RIGHT)["eth2"] == ANOTHER


def test_only_the_mac_that_the_operator_gave_counts() -> None:
    rows = row("eth0", LIAR), row("eth2", LIAR)
    assert told(*rows, certain=RIGHT) == {"eth0": WRONG, "eth2": WRONG}
    assert told(*rows, certain=RIGHT, remembered=LIAR) == {"eth0": WRONG, "eth2": WRONG}
    assert told(row("eth0", LIAR, RIGHT), row("eth2"), certain=RIGHT) == {
        "eth0": REACHED,
        "eth2": DEAD,
    }


def test_two_members_agree_where_both_hear_one_device_and_nobody_hears_another() -> None:
    both = row("eth0", RIGHT), row("eth2", RIGHT)
    assert verdict(*both).agreed == RIGHT
    assert verdict(*both, row("eth4"), refused("eth6", "mode")).agreed == RIGHT
    assert verdict(*both, row("eth4", LIAR), remembered=RIGHT).agreed is None


def test_one_member_alone_and_members_who_hear_two_devices_agree_on_nothing() -> None:
    assert verdict(row("eth0", RIGHT), row("eth2")).agreed is None
    assert verdict(row("eth0", RIGHT), refused("eth2", "no_carrier")).agreed is None
    assert verdict(row("eth0", RIGHT, LIAR), row("eth2", RIGHT, LIAR)).agreed is None


def test_silence_is_unknown_where_only_the_hosts_own_address_is_answered() -> None:
    found = reaches(row("eth0"), control("eth0", RIGHT), row("eth2"))
    assert found["eth0"].reachable
    assert (found["eth0"].received, found["eth0"].rtt) == (3, 0.0004)
    eth2 = found["eth2"]
    assert (eth2.reachable, eth2.reason) == (None, "sender_refused")
    assert eth2.text == "a switch or the destination answers no probe with sender 0.0.0.0"


def test_a_rule_that_counted_nothing_hides_no_answer_to_the_hosts_own_address() -> None:
    uncounted = row("eth0", heard(RIGHT, received=0))
    eth0 = reaches(uncounted, control("eth0", heard(RIGHT, received=2)), row("eth2"))["eth0"]
    assert (eth0.reachable, eth0.received) == (True, 2)


def test_silence_is_death_where_any_probe_without_a_sender_was_answered() -> None:
    rows = row("eth0"), control("eth0", RIGHT), row("eth2", RIGHT), row("eth4")
    assert told(*rows) == {"eth0": REACHED, "eth2": REACHED, "eth4": DEAD}


def test_silence_is_death_where_the_hosts_own_address_is_not_answered_either() -> None:
    rows = row("eth0"), control("eth0"), row("eth2")
    assert told(*rows) == {"eth0": DEAD, "eth2": DEAD}


@pytest.mark.parametrize(
    ("reason", "reachable"),
    [
        ("no_carrier", False),
        ("link_down", False),
        ("not_permitted", None),
        ("no_such_device", None),
        ("openflow_refused", None),
        ("send_failed", None),
        ("mode", None),
    ],
)
def test_a_member_without_link_reaches_nothing_and_any_other_obstacle_proves_nothing(
    reason: str, reachable: bool | None
) -> None:
    eth2 = reaches(row("eth0", RIGHT), refused("eth2", reason, "as the host says"))["eth2"]
    assert (eth2.reachable, eth2.reason, eth2.text) == (reachable, reason, "as the host says")
    assert (eth2.loss, eth2.rtt) == (None, None)


def test_answers_that_openflow_counted_are_no_measure_of_loss_or_time() -> None:
    by_openflow = {"way": "openflow"}
    found = reaches(
        row("eth0", heard(RIGHT, rtts=()), **by_openflow),
        row("eth2", heard(LIAR, rtts=()), **by_openflow),
        row("eth4", **by_openflow),
        remembered=RIGHT,
    )
    assert [reach.reachable for reach in found.values()] == [True, False, False]
    assert {(reach.received, reach.loss, reach.rtt) for reach in found.values()} == {
        (None, None, None)
    }


@pytest.mark.parametrize("known", [{}, {"remembered": RIGHT}, {"certain": RIGHT}])
def test_an_answer_of_nobody_knows_whom_proves_nothing(known: dict[str, str]) -> None:
    nameless = heard(None, rtts=())
    rows = row("eth0", nameless, way="openflow"), row("eth2", nameless, way="openflow")
    assert told(*rows, **known) == {"eth0": NAMELESS, "eth2": NAMELESS}
    assert verdict(*rows, **known).agreed is None


def test_a_member_that_alone_hears_a_device_is_believed_if_the_hosts_own_arp_table_agrees() -> None:
    agrees = row("eth0", RIGHT, neighbour=RIGHT), row("eth2", neighbour=RIGHT)
    assert told(*agrees) == {"eth0": REACHED, "eth2": DEAD}
    differs = row("eth0", RIGHT, neighbour=LIAR), row("eth2", neighbour=LIAR)
    assert told(*differs) == {"eth0": ANOTHER, "eth2": NEVER}
    assert reaches(*differs)["eth0"].text == (
        f"answered by {RIGHT}; the host's own ARP table has {LIAR}: configure the right mac"
    )


def test_members_that_agree_overrule_the_hosts_own_arp_table() -> None:
    rows = row("eth0", RIGHT, neighbour=LIAR), row("eth2", RIGHT, neighbour=LIAR)
    assert told(*rows) == {"eth0": REACHED, "eth2": REACHED}
    assert verdict(*rows).agreed == RIGHT


def test_a_nameless_answer_beside_a_known_device_is_another_ones() -> None:
    rows = (
        row("eth0", heard(RIGHT, rtts=()), way="openflow"),
        row("eth2", heard(None, rtts=()), way="openflow"),
    )
    assert told(*rows) == {"eth0": SEVERAL, "eth2": SEVERAL}
    found = reaches(*rows, remembered=RIGHT)
    assert (found["eth2"].reachable, found["eth2"].reason) == WRONG
    assert found["eth2"].text == (
        f"answered by a device that OpenFlow does not name; the destination is {RIGHT}"
    )


def test_a_rule_that_counted_nothing_is_no_answer() -> None:
    assert told(row("eth0", RIGHT), row("eth2", heard(RIGHT, received=0))) == {
        "eth0": REACHED,
        "eth2": DEAD,
    }


def test_no_rows_give_no_verdict() -> None:
    assert verdict().reaches == ()
