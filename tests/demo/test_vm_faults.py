"""Faults of VMs and of a host's configuration show in domains, records, files and state."""

import pytest

from exporter.demo.pool.database import tables
from exporter.demo.state import state_of
from tests.demo.pool_records import LAST, state_flags, vm
from tests.demo.simulated import Simulated


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def test_a_hung_domain_is_dying_while_xapi_says_running(pool: Simulated) -> None:
    pool.fault("vm hung")
    assert state_flags(pool, "web3") == "D     "
    hung = vm(pool, "web3")
    assert (hung["power_state"], hung["current_operations"]) == ("Running", {})


def test_a_zombie_is_a_domain_of_a_halted_vm(pool: Simulated) -> None:
    pool.fault("vm zombie")
    assert state_flags(pool, "old-web") == "   B  "
    assert vm(pool, "old-web")["power_state"] == "Halted"


def test_a_lost_vm_has_no_domain(pool: Simulated) -> None:
    pool.fault("vm lost")
    assert state_flags(pool, "db3") is None
    assert vm(pool, "db3")["power_state"] == "Running"


def test_a_stuck_operation_has_a_pending_task_of_25_minutes(pool: Simulated) -> None:
    pool.fault("vm stuck-operation", "vm stuck-operation")
    (operation,) = vm(pool, "mail3")["current_operations"].items()
    task = tables(pool.model, "xcp83")["task"][operation[0]]
    assert (operation[1], task["status"]) == ("hard_shutdown", "pending")
    assert task["created"] == pool.model.time_of(pool.now - 1500)


def test_recovered_vms_are_as_in_the_beginning(pool: Simulated) -> None:
    healthy = pool.model.chassis
    pool.fault("vm hung", "vm lost", "vm zombie", "vm stuck-operation", "vm recovered")
    assert pool.model.chassis == healthy


def test_a_drifted_host_has_other_files_and_an_old_initrd(pool: Simulated) -> None:
    lines = ("cat /etc/multipath.conf", "cat /etc/lvm/lvm.conf", "cat /proc/mounts")
    initrd = "stat -c %Y /boot/initrd-4.19.0+1.img"
    installed = int(pool.printed(LAST, "rpm -q --qf '%{INSTALLTIME}' device-mapper-multipath"))
    before = [pool.printed(LAST, line) for line in lines]
    assert int(pool.printed(LAST, initrd)) > installed
    pool.fault("hostconfig drifted")
    after = [pool.printed(LAST, line) for line in lines]
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert 'filter = [ "a/.*/" ]' in after[1]
    assert int(pool.printed(LAST, initrd)) < installed
    assert [pool.printed("xcp82", line) for line in lines[1:2]] == before[1:2]
    pool.fault("hostconfig restored")
    assert [pool.printed(LAST, line) for line in lines] == before


@pytest.mark.parametrize(
    ("fault", "host", "state"),
    [
        ("xcp82.lost", "xcp82", {"lost": True}),
        ("vm.hung", LAST, {"vm_troubles": {"web3": "hung"}}),
        ("vm.zombie", LAST, {"vm_troubles": {"old-web": "zombie"}}),
        ("vm.lost", LAST, {"vm_troubles": {"db3": "lost"}}),
        ("vm.stuck-operation", LAST, {"vm_troubles": {"mail3": "stuck"}}),
        ("hostconfig.drifted", LAST, {"configuration": "drifted"}),
        ("mpath-key.removed", LAST, {"path_counts": "none"}),
    ],
)
def test_the_state_shows_what_is_wrong_on_a_host(
    pool: Simulated, fault: str, host: str, state: dict[str, object]
) -> None:
    pool.fault(fault)
    shown = state_of(pool.model.chassis, pool.now)["hosts"][host]
    assert {key: shown[key] for key in state} == state


def test_the_state_shows_what_is_wrong_with_the_pool(pool: Simulated) -> None:
    pool.fault("nfs dead", "coordinator lost", "vm stuck-operation")
    shown = state_of(pool.model.chassis, pool.now)["pool"]
    assert (shown["nfs"], shown["coordinator_answers"]) == ("dead", False)
    assert shown["pending_tasks"] == ["Async.VM.hard_shutdown"]
