"""Open vSwitch's own log, where it says when it disabled a member and which one became active."""

import re
from collections.abc import Sequence
from datetime import datetime

from collectors.host import Host, loop_time
from exporter.drill.subject import LogLine

FILE = "/var/log/openvswitch/ovs-vswitchd.log"
SOURCE = "ovs-vswitchd"
TOPICS = frozenset({"bond", "lacp", "bfd", "cfm"})
"""Modules of Open vSwitch that say why a member is used or not."""
SECONDS = 5.0
SIZE = 'wc -c <"$1"'
GROWN = (
    f's=$({SIZE}) || exit; echo "$s"; [ "$2" -le "$s" ] || set -- "$1" 0; '
    'tail -c "+$(($2 + 1))" "$1" | head -c "$((s - $2))"'
)
"""For `sh -c`: the size of a file, then its bytes behind the first $2; all of a file begun anew."""
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)Z?\|\d+\|(\w+)[^|]*\|(.*)")


class OvsLog:
    """Follows the log of one host's ovs-vswitchd, which writes it in whole lines."""

    def __init__(self, host: Host, file: str = FILE) -> None:
        self._host = host
        self._file = file
        self._size: int | None = None

    async def lines(self) -> Sequence[LogLine]:
        """Lines since the last call; none on the first, nor without a log. Raises HostError."""
        known = self._size
        words = (
            (SIZE, "log", self._file) if known is None else (GROWN, "log", self._file, f"{known}")
        )
        output = await self._host.run(("sh", "-c", *words), deadline=loop_time() + SECONDS)
        size, _, text = output.stdout.partition("\n")
        if size.strip().isdigit():
            self._size = int(size)
        return lines_in(text)


def lines_in(text: str) -> tuple[LogLine, ...]:
    """Lines on bonds, such as `2026-01-01T00:00:00.000Z|00042|bond|INFO|…`, in UTC (vlog.c).

    Old Open vSwitch writes local time without a year: such lines are left out.
    """
    found = (match for match in map(_LINE.match, text.splitlines()) if match)
    return tuple(
        LogLine(_unix(time), SOURCE, said.replace("|", ": ", 1))
        for time, topic, said in (match.groups() for match in found)
        if topic in TOPICS
    )


def _unix(time: str) -> float:
    return datetime.fromisoformat(f"{time}+00:00").timestamp()
