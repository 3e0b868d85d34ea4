"""Virtual machines of which XAPI and Xen do not say the same, told by a real Alertmanager."""

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Demo
from tests.e2e.faults import LAST, MACHINE, PAGE, VM, Case, Stack, Step, started, told

pytestmark = [pytest.mark.prometheus, pytest.mark.hurried, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with started(tmp_path_factory.mktemp("vms")) as running:
        yield running


def all_at_once(demo: Demo) -> None:
    """Each has to last for a minute, so they do it together; they befall three VMs."""
    for fault in ("vm/hung", "vm/lost", "vm/zombie"):
        demo.fault(fault)


def test_a_hung_a_lost_and_a_zombie_domain_come_and_go(stack: Stack) -> None:
    hung, lost, zombie = VM["web3"], VM["db3"], VM["old-web"]
    alerts = (
        told(MACHINE, "VmHung", (LAST, hung))
        | told(PAGE, "VmHung", (LAST, hung))
        | told(PAGE, "VmLost", (LAST, lost))
        | told(PAGE, "VmZombieDomain", (LAST, zombie))
    )
    stack.show(Case((Step(all_at_once, alerts), Step("vm/recovered"))))


def test_every_panel_about_it_had_data_while_a_fault_was_on(stack: Stack) -> None:
    assert stack.queries.unanswered("vms") == []
