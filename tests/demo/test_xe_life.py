"""What the simulated `xe` and Xen's own programs do to VMs, HA and the coordinator."""

import pytest

from exporter.demo.pool.names import uuid_of
from tests.demo.pool_records import LAST, records, state_flags, vm
from tests.demo.simulated import HOSTS, Simulated

WEB3 = uuid_of("VM", "web3")
NFS = uuid_of("SR", "NFS VHDs/")


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def complaint(pool: Simulated, host: str, line: str) -> str:
    """What a line says that fails."""
    result = pool.run(host, line)
    assert (result.status, result.hangs) == (1, False), result
    return result.stderr


def xe(pool: Simulated, line: str) -> None:
    assert pool.printed("xcp82", f"xe {line}") == ""


def test_a_reboot_gives_another_domain(pool: Simulated) -> None:
    before = vm(pool, "web3")["domid"]
    xe(pool, f"vm-reboot uuid={WEB3}")
    after = vm(pool, "web3")
    assert (after["power_state"], state_flags(pool, "web3")) == ("Running", "   B  ")
    assert after["domid"] != before


def test_a_dying_domain_answers_no_clean_reboot_and_ends_by_force(pool: Simulated) -> None:
    pool.fault("vm hung")
    assert pool.run("xcp82", f"xe vm-reboot uuid={WEB3}").hangs
    assert pool.run("xcp82", f"xe vm-shutdown uuid={WEB3}").hangs
    xe(pool, f"vm-shutdown uuid={WEB3} --force")
    assert (vm(pool, "web3")["power_state"], state_flags(pool, "web3")) == ("Halted", None)
    xe(pool, f"vm-start uuid={WEB3}")
    assert state_flags(pool, "web3") == "   B  "


def test_a_vm_that_runs_is_not_started_and_a_halted_one_not_ended(pool: Simulated) -> None:
    power_state = "not in an appropriate power state"
    assert power_state in complaint(pool, LAST, f"xe vm-start uuid={WEB3}")
    halted = uuid_of("VM", "old-web")
    assert power_state in complaint(pool, LAST, f"xe vm-shutdown uuid={halted} force=true")


def test_nothing_is_done_to_a_vm_with_an_operation(pool: Simulated) -> None:
    pool.fault("vm stuck-operation")
    busy = uuid_of("VM", "mail3")
    assert "Another operation" in complaint(pool, LAST, f"xe vm-reboot uuid={busy} force=true")


def test_a_destroyed_domain_is_noticed_since_6_5(pool: Simulated) -> None:
    pool.fault("vm hung")
    domid = vm(pool, "web3")["domid"]
    assert pool.printed(LAST, f"xl destroy {domid}") == ""
    assert (vm(pool, "web3")["power_state"], state_flags(pool, "web3")) == ("Halted", None)
    assert f"no domain {domid}" in complaint(pool, LAST, f"xl destroy {domid}")
    assert "no domain 0" in complaint(pool, LAST, "xl destroy 0")


def test_a_destroyed_domain_is_not_noticed_on_6_0(pool: Simulated) -> None:
    old = "/opt/xensource/debug/destroy_domain -domid 1"
    assert pool.printed("xenserver1", old) == ""
    assert vm(pool, "web1")["power_state"] == "Running"
    assert pool.run("xenserver1", "xl destroy 2").status == 127
    assert pool.run(LAST, old).status == 127
    xe(pool, f"vm-reset-powerstate uuid={uuid_of('VM', 'web1')} --force")
    assert vm(pool, "web1")["power_state"] == "Halted"


def test_a_power_state_is_reset_only_where_no_domain_can_be_seen(pool: Simulated) -> None:
    reset = "xe vm-reset-powerstate force=true uuid="
    assert "still exists" in complaint(pool, LAST, reset + uuid_of("VM", "web1"))
    assert "still live" in complaint(pool, LAST, reset + WEB3)


def test_a_silent_host_counts_as_dead_for_a_reset(pool: Simulated) -> None:
    pool.fault(f"{LAST} lost")
    xe(pool, f"vm-reset-powerstate force=true uuid={WEB3}")
    assert (vm(pool, "web3")["power_state"], state_flags(pool, "web3")) == ("Halted", "   B  ")


def test_ha_forbids_another_coordinator_until_it_is_off(pool: Simulated) -> None:
    designate = f"pool-designate-new-master host-uuid={uuid_of('host', 'xcp82')}"
    assert "HA is enabled" in complaint(pool, LAST, f"xe {designate}")
    xe(pool, "pool-ha-disable")
    xe(pool, designate)
    conf = [pool.printed(host, "cat /etc/xensource/pool.conf") for host in HOSTS]
    assert conf == ["slave:192.0.2.12", "master", "slave:192.0.2.12"]


def test_one_lost_host_aborts_the_change(pool: Simulated) -> None:
    xe(pool, "pool-ha-disable")
    pool.fault(f"{LAST} lost")
    designate = f"xe pool-designate-new-master host-uuid={uuid_of('host', 'xcp82')}"
    assert "could not be contacted" in complaint(pool, "xcp82", designate)
    assert "could not be contacted" in complaint(pool, "xcp82", "xe pool-ha-enable")


def test_only_the_plural_chooses_the_heartbeat_sr(pool: Simulated) -> None:
    first = _statefile_sr(pool)
    for word, chosen in (("heartbeat-sr-uuid", first), ("heartbeat-sr-uuids", NFS)):
        xe(pool, "pool-ha-disable")
        xe(pool, f"pool-ha-enable {word}={NFS}")
        assert _statefile_sr(pool) == chosen
    (record,) = records(pool, "pool")
    assert (record["ha_enabled"], record["ha_host_failures_to_tolerate"]) == (True, "0")
    xe(pool, f"pool-param-set uuid={record['uuid']} ha-host-failures-to-tolerate=1")
    assert records(pool, "pool")[0]["ha_host_failures_to_tolerate"] == "1"


def _statefile_sr(pool: Simulated) -> str:
    own = f"uuid={records(pool, 'pool')[0]['uuid']}"
    file = pool.printed(LAST, f"xe pool-param-get {own} param-name=ha-statefiles").strip()
    return pool.printed(LAST, f"xe vdi-list uuid={file} params=sr-uuid --minimal").strip()


def test_a_dump_is_a_file_where_xe_ran(pool: Simulated) -> None:
    xe(pool, "pool-dump-database file-name=/root/pool.dump")
    assert int(pool.printed("xcp82", "stat -c %s /root/pool.dump")) > 0
    assert pool.run(LAST, "stat -c %s /root/pool.dump").status == 1
