"""Faults of storage show in XAPI's PBDs and messages as they do on a real pool."""

import pytest

from exporter.demo.state import state_of
from tests.demo.pool_records import LUN, counts, lun_pbd, messages, records
from tests.demo.simulated import HOSTS, Simulated


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def test_a_pulled_controller_is_counted_and_told_once_per_host(pool: Simulated) -> None:
    pool.fault("scm2 pulled")
    assert {counts(pool, host) for host in HOSTS} == {"[1, 2]"}
    names = [name for name, _ in messages(pool)]
    assert names == ["MULTIPATH_PERIODIC_ALERT"] * 3
    assert f"scsi_id={LUN}; current=1; max=2" in messages(pool)[0][1]
    pool.fault("scm2 pushed back")
    assert {counts(pool, host) for host in HOSTS} == {"[2, 2]"}
    assert len(messages(pool)) == 3


def test_failing_paths_count_as_lost(pool: Simulated) -> None:
    pool.fault("scm1.paths failing")
    assert counts(pool) == "[1, 2]"


def test_a_degraded_replug_hides_the_loss(pool: Simulated) -> None:
    pool.fault("mpath-key degraded-replug")
    assert not pool.model.chassis.controllers["scm2"].present
    assert [counts(pool, host) for host in HOSTS] == ["[1, 2]", "[1, 2]", "[1, 1]"]
    pool.fault("scm2 pushed back")
    assert counts(pool) == "[2, 2]"


def test_a_degraded_replug_pulls_nothing_where_a_controller_is_out(pool: Simulated) -> None:
    pool.fault("scm1 pulled", "mpath-key degraded-replug")
    assert pool.model.chassis.controllers["scm2"].present
    assert counts(pool) == "[1, 1]"


def test_a_removed_key_stays_away_until_it_is_restored(pool: Simulated) -> None:
    pool.fault("mpath-key removed", "scm2 pulled")
    assert counts(pool) is None
    assert lun_pbd(pool)["other_config"] == {"multipathed": "true"}
    pool.fault("mpath-key restored")
    assert counts(pool) == "[1, 2]"


def test_an_unplugged_pbd_loses_its_counts_and_is_plugged_again(pool: Simulated) -> None:
    pool.fault("pbd unplugged")
    assert (lun_pbd(pool)["currently_attached"], counts(pool)) == (False, None)
    assert state_of(pool.model.chassis, pool.now)["pool"]["unplugged"] == ["IMS LUN0 on xcp83"]
    pool.fault("scm2 pulled", "pbd plugged")
    assert (lun_pbd(pool)["currently_attached"], counts(pool)) == (True, "[1, 1]")


def test_without_the_shared_lun_its_faults_do_not_exist() -> None:
    known = {fault.object for fault in Simulated(shared_disk=False).model.chassis.faults()}
    assert "nfs" in known
    assert not {"pbd", "mpath-key"} & known


@pytest.mark.parametrize("host", HOSTS)
def test_a_dead_nfs_server_answers_no_connection_and_stays_mounted(
    pool: Simulated, host: str
) -> None:
    line = """bash -c 'exec 3<>"/dev/tcp/$0/$1"' 192.0.2.9 2049"""
    assert (pool.run(host, line).status, pool.run(host, line).hangs) == (0, False)
    pool.fault("nfs dead")
    assert pool.run(host, line).hangs
    assert pool.printed(host, "cat /proc/mounts").count("192.0.2.9:/export/") == 2
    assert all(pbd["currently_attached"] for pbd in records(pool, "PBD"))
    pool.fault("nfs alive")
    assert not pool.run(host, line).hangs


def test_a_host_that_returns_cannot_plug_what_is_dead(pool: Simulated) -> None:
    pool.fault("xcp83 lost", "nfs dead", "xcp83 returned")
    assert [name for name, _ in messages(pool)] == ["PBD_PLUG_FAILED_ON_SERVER_START"]
    assert "192.0.2.9" not in pool.printed("xcp83", "cat /proc/mounts")
    pool.fault("pbd plugged")
    assert "192.0.2.9" not in pool.printed("xcp83", "cat /proc/mounts")
    pool.fault("nfs alive", "pbd plugged")
    assert pool.printed("xcp83", "cat /proc/mounts").count("192.0.2.9:") == 2
