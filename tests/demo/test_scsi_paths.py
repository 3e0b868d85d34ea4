"""Single paths of a simulated host fail, go offline, vanish and come back as real ones do."""

import pytest

from exporter.demo.modular import SHARED_DISK
from exporter.demo.sysfs import DEVICE_STATE, SCAN, write_scan, write_state
from tests.demo.pool_records import counts
from tests.demo.simulated import HOSTS, Simulated

LUN, BEST, OTHER = SHARED_DISK.wwid, "sdc", "sdd"
READ = "dd if=/dev/{} of=/dev/null bs=4096 count=1 iflag=direct"


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def ordered(pool: Simulated, host: str, query: str) -> str:
    return pool.printed(host, f"multipathd -k'{query}'")


def line_of(pool: Simulated, host: str, device: str) -> str:
    """A path's line in the topology from its number on, without brackets and padding."""
    lines = ordered(pool, host, "show topology").splitlines()
    found = next(line for line in lines if f" {device} " in line)
    words = found.replace("][", " ").replace("[", "").replace("]", "").split()
    return " ".join(words[words.index(device) + 1 :])


def active(pool: Simulated, host: str) -> str | None:
    return pool.model.chassis.hosts[host].storage.maps[LUN].active


@pytest.mark.parametrize("host", HOSTS)
def test_a_path_failed_by_hand_is_failed_and_ready_until_it_is_reinstated(
    pool: Simulated, host: str
) -> None:
    assert ordered(pool, host, f"fail path {BEST}") == "ok\n"
    assert line_of(pool, host, BEST).startswith("8:32 failed ready")
    assert active(pool, host) == "scm2"
    pool.fault("scm1.paths failing", "scm1.paths working")
    assert line_of(pool, host, BEST).startswith("8:32 failed ready")
    assert ordered(pool, host, f"reinstate path {BEST}") == "ok\n"
    assert line_of(pool, host, BEST).startswith("8:32 active ready")


def test_an_offline_device_is_not_reinstated_and_runs_again_when_it_is_told_to(
    pool: Simulated,
) -> None:
    pool.model.set_offline("xcp82", BEST, True)
    state = f"/sys/block/{BEST}/device/state"
    assert line_of(pool, "xcp82", BEST) == "8:32 failed faulty offline"
    assert ordered(pool, "xcp82", f"reinstate path {BEST}") == "ok\n"
    assert line_of(pool, "xcp82", BEST) == "8:32 failed faulty offline"
    assert pool.printed("xcp82", f"cat {state}") == "offline\n"
    match = DEVICE_STATE.fullmatch(state)
    assert match
    assert write_state(pool.dom0("xcp82"), match, "running").status == 0
    assert line_of(pool, "xcp82", BEST) == "8:32 active ready running"


def test_a_path_taken_out_of_its_map_is_an_orphan_until_it_is_added(pool: Simulated) -> None:
    ordered(pool, "xcp83", f"del path {BEST}")
    assert BEST not in ordered(pool, "xcp83", "show topology")
    row = ordered(pool, "xcp83", 'show paths raw format "%d|%w|%m|%t"').splitlines()[2]
    assert row == f"{BEST}|{LUN}|[orphan]|undef"
    assert (active(pool, "xcp83"), counts(pool, "xcp83")) == ("scm2", "[1, 2]")
    ordered(pool, "xcp83", f"add path {BEST}")
    assert (active(pool, "xcp83"), counts(pool, "xcp83")) == ("scm1", "[2, 2]")


@pytest.mark.parametrize("host", HOSTS)
def test_a_scan_finds_what_the_kernel_dropped_and_nothing_else(pool: Simulated, host: str) -> None:
    healthy = ordered(pool, host, "show topology")
    match, other = (SCAN.fullmatch(f"/sys/class/scsi_host/host{n}/scan") for n in (0, 1))
    assert match
    assert other
    assert write_scan(pool.dom0(host), match, "- - -").status == 0
    assert ordered(pool, host, "show topology") == healthy
    pool.model.drop_device(host, BEST)
    assert BEST not in ordered(pool, host, "show paths")
    assert write_scan(pool.dom0(host), other, "- - -").status == 1
    assert BEST not in ordered(pool, host, "show paths")
    assert write_scan(pool.dom0(host), match, "- - -").status == 0
    assert ordered(pool, host, "show topology") == healthy


def test_a_scan_finds_nothing_behind_a_controller_that_is_out(pool: Simulated) -> None:
    pool.fault("scm1 pulled")
    pool.model.scan("xcp82")
    assert counts(pool, "xcp82") == "[1, 2]"


@pytest.mark.parametrize("verb", ["fail", "reinstate", "add", "del"])
def test_an_unknown_path_is_refused_with_exit_status_0(pool: Simulated, verb: str) -> None:
    assert ordered(pool, "xcp82", f"{verb} path sdz") == "fail\n"


def test_reads_end_hang_or_fail_as_the_device_does(pool: Simulated) -> None:
    result = pool.run("xcp82", READ.format(BEST))
    assert (result.status, result.hangs) == (0, False)
    assert result.stderr.startswith("1+0 records in\n1+0 records out\n4096 bytes copied")
    missing = pool.run("xcp82", READ.format("sdz"))
    assert (missing.status, missing.stderr) == (
        1,
        "dd: opening `/dev/sdz': No such file or directory\n",
    )
    pool.model.set_offline("xcp82", BEST, True)
    assert "No such device or address" in pool.run("xcp82", READ.format(BEST)).stderr
    pool.fault("scm2.paths failing")
    assert pool.run("xcp82", READ.format(OTHER)).hangs
    assert pool.run("xcp82", READ.format(f"mapper/{LUN}")).hangs


def test_only_the_daemon_of_multipath_runs(pool: Simulated) -> None:
    assert pool.printed("xcp82", "pidof multipathd") == "1305\n"
    assert pool.run("xcp82", "pidof -x multipath rescan-scsi-bus.sh").status == 1
