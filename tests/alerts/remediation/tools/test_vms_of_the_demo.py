"""restart-vm and destroy-vm over the demo pool: from a fault to a VM that runs."""

import pytest

from alerts.remediation.records import Refusal
from alerts.remediation.tools.destroy_vm import DestroyVm
from alerts.remediation.tools.restart_vm import RestartVm
from tests.alerts.remediation.tools.vm_demo import LAST, drill, vm_target
from tests.alerts.remediation.tools.vm_shapes import assert_allowed

RESTART, DESTROY = RestartVm(), DestroyVm()
NO_HA = "xe pool-ha-disable"


async def test_a_dying_domain_is_healed_by_a_forced_reboot() -> None:
    async with drill() as demo:
        target = vm_target(RESTART, "web3")
        assert (await RESTART.diagnose(target, demo.sight)).verdict == "healthy"
        demo.pool.apply("vm hung")
        early = await RESTART.diagnose(target, demo.sight)
        assert (early.verdict, early.reason) == ("unclear", "not_lasting")
        found = await demo.lasting(RESTART, target)
        again = await RESTART.diagnose(target, demo.sight)
        assert found.verdict == again.verdict == "faulty"
        assert found.facts == again.facts
        plan = await RESTART.plan(target, found, demo.sight)
        assert_allowed(RESTART, plan)
        assert [step.argv[-1] for step in plan.steps] == ["force=true"]
        assert await demo.carried_out(RESTART, target, plan.steps) == [True]
        healed = await RESTART.diagnose(target, demo.sight)
        assert healed.verdict == "healthy"
        assert healed.has(plan.expected)
        assert healed.facts["domid"] != found.facts["domid"]


async def test_a_clean_reboot_of_a_dying_domain_hangs_and_so_is_not_planned() -> None:
    async with drill() as demo:
        demo.pool.apply("vm hung")
        uuid = vm_target(RESTART, "web3").labels["vm"]
        assert demo.xe(f"xe vm-reboot uuid={uuid}").hangs


@pytest.mark.parametrize(
    ("fault", "vm", "reason"),
    [
        ("vm lost", "db3", "other_fault"),
        ("vm zombie", "old-web", "other_fault"),
        ("vm stuck-operation", "mail3", "operation_in_progress"),
    ],
)
async def test_faults_that_no_reboot_heals_are_left_alone(fault: str, vm: str, reason: str) -> None:
    async with drill() as demo:
        demo.pool.apply(fault)
        target = vm_target(RESTART, vm)
        found = await demo.lasting(RESTART, target)
        assert (found.verdict, found.reason) == ("unclear", reason)
        with pytest.raises(Refusal) as refusal:
            await RESTART.plan(target, found, demo.sight)
        assert refusal.value.reason == reason


async def test_a_vm_of_a_lost_host_is_not_restarted() -> None:
    async with drill(budget=2) as demo:
        demo.pool.apply(f"{LAST} lost")
        with pytest.raises(Refusal) as refusal:
            await RESTART.diagnose(vm_target(RESTART, "web3"), demo.sight)
        assert refusal.value.reason == "host_unreachable"


async def test_a_lost_host_elsewhere_forbids_only_to_destroy() -> None:
    async with drill(budget=2) as demo:
        demo.pool.apply("vm hung")
        demo.pool.apply("xcp82 lost")
        restarted = await demo.lasting(RESTART, vm_target(RESTART, "web3"))
        assert restarted.verdict == "faulty"
        with pytest.raises(Refusal) as refusal:
            await DESTROY.diagnose(vm_target(DESTROY, "web3"), demo.sight)
        assert refusal.value.reason == "host_unreachable"
        assert "xcp82" in refusal.value.text


async def test_a_dead_vm_is_destroyed_and_started_where_a_force_shutdown_was_enough() -> None:
    async with drill() as demo:
        assert demo.xe(NO_HA).status == 0
        demo.pool.apply("vm hung")
        target = vm_target(DESTROY, "web3")
        plan = await demo.planned(DESTROY, target)
        assert_allowed(DESTROY, plan)
        assert [step.argv[1] for step in plan.steps] == ["vm-shutdown", "destroy", "vm-start"]
        # The domain is gone before it is to be destroyed: the program says so, the facts agree.
        assert await demo.carried_out(DESTROY, target, plan.steps) == [True, False, True]
        healed = await DESTROY.diagnose(target, demo.sight)
        assert healed.verdict == "healthy"
        assert healed.has(plan.expected)


async def test_a_dead_vm_is_destroyed_and_started_where_the_force_shutdown_achieved_nothing() -> (
    None
):
    async with drill() as demo:
        assert demo.xe(NO_HA).status == 0
        demo.pool.apply("vm hung")
        target = vm_target(DESTROY, "web3")
        plan = await demo.planned(DESTROY, target)
        assert await demo.carried_out(DESTROY, target, plan.steps[1:]) == [True, True]
        assert (await DESTROY.diagnose(target, demo.sight)).has(plan.expected)


async def test_on_the_coordinator_of_xenserver_6_the_power_state_is_reset_as_well() -> None:
    async with drill(hosts=1) as demo:
        host = "xenserver1"
        assert demo.xe(NO_HA, host).status == 0
        demo.pool.apply("vm hung")
        target = vm_target(DESTROY, "web1", host)
        plan = await demo.planned(DESTROY, target)
        assert_allowed(DESTROY, plan)
        names = ["vm-shutdown", "-domid", "vm-reset-powerstate", "vm-start"]
        assert [step.argv[1] for step in plan.steps] == names
        reset = demo.xe(f"xe vm-reset-powerstate uuid={target.labels['vm']} force=true", host)
        assert "a domain still exists" in reset.stderr
        assert await demo.carried_out(DESTROY, target, plan.steps[1:]) == [True, True, True]
        healed = await DESTROY.diagnose(target, demo.sight)
        assert healed.verdict == "healthy"
        assert healed.has(plan.expected)


async def test_a_vm_that_ha_protects_is_not_destroyed() -> None:
    async with drill() as demo:
        demo.pool.apply("vm hung")
        with pytest.raises(Refusal) as refusal:
            await demo.planned(DESTROY, vm_target(DESTROY, "web3"))
        assert refusal.value.reason == "ha_protected"


async def test_a_domain_that_lives_is_never_destroyed() -> None:
    async with drill() as demo:
        demo.pool.apply("vm zombie")
        target = vm_target(DESTROY, "old-web")
        found = await demo.lasting(DESTROY, target)
        assert (found.verdict, found.reason) == ("unclear", "other_fault")


async def test_xapi_would_not_reset_the_vm_of_a_member_that_lives() -> None:
    async with drill() as demo:
        demo.pool.apply("vm lost")
        target = vm_target(DESTROY, "db3")
        with pytest.raises(Refusal) as refusal:
            await demo.planned(DESTROY, target)
        assert refusal.value.reason == "host_is_live"
        reset = demo.xe(f"xe vm-reset-powerstate uuid={target.labels['vm']} force=true")
        assert "still live" in reset.stderr
