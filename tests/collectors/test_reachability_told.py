"""Reachability as metrics and as sentences."""

import pytest

from collectors.inventory import HostInventory
from collectors.reachability import Reachability
from collectors.reachability_record import Reach, ReachReading
from collectors.registry import Finding, View
from tests.collectors.reachability_rows import (
    GATEWAY,
    LIAR,
    RIGHT,
    THIRD,
    control,
    heard,
    refused,
    row,
    verdict,
)
from tests.collectors.reading import samples

PREFIX = "xenlens_bond_member_"
COST = {"xenlens_bond_probe_seconds": 0.2, "xenlens_bond_probe_cpu_seconds": 0.02}


def reading(*reaches: Reach) -> ReachReading:
    return ReachReading(reaches, "test", seconds=0.2, cpu_seconds=0.02)


def exported(*reaches: Reach) -> dict[str, float]:
    """Samples without the cost of the round; of a member's only what is not its name."""
    found = samples(Reachability(), reading(*reaches))
    assert {name: found.pop(name) for name in COST} == COST
    where = f',destination="{GATEWAY}"'
    return {
        name.removeprefix(PREFIX).replace('bond="bond0",', "").replace(where, ""): value
        for name, value in found.items()
    }


def findings(*reaches: Reach) -> list[Finding]:
    return list(Reachability().findings(reading(*reaches), View(HostInventory())))


def test_a_member_that_reaches_it_has_a_verdict_loss_time_and_others() -> None:
    eth2 = row("eth2", heard(RIGHT, 3, (0.001, 0.002, 0.006)), heard(LIAR, 1), sent=4)
    both = verdict(row("eth0", RIGHT), eth2, remembered=RIGHT)
    assert exported(*both.reaches) == {
        'reachable{member="eth0"}': 1,
        'probe_loss_ratio{member="eth0"}': 0,
        'probe_rtt_seconds{member="eth0"}': 0.0004,
        'probe_other_devices{member="eth0"}': 0,
        'reachable{member="eth2"}': 1,
        'probe_loss_ratio{member="eth2"}': 0.25,
        'probe_rtt_seconds{member="eth2"}': 0.002,
        'probe_other_devices{member="eth2"}': 1,
    }


def test_a_silent_member_has_lost_everything_and_no_time() -> None:
    silent = verdict(row("eth0", RIGHT), row("eth2")).reaches[1]
    assert exported(silent) == {
        'reachable{member="eth2"}': 0,
        'probe_loss_ratio{member="eth2"}': 1,
        'probe_other_devices{member="eth2"}': 0,
    }


def test_what_is_unknown_has_a_reason_instead_of_a_verdict() -> None:
    assert exported(*verdict(refused("eth2", "mode")).reaches) == {
        'reachability_unknown{member="eth2",reason="mode"}': 1
    }
    doubtful = verdict(row("eth0", LIAR), row("eth2"), remembered=RIGHT).reaches[0]
    assert exported(doubtful) == {
        'reachability_unknown{member="eth0",reason="another_mac"}': 1,
    }


def test_a_member_without_carrier_is_not_reachable_and_has_no_loss_since_nothing_was_sent() -> None:
    assert exported(*verdict(refused("eth2", "no_carrier")).reaches) == {
        'reachable{member="eth2"}': 0
    }


def test_openflow_tells_reachability_and_neither_loss_nor_time() -> None:
    (answered,) = verdict(row("eth2", heard(RIGHT, rtts=()), way="openflow")).reaches
    assert exported(answered) == {
        'reachable{member="eth2"}': 1,
        'probe_other_devices{member="eth2"}': 0,
    }


def test_a_round_without_records_still_tells_its_cost() -> None:
    assert exported() == {}


def test_where_all_is_well_nothing_is_said() -> None:
    assert findings(*verdict(row("eth0", RIGHT), row("eth2", RIGHT)).reaches) == []


def test_a_dead_uplink_of_a_standby_is_a_warning_and_of_the_active_member_critical() -> None:
    standby = verdict(row("eth0", RIGHT), row("eth2")).reaches
    assert findings(*standby) == [
        Finding(
            "warning",
            "bond0",
            f"{GATEWAY} does not answer behind standby member eth2 (3 requests, no answer), "
            "it does behind eth0: check the switch that eth2 leads to",
        )
    ]
    active = verdict(row("eth0"), row("eth2", RIGHT), row("eth4", RIGHT)).reaches
    assert findings(*active) == [
        Finding(
            "critical",
            "bond0",
            f"{GATEWAY} does not answer behind active member eth0 (3 requests, no answer), "
            "it does behind eth2, eth4: check the switch that eth0 leads to",
        )
    ]


def test_a_destination_that_no_member_reaches_is_one_critical_finding() -> None:
    rows = row("eth0"), refused("eth2", "no_carrier", "eth2 has no carrier")
    assert findings(*verdict(*rows, answered_before=True).reaches) == [
        Finding(
            "critical",
            "bond0",
            f"{GATEWAY} answers behind no member (eth0: 3 requests, no answer; "
            "eth2: eth2 has no carrier): it is down, or every uplink is",
        )
    ]


def test_a_dead_uplink_beside_one_that_is_unknown_does_not_claim_that_it_works() -> None:
    rows = row("eth0"), refused("eth2", "not_permitted", "eth2: Operation not permitted")
    assert findings(*verdict(*rows, answered_before=True).reaches) == [
        Finding(
            "critical",
            "bond0",
            f"{GATEWAY} does not answer behind active member eth0 (3 requests, no answer): "
            "check the switch that eth0 leads to",
        ),
        Finding(
            "unknown",
            "bond0",
            f"whether {GATEWAY} answers through eth2 is unknown: eth2: Operation not permitted",
        ),
    ]


def test_a_device_that_answers_in_the_destinations_place_is_named() -> None:
    rows = row("eth0", RIGHT), row("eth2", LIAR)
    (finding,) = findings(*verdict(*rows, remembered=RIGHT).reaches)
    assert finding.severity == "warning"
    assert f"(answered by {LIAR}; the destination is {RIGHT}), it does behind" in finding.text


def test_a_member_without_carrier_is_no_reason_to_check_a_switch() -> None:
    rows = row("eth0", RIGHT), refused("eth2", "no_carrier", "eth2 has no carrier")
    (finding,) = findings(*verdict(*rows).reaches)
    assert finding.text == (
        f"{GATEWAY} does not answer behind standby member eth2 (eth2 has no carrier), "
        "it does behind eth0"
    )


def test_devices_that_answer_beside_the_destination_are_a_warning() -> None:
    rows = row("eth0", RIGHT, LIAR, THIRD), row("eth2", RIGHT)
    assert findings(*verdict(*rows, remembered=RIGHT).reaches) == [
        Finding("warning", "bond0", f"behind eth0, others also answer for {GATEWAY}")
    ]


def test_a_switch_that_objects_to_the_probes_is_unknown_and_said_so() -> None:
    rows = row("eth0"), control("eth0", RIGHT), row("eth2")
    (finding,) = findings(*verdict(*rows).reaches)
    assert (finding.severity, finding.subject) == ("unknown", "bond0")
    assert finding.text == (
        f"whether {GATEWAY} answers through eth2 is unknown: "
        "a switch or the destination answers no probe with sender 0.0.0.0"
    )


def test_destinations_and_bonds_are_judged_each_for_itself() -> None:
    elsewhere = (row(member, destination="192.0.2.9") for member in ("eth0", "eth2"))
    far = verdict(*elsewhere, answered_before=True)
    other = verdict(row("eth1", RIGHT, bond="bond1"), row("eth3", bond="bond1"))
    near = verdict(row("eth0", RIGHT), row("eth2", RIGHT))
    found = findings(*near.reaches, *far.reaches, *other.reaches)
    assert [(finding.severity, finding.subject) for finding in found] == [
        ("warning", "bond0"),
        ("warning", "bond1"),
    ]
    assert found[0].text == (
        "192.0.2.9 answers behind no member (eth0: 3 requests, no answer; eth2: 3 requests, "
        "no answer), but other destinations do behind all: it is down"
    )


def test_a_wrong_mac_behind_every_member_is_told_as_what_it_may_be() -> None:
    rows = row("eth0", LIAR), row("eth2", LIAR)
    (finding,) = findings(*verdict(*rows, certain=RIGHT).reaches)
    assert finding.severity == "critical"
    assert finding.text.endswith(": correct its mac, or find out who answers")


def test_a_bond_without_any_link_is_not_told_as_a_dead_destination() -> None:
    rows = (refused(nic, "no_carrier", f"{nic} has no carrier") for nic in ("eth0", "eth2"))
    (finding,) = findings(*verdict(*rows).reaches)
    assert finding.text == (
        "no member has a link (eth0: eth0 has no carrier; eth2: eth2 has no carrier)"
    )


def test_every_family_has_its_own_labels_and_no_others() -> None:
    families = {family.name: family.labels for family in Reachability().families}
    where = ("bond", "member", "destination")
    assert families.pop(f"{PREFIX}reachability_unknown") == (*where, "reason")
    for name, labels in families.items():
        assert labels == (where if name.startswith(PREFIX) else ())


@pytest.mark.parametrize(("sent", "received", "loss"), [(3, 3, 0), (3, 5, 0), (3, 0, 1)])
def test_loss_is_the_share_of_unanswered_requests_and_never_negative(
    sent: int, received: int, loss: float
) -> None:
    assert Reach("b", "m", "d", True, True, sent=sent, received=received).loss == loss


def test_loss_is_unknown_where_nothing_was_sent_or_counted() -> None:
    assert Reach("b", "m", "d", True, True, sent=0, received=0).loss is None
    assert Reach("b", "m", "d", True, True, sent=3).loss is None
