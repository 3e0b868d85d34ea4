"""Open vSwitch's log is followed from where it ended when the drill began."""

from pathlib import Path

from exporter.drill.bond_log import OvsLog, lines_in
from exporter.drill.subject import LogLine
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local
from tests.fakes import FakeHost

OLD = "2026-01-01T00:00:00.000Z|00041|bridge|INFO|bridge xenbr0: added interface eth0 on port 1\n"
DOWN = "2026-01-01T00:00:01.250Z|00042|bond|INFO|interface eth0: link state down\n"
UP = "2026-01-01T00:00:02Z|00043|bond(handler7)|WARN|bond bond0: all interfaces disabled\n"


def test_lines_on_bonds_have_their_time_in_utc_and_their_level() -> None:
    assert lines_in(OLD + DOWN + UP) == (
        LogLine(1767225601.25, "ovs-vswitchd", "INFO: interface eth0: link state down"),
        LogLine(1767225602.0, "ovs-vswitchd", "WARN: bond bond0: all interfaces disabled"),
    )


async def test_what_was_there_before_is_not_told_and_each_line_once(tmp_path: Path) -> None:
    file = tmp_path / "ovs-vswitchd.log"
    file.write_text(DOWN)
    log = OvsLog(LocalHost("dom0", Local()), str(file))
    assert await log.lines() == ()
    with file.open("a") as end:
        end.write(UP)
    assert await log.lines() == lines_in(UP)
    assert await log.lines() == ()


async def test_a_log_begun_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "ovs-vswitchd.log"
    file.write_text(OLD + DOWN)
    log = OvsLog(LocalHost("dom0", Local()), str(file))
    await log.lines()
    file.write_text(UP)
    assert await log.lines() == lines_in(UP)


async def test_a_host_without_that_log_says_nothing() -> None:
    log = OvsLog(FakeHost({}))
    assert [await log.lines(), await log.lines()] == [(), ()]
