"""A real bond whose network dies behind the switch: real scrape, rule, webhook, and healing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.labs.healing import Healing, healing, pinging, somebody_reverts
from tests.labs.ovs import MANAGEMENT, OvsLab

pytestmark = [
    pytest.mark.ovs,
    pytest.mark.prometheus,
    pytest.mark.hurried,
    pytest.mark.timeout(300),
]
FIXED = (
    "RECEIVED MATCHED ADMITTED LOCKED CONFIRMED PLANNED "
    "ARMED ACTING APPLIED VERIFYING HOLDING FIXED"
)
STAGES = ("webhook", "armed", "applied", "verified", "stable")


@pytest.fixture
def healed(tmp_path: Path) -> Iterator[Healing]:
    with OvsLab(tmp_path) as lab, healing(tmp_path, lab) as running:
        yield running


def test_traffic_is_restored_while_nobody_is_paged(healed: Healing) -> None:
    lab = healed.lab
    with pinging(lab, 1200, 0.05) as replies:
        lab.cut_uplink("sw1")
        run = healed.ended()
    assert (run["state"], lab.active(MANAGEMENT.bond)) == ("FIXED", "eth2")
    assert healed.states(run["run"]) == FIXED.split()
    # It was cut, and it came back without anybody repairing the uplink.
    assert None in replies
    assert None not in replies[-20:]
    page = healed.get("http://127.0.0.1:10045/metrics")
    for stage in STAGES:
        count = f'stage_duration_seconds_count{{playbook="set-active-member",stage="{stage}"}} 1.0'
        assert f"xenlens_remediation_{count}" in page
    assert healed.paged() == set()


def test_a_standby_that_is_dead_too_is_left_alone_and_people_are_paged(healed: Healing) -> None:
    lab = healed.lab
    lab.cut_uplink("sw1")
    lab.wait_for(healed.runs, 60)
    lab.cut_uplink("sw2")
    run = healed.ended()
    assert (run["state"], lab.active(MANAGEMENT.bond)) == ("REFUSED", "eth0")
    lab.wait_for(healed.paged, 60)


def test_a_primary_of_the_switchs_own_is_not_fought_with(healed: Healing) -> None:
    lab = healed.lab
    lab.vswitch.vsctl("set", "port", MANAGEMENT.bond, "other_config:bond-primary=eth0")
    lab.cut_uplink("sw1")
    run = healed.ended()
    assert (run["state"], run["reason"]) == ("REFUSED", "bond_primary_set")
    assert "ACTING" not in healed.states(run["run"])
    lab.wait_for(healed.paged, 60)


def test_done_that_is_reverted_at_once_is_never_called_fixed(healed: Healing) -> None:
    lab = healed.lab
    with somebody_reverts(lab, "eth0"):
        lab.cut_uplink("sw1")
        run = healed.ended()
    assert run["state"] in ("UNDONE", "UNDO_FAILED", "QUARANTINED")
    assert "ACTING" in healed.states(run["run"])
    lab.wait_for(healed.paged, 60)
