"""An operation has to last for ten minutes before it is stuck: so long does this test take."""

from pathlib import Path

import pytest

from tests.e2e.conftest import running_demo
from tests.e2e.faults import LAST, MAIL, VM, Stack, as_told, told
from tests.labs.alerting import alerting

pytestmark = [pytest.mark.prometheus, pytest.mark.lasting, pytest.mark.timeout(900)]
STUCK = told(MAIL, "VmOperationStuck", (LAST, VM["mail3"]))


def test_an_operation_that_is_stuck_for_ten_minutes_is_told_until_it_ends(tmp_path: Path) -> None:
    with (
        running_demo("--fault", "vm.stuck-operation") as demo,
        alerting(tmp_path, demo.url, every=15.0) as running,
    ):
        stack = Stack(demo, running)
        assert stack.settle(STUCK, patience=700) >= STUCK
        stack.queries.ask(running)
        assert stack.queries.unanswered("stuck") == []
        demo.fault("vm/recovered")
        assert not STUCK & stack.settle((), patience=60)
        assert set(as_told(running.heard.all())) >= STUCK
