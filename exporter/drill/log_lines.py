"""Lines of syslog and dmesg: when, by which program, and what."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from exporter.drill.subject import LogLine

_DATE = re.compile(r"(\d{1,12})(?:\.(\d{1,9}))?[^\d+-]*([+-])(\d\d)(\d\d)$")
"""`date +%s.%N%z`; a date that knows no %N prints that as it is."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SYSLOG = re.compile(
    r"(?:<\d+>)?(?:(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) (?P<time>\d\d:\d\d:\d\d)"
    r"|(?P<iso>\d{4}-\d\d-\d\dT\S+)) \S+ (?P<tag>[^\s:\[\]]+)(?:\[\d+\])?: ?(?P<text>.*)$"
)
"""The traditional format (RFC 3164) and that with RFC 3339's stamps; both of rsyslog."""
_DMESG = re.compile(r"(?:<\d+>)?\[ *(\d{1,9}\.\d{6})\](?:\[ *[TC]\d+\])? ?(.*)$")
"""Seconds since boot, and the thread or CPU where the kernel prints it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How a host tells time: now and at boot as Unix time, and its zone.

    The offset is that of now: where summer time begins or ends meanwhile, it is an hour off.
    """

    now: float
    boot: float | None
    zone: tzinfo


def clock_of(date: str, uptime: str) -> Clock:
    """From `date +%s.%N%z` and /proc/uptime, read at one time. Raises ValueError without a date."""
    match = _DATE.match(date.strip())
    if match is None:
        raise ValueError(f"expected seconds and an offset of date, not {date.strip()[:60]!r}")
    seconds, fraction, sign, hours, minutes = match.groups()
    now = float(f"{seconds}.{fraction or 0}")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(offset if sign == "+" else -offset)
    passed = uptime.partition(" ")[0]
    known = re.fullmatch(r"\d{1,12}\.\d{1,9}", passed)
    return Clock(now, now - float(passed) if known else None, zone)


def syslog_line(line: str, clock: Clock) -> LogLine | None:
    """A line of a log file; None for one that is not in either format."""
    match = _SYSLOG.match(line)
    if match is None:
        return None
    at = _iso(match["iso"]) if match["iso"] else _traditional(match, clock)
    if at is None:
        return None
    return LogLine(at, match["tag"], _unstamped(match["tag"], match["text"]))


def _unstamped(tag: str, text: str) -> str:
    """The kernel's own stamp before its words says nothing more."""
    stamped = _DMESG.match(text) if tag == "kernel" else None
    return stamped[2] if stamped else text


def _iso(stamp: str) -> float | None:
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return None if at.tzinfo is None else at.timestamp()


def _traditional(match: re.Match[str], clock: Clock) -> float | None:
    """It has no year: that in which it is nearest to the host's now, also around New Year."""
    return min(_in_years(match, clock), key=lambda at: abs(at - clock.now), default=None)


def _in_years(match: re.Match[str], clock: Clock) -> Iterator[float]:
    if match["month"] not in _MONTHS:
        return
    month, day = _MONTHS.index(match["month"]) + 1, int(match["day"])
    this = datetime.fromtimestamp(clock.now, UTC).year
    hour, minute, second = map(int, match["time"].split(":"))
    for year in (this - 1, this, this + 1):
        try:
            at = datetime(year, month, day, hour, minute, second, tzinfo=clock.zone)
        except ValueError:
            continue
        yield at.timestamp()


def dmesg_line(line: str) -> tuple[float, str] | None:
    """Seconds since boot, and the text; None for a line without a stamp."""
    match = _DMESG.match(line)
    return (float(match[1]), match[2]) if match else None
