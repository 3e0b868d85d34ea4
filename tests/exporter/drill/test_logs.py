"""Following a host's logs: real files by real stat, tail and date, and dmesg by its stamps."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.host import HostError
from exporter.drill.log_lines import Clock, clock_of, dmesg_line, syslog_line
from exporter.drill.logs import DATE, MOST, UPTIME, HostLogs
from exporter.drill.subject import LogLine
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local
from tests.fakes import FakeHost

TAGS = ("kernel", "multipathd")
REMOVED = "Apr  7 17:26:35 xenserver1 multipathd: sdb: remove path (operator)"
CACHE = "Apr  7 17:26:35 xenserver1 kernel: sd 0:0:1:0: [sdb] Synchronizing SCSI cache"
OTHER = "Apr  7 17:26:36 xenserver1 sshd[211]: Accepted publickey for root"


def unix(*when: int) -> float:
    """Unix time of a moment in UTC."""
    return datetime(*when, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]


def clock(now: float, offset: str = "+0000", uptime: str = "100.00 90.00") -> Clock:
    """A host's time as its tools tell it."""
    return clock_of(f"{now:.6f}{offset}\n", uptime)


NOON = clock(unix(2013, 4, 7, 20, 0, 0))


@pytest.fixture
async def host() -> AsyncIterator[LocalHost]:
    """This machine."""
    local = LocalHost("here", Local())
    yield local
    await local.close()


def append(file: Path, *lines: str) -> None:
    """Write whole lines at a file's end."""
    with file.open("a") as log:
        log.writelines(f"{line}\n" for line in lines)


async def texts(logs: HostLogs) -> list[str]:
    """What was said since the last call."""
    return [line.text for line in await logs.new_lines()]


async def test_only_what_is_appended_is_told_and_only_of_the_programs_asked_for(
    host: LocalHost, tmp_path: Path
) -> None:
    log = tmp_path / "messages"
    append(log, CACHE)
    logs = HostLogs(host, TAGS, [[str(log)]])
    assert await logs.new_lines() == ()
    append(log, REMOVED, OTHER, CACHE)
    assert await texts(logs) == [
        "sdb: remove path (operator)",
        "sd 0:0:1:0: [sdb] Synchronizing SCSI cache",
    ]
    assert await texts(logs) == []


async def test_a_line_that_is_still_being_written_is_told_once_it_is_whole(
    host: LocalHost, tmp_path: Path
) -> None:
    log = tmp_path / "messages"
    append(log, CACHE)
    logs = HostLogs(host, TAGS, [[str(log)]])
    await logs.new_lines()
    with log.open("a") as under_way:
        under_way.write(REMOVED[:50])
        under_way.flush()
        assert await texts(logs) == []
        under_way.write(REMOVED[50:] + "\n")
    assert await texts(logs) == ["sdb: remove path (operator)"]


async def test_a_log_begun_anew_is_read_from_its_beginning(host: LocalHost, tmp_path: Path) -> None:
    log = tmp_path / "messages"
    append(log, CACHE, CACHE)
    logs = HostLogs(host, TAGS, [[str(log)]])
    await logs.new_lines()
    os.rename(log, tmp_path / "messages.1")
    assert await texts(logs) == []
    append(log, REMOVED, CACHE, CACHE)
    assert len(await texts(logs)) == 3
    log.write_text(f"{REMOVED}\n")
    assert await texts(logs) == ["sdb: remove path (operator)"]


async def test_of_a_flood_the_last_lines_are_told_and_none_is_cut(
    host: LocalHost, tmp_path: Path
) -> None:
    log = tmp_path / "messages"
    append(log, CACHE)
    logs = HostLogs(host, TAGS, [[str(log)]])
    await logs.new_lines()
    append(log, *([REMOVED] * (2 * MOST // len(REMOVED))), CACHE)
    told = await texts(logs)
    assert MOST - 200 < len(told) * (len(REMOVED) + 1) <= MOST + 200
    assert set(told[:-1]) == {"sdb: remove path (operator)"}
    assert told[-1].startswith("sd 0:0:1:0")


async def test_the_first_logs_that_are_there_and_not_empty_are_followed_together(
    host: LocalHost, tmp_path: Path
) -> None:
    empty, kernel, daemon, last = (tmp_path / name for name in ("m", "kern", "daemon", "s"))
    empty.touch()
    for log in (kernel, daemon, last):
        append(log, CACHE)
    groups = [[str(tmp_path / "none")], [str(empty)], [str(kernel), str(daemon)], [str(last)]]
    logs = HostLogs(host, TAGS, groups)
    await logs.new_lines()
    append(last, REMOVED)
    append(daemon, REMOVED.replace(":35", ":40"))
    append(kernel, CACHE)
    assert [line.source for line in await logs.new_lines()] == ["kernel", "multipathd"]


async def test_without_a_log_file_the_kernels_ring_is_told_by_difference() -> None:
    said = "[   10.000000] old\n[<0>] no stamp\n"
    answers = {
        " ".join(DATE): "1000.500000000+0000\n",
        " ".join(UPTIME): "100.50 90.00\n",
        "dmesg": said,
    }
    host = FakeHost(answers)
    logs = HostLogs(host, TAGS)
    assert await logs.new_lines() == ()
    answers["dmesg"] += "[  101.250000] sd 0:0:1:0: [sdb] Synchronizing SCSI cache\n"
    expected = LogLine(1001.25, "kernel", "sd 0:0:1:0: [sdb] Synchronizing SCSI cache")
    assert await logs.new_lines() == [expected]
    assert await logs.new_lines() == []


async def test_a_host_that_does_not_tell_its_time_is_an_error() -> None:
    with pytest.raises(HostError, match="expected seconds and an offset"):
        await HostLogs(FakeHost({}), TAGS).new_lines()


def test_a_traditional_stamp_is_in_the_hosts_own_zone() -> None:
    berlin = clock(unix(2013, 4, 7, 16, 0, 0), "+0200")
    line = syslog_line(REMOVED, berlin)
    assert line == LogLine(
        unix(2013, 4, 7, 15, 26, 35), "multipathd", "sdb: remove path (operator)"
    )


@pytest.mark.parametrize(
    ("now", "stamp", "at"),
    [
        ((2014, 1, 1, 0, 0, 5), "Dec 31 23:59:59", (2013, 12, 31, 23, 59, 59)),
        ((2013, 12, 31, 23, 59, 55), "Jan  1 00:00:01", (2014, 1, 1, 0, 0, 1)),
        ((2016, 2, 29, 12, 0, 0), "Feb 29 12:00:01", (2016, 2, 29, 12, 0, 1)),
    ],
)
def test_the_year_is_that_in_which_the_stamp_is_nearest_to_now(
    now: tuple[int, ...], stamp: str, at: tuple[int, ...]
) -> None:
    line = syslog_line(f"{stamp} host kernel: text", clock(unix(*now)))
    assert line is not None
    assert line.unix == unix(*at)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "2026-04-07T17:26:35.250000+02:00 xcp1 multipathd[1211]: sdb: add path (uevent)",
            LogLine(unix(2026, 4, 7, 15, 26, 35) + 0.25, "multipathd", "sdb: add path (uevent)"),
        ),
        (
            "2026-04-07T17:26:35Z xcp1 ovs-vswitchd: ovs|00042|bond|INFO|member eth0: disabled",
            LogLine(
                unix(2026, 4, 7, 17, 26, 35),
                "ovs-vswitchd",
                "ovs|00042|bond|INFO|member eth0: disabled",
            ),
        ),
        (
            "Apr  7 17:26:35 xcp1 kernel: [ 8123.456789] sd 0:0:1:0: alua: port group 00",
            LogLine(unix(2013, 4, 7, 17, 26, 35), "kernel", "sd 0:0:1:0: alua: port group 00"),
        ),
        ("Apr  7 17:26:35 xenserver1 last message repeated 2 times", None),
        ("Feb 30 17:26:35 xenserver1 kernel: text", None),
        ("2026-13-07T17:26:35Z xcp1 kernel: text", None),
        ("2026-12-07T17:26:35 xcp1 kernel: text", None),
        ("", None),
    ],
)
def test_a_line_is_read_in_the_formats_of_syslog_or_left_out(
    line: str, told: LogLine | None
) -> None:
    assert syslog_line(line, NOON) == told


def test_the_kernels_stamps_may_have_a_level_and_a_thread() -> None:
    assert dmesg_line("<6>[    1.500000][    T1] text: [1] more") == (1.5, "text: [1] more")
    assert dmesg_line("text without a stamp") is None


def test_a_date_that_knows_no_fractions_still_tells_the_time() -> None:
    told = clock_of("1365343200.%N-0430\n", "")
    assert (told.now, told.boot) == (1365343200.0, None)
    line = syslog_line("Apr  7 09:30:00 host kernel: text", told)
    assert line is not None
    assert line.unix == 1365343200.0
