"""Faults of the network, injected in turn, with a real Prometheus and Alertmanager in between."""

from collections.abc import Iterator

import pytest

from exporter.demo.modular import BONDS
from tests.e2e.conftest import Demo
from tests.e2e.faults import (
    MACHINE,
    MAIL,
    PAGE,
    Case,
    Stack,
    Step,
    case,
    of_bonds,
    run_on_hosts,
    started,
)

pytestmark = [pytest.mark.prometheus, pytest.mark.hurried, pytest.mark.timeout(600)]
WRONG = of_bonds(MACHINE, "BondWrongActiveMember") | of_bonds(MAIL, "BondWrongActiveMember")


def set_active(demo: Demo) -> None:
    """What the runbook says: the preferred members again."""
    commands = (("bond/set-active-slave", bond, members[0]) for bond, members in BONDS.items())
    run_on_hosts(demo, *(("ovs-appctl", *command) for command in commands))


CASES = [
    case(
        "switch1.uplink/down",
        of_bonds(MACHINE, "BondActiveMemberUnreachable")
        | of_bonds(PAGE, "BondActiveMemberUnreachable", member=0, gateway=True),
        "switch1.uplink/up",
    ),
    case(
        "switch2.uplink/down",
        of_bonds(MAIL, "BondMemberUnreachable", member=1, gateway=True),
        "switch2.uplink/up",
    ),
    case("gateway/dead", of_bonds(PAGE, "BondUnreachable", gateway=True), "gateway/alive"),
    Case(
        (Step("switch1/reset", WRONG), Step(set_active)),
        passing=of_bonds(MAIL, "BondMemberDown", member=0),
    ),
    Case(
        (
            Step("switch1/off", of_bonds(MAIL, "BondMemberDown", member=0)),
            Step("switch1/on", WRONG),
            Step(set_active),
        )
    ),
    case("switch2/off", of_bonds(MAIL, "BondMemberDown", member=1), "switch2/on"),
    case("switch2/reset", of_bonds(MAIL, "BondMemberDown", member=1), "switch2/on"),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with started(tmp_path_factory.mktemp("bonds")) as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=str)
def test_just_the_alerts_of_a_fault_come_and_go(stack: Stack, case: Case) -> None:
    stack.show(case)


@pytest.mark.parametrize(
    ("fault", "undo"),
    [
        ("gateway/slow", "gateway/quick"),
        ("switch1.proxy/on", "switch1.proxy/off"),
        ("switch2.proxy/on", "switch2.proxy/off"),
    ],
)
def test_nobody_is_called_for_what_is_no_fault(stack: Stack, fault: str, undo: str) -> None:
    stack.stays_quiet(fault, undo)


def test_every_panel_about_it_had_data_while_a_fault_was_on(stack: Stack) -> None:
    assert stack.queries.unanswered("bonds") == []
