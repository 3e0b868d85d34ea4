"""Faults of the pool and its hosts, injected in turn, with a real Prometheus and Alertmanager.

XAPI is read every ten seconds and a host is silent only after five: waits are shortened less here.
"""

from collections.abc import Iterator

import pytest

from tests.e2e.faults import HOSTS, PAGE, Case, Stack, case, started, told

pytestmark = [pytest.mark.prometheus, pytest.mark.hurried, pytest.mark.timeout(600)]
COORDINATOR, *OTHERS = HOSTS
LOST = told(PAGE, "PoolCoordinatorLost", ())
CASES = [
    case("coordinator/lost", LOST, "coordinator/back"),
    *(
        case(f"{host}/lost", told(PAGE, "HostSilent", (host,)), f"{host}/returned")
        for host in OTHERS
    ),
    case(
        f"{COORDINATOR}/lost",
        LOST | told(PAGE, "HostSilent", (COORDINATOR,)),
        f"{COORDINATOR}/returned",
    ),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with started(tmp_path_factory.mktemp("pool"), every=3.0, faster=10) as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=str)
def test_just_the_alerts_of_a_fault_come_and_go(stack: Stack, case: Case) -> None:
    stack.show(case)


def test_nobody_is_called_when_another_host_becomes_coordinator(stack: Stack) -> None:
    stack.stays_quiet("coordinator/moved", "coordinator/back", seconds=30)


def test_every_panel_about_it_had_data_while_a_fault_was_on(stack: Stack) -> None:
    assert stack.queries.unanswered("pool") == []
