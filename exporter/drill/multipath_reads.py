"""What xenlens_reads.py prints, as I/O of a drill."""

import re

from exporter.drill.record import Io
from exporter.drill.subject import HostIo

_CLOCK = re.compile(r"clock (\d{1,12}\.\d{6})$")
_READ = re.compile(r"(read|error) (\d{1,12}\.\d{6}) (\d{1,9}\.\d{6})(?: (E[A-Z0-9]+))?$")


def parse_reads(text: str) -> HostIo:
    """The reads that ended, by the host's clock. Raises ValueError where the text is not whole."""
    head, *lines = text.split("\n")
    clock = _CLOCK.match(head)
    if clock is None or lines[-2:] != ["end", ""]:
        raise ValueError("expected `clock UNIX`, reads, and `end`")
    return HostIo(float(clock[1]), tuple(_read(line) for line in lines[:-2]))


def _read(line: str) -> Io:
    match = _READ.match(line)
    if match is None or (match[1] == "error") != (match[4] is not None):
        raise ValueError(f"expected `read UNIX SECONDS` or `error UNIX SECONDS NAME`, not {line!r}")
    return Io(float(match[2]), float(match[3]), match[4] or "")
