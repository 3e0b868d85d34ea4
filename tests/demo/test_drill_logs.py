"""The logs of simulated hosts: faults leave lines in the words of the host's version."""

import shlex

import pytest

from exporter.demo.journal import KEPT, Entry, Journal
from exporter.drill.bond_log import FILE, GROWN, SIZE, lines_in
from exporter.drill.log_lines import Clock, clock_of, syslog_line
from exporter.drill.subject import LogLine
from tests.demo.simulated import HOSTS, Simulated

FILES = {
    "xenserver1": ("/var/log/messages",),
    "xcp82": ("/var/log/kern.log", "/var/log/daemon.log"),
    "xcp83": ("/var/log/kern.log", "/var/log/daemon.log"),
}


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def clock(pool: Simulated, host: str) -> Clock:
    date, uptime = "date +%s.%N%z", "cat /proc/uptime"
    return clock_of(pool.printed(host, date), pool.printed(host, uptime))


def logged(pool: Simulated, host: str) -> list[LogLine]:
    """Every line of a host's logs, which a drill must understand."""
    now = clock(pool, host)
    texts = [pool.printed(host, f"cat {file}") for file in FILES[host]]
    lines = [syslog_line(line, now) for text in texts for line in text.splitlines()]
    known = [line for line in lines if line is not None]
    assert len(known) == len(lines)
    return known


def said(pool: Simulated, host: str, source: str) -> list[str]:
    return [line.text for line in logged(pool, host) if line.source == source]


def of_ovs(pool: Simulated, host: str) -> list[str]:
    """What Open vSwitch logged on bond0."""
    lines = lines_in(pool.printed(host, f"cat {FILE}"))
    return [line.text for line in lines if "eth0" in line.text or "bond0" in line.text]


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_tells_its_time_and_when_it_booted(pool: Simulated, host: str) -> None:
    told = clock(pool, host)
    assert told.now == pytest.approx(pool.model.unix(pool.now))
    assert told.boot == pytest.approx(pool.model.unix(0.0))


@pytest.mark.parametrize("host", HOSTS)
def test_a_fault_is_logged_when_it_happens(pool: Simulated, host: str) -> None:
    pool.now += 100
    pool.fault("scm2 pulled")
    pool.now += 100
    (line,) = (one for one in logged(pool, host) if "sdd: remove path" in one.text)
    assert line.unix == pytest.approx(pool.model.unix(pool.now - 100), abs=1)


def test_a_pulled_controller_is_logged_as_the_operator_saw_it(pool: Simulated) -> None:
    pool.fault("scm1 pulled")
    boot = "22202000155fdb615"
    kernel = said(pool, "xenserver1", "kernel")
    assert "sd 0:0:0:0: [sda] Synchronizing SCSI cache" in kernel
    assert "sd 0:0:0:0: [sda] Result: hostbyte=DID_NO_CONNECT driverbyte=DRIVER_OK" in kernel
    assert "sd 0:0:1:0: alua: port group 01 switched to state A" in kernel
    assert said(pool, "xenserver1", "multipathd")[2:5] == [
        "sda: remove path (operator)",
        f"{boot}: load table [0 209715200 multipath 1 queue_if_no_path 1 alua 1 1 "
        "round-robin 0 1 1 8:16 100]",
        f"Path event for {boot}, calling mpathcount",
    ]


def test_a_controller_that_is_back_is_logged_under_its_new_address(pool: Simulated) -> None:
    pool.fault("scm2 pulled", "scm2 pushed back")
    assert "sd 0:0:2:0: [sdb] 209715200 512-byte logical blocks: (107 GB/100 GiB)" in said(
        pool, "xenserver1", "kernel"
    )
    assert "sdb: add path (operator)" in said(pool, "xenserver1", "multipathd")


def test_later_versions_have_other_words(pool: Simulated) -> None:
    pool.fault("scm2 pulled", "scm2 pushed back")
    failed = "Synchronize Cache(10) failed: Result: hostbyte=DID_NO_CONNECT"
    assert f"sd 0:0:1:10: [sdd] {failed} driverbyte=DRIVER_OK" in said(pool, "xcp83", "kernel")
    multipathd = said(pool, "xcp83", "multipathd")
    assert "sdd: remove path (uevent)" in multipathd
    assert "sdd [8:48]: path removed from map 222ac00015543fe63" in multipathd
    assert "sdd [8:48]: path added to devmap 222ac00015543fe63" in multipathd


@pytest.mark.parametrize(
    ("host", "who"), [("xenserver1", "sdd:"), ("xcp83", "222ac00015543fe63: sdd -")]
)
def test_a_failing_path_is_logged_by_its_checker(pool: Simulated, host: str, who: str) -> None:
    pool.fault("scm2.paths failing", "scm2.paths working")
    assert "device-mapper: multipath: Failing path 8:48." in said(pool, host, "kernel")
    multipathd = said(pool, host, "multipathd")
    order = [
        f"{who} tur checker reports path is down",
        "checker failed path 8:48 in map 222ac00015543fe63",
        "222ac00015543fe63: remaining active paths: 1",
        f"{who} tur checker reports path is up",
        "8:48: reinstated",
        "222ac00015543fe63: remaining active paths: 2",
    ]
    assert [line for line in multipathd if line in order] == order


@pytest.mark.parametrize(("host", "word"), [("xcp82", "interface"), ("xcp83", "member")])
def test_a_switch_that_restarts_is_logged_by_open_vswitch(
    pool: Simulated, host: str, word: str
) -> None:
    pool.fault("switch1 reset")
    pool.now += 60
    assert of_ovs(pool, host) == [
        f"INFO: {word} eth0: link state down",
        f"INFO: {word} eth0: will be disabled if it stays down for 200 ms",
        f"INFO: {word} eth0: disabled",
        f"INFO: bond bond0: active {word} is now eth2",
        f"INFO: {word} eth0: link state up",
        f"INFO: {word} eth0: will be enabled if it stays up for 31000 ms",
        f"INFO: {word} eth0: enabled",
    ]


def test_a_member_that_a_person_makes_active_is_logged(pool: Simulated) -> None:
    pool.printed("xcp83", "ovs-appctl bond/set-active-member bond0 eth2")
    assert of_ovs(pool, "xcp83") == ["INFO: bond bond0: active member is now eth2"]


@pytest.mark.parametrize("host", HOSTS)
def test_the_kernel_logs_carriers(pool: Simulated, host: str) -> None:
    pool.fault("switch1 off", "switch1 on")
    links = [text for text in said(pool, host, "kernel") if "eth0 NIC Link is" in text]
    assert [text.partition("Link is ")[2].split()[0] for text in links] == ["Down", "Up"]


@pytest.mark.parametrize("host", HOSTS)
def test_a_log_is_read_on_from_where_it_ended(pool: Simulated, host: str) -> None:
    file = FILES[host][-1]
    inode, size, _ = pool.printed(host, f"stat -c '%i %s %n' {file}").split()
    before = pool.printed(host, f"cat {file}")
    pool.fault("scm2 pulled")
    after = pool.printed(host, f"cat {file}")
    assert after == before + pool.printed(host, f"tail -c +{int(size) + 1} {file}")
    assert pool.printed(host, f"stat -c '%i %s %n' {file}").split() == [
        inode,
        str(len(after)),
        file,
    ]


def test_the_log_of_open_vswitch_is_followed_by_its_size(pool: Simulated) -> None:
    size = pool.printed("xcp83", shlex.join(("sh", "-c", SIZE, "log", FILE))).strip()
    pool.fault("switch2 off")
    grown = pool.printed("xcp83", shlex.join(("sh", "-c", GROWN, "log", FILE, size)))
    whole = pool.printed("xcp83", f"cat {FILE}")
    assert (size, grown) == ("0", f"{len(whole)}\n{whole}")
    assert "eth2: link state down" in whole


def test_logs_that_are_not_there_are_missed(pool: Simulated) -> None:
    assert pool.run("xcp83", "stat -c '%i %s %n' /var/log/messages").status == 1
    assert pool.run("xenserver1", f"tail -c +1 {FILE}").status == 1
    assert pool.run("xenserver1", shlex.join(("sh", "-c", GROWN, "log", FILE, "0"))).status == 1


def test_a_full_journal_is_rotated() -> None:
    one = Entry(0.0, "kernel", "said")
    full = Journal((one,) * KEPT)
    assert full.with_entries(one) == Journal((one,), 1)
