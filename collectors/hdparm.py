"""hdparm's read timings (`-t`, `-T`, with or without `--direct`), 3.x to 9.65.

`MB` is 2^20 bytes and `kB` 2^10 (hdparm.c). A device is named once, before its figures; without
a name (a cut capture) the device is None. A figure of a kind that a run already has begins the
next run of that device.
"""

import re
from dataclasses import dataclass, replace

from collectors.captured import is_chatter, lines_of
from collectors.hdparm_errors import hdparm_error
from collectors.parsing import Kind, Noise, Parsed, ParseError


@dataclass(frozen=True, slots=True)
class DiskTiming:
    """One run of hdparm on a device; a kind that was not asked for is None.

    With `--direct` nothing is read through the page cache; the figures stand in the same places,
    for it is the same question: from the drive's own cache, and from its disks.
    """

    device: str | None
    cached_bytes_per_second: float | None = None
    buffered_bytes_per_second: float | None = None


_UNITS = {"MB": 2**20, "kB": 2**10, "KB": 2**10, "GB": 2**30}
_DEVICE = re.compile(r"(?P<device>/\S+):$")
_TIMING = re.compile(
    r"Timing (?:(?:O_DIRECT )?(?P<cached>cached reads|buffer-cache reads)"
    r"|(?:buffered|O_DIRECT) disk reads):\s*"
    r"(?P<size>\d+(?:\.\d+)?) [kKMG]B in\s+(?P<seconds>\d+(?:\.\d+)?) seconds\s*="
    r"\s*(?P<rate>\d{1,15}(?:\.\d{1,6})?) (?P<unit>[kKMG]B)/sec$"
)
_EXPECTED = "`/dev/DEVICE:` or ` Timing … reads: … = … MB/sec`"
_EXPECTED_TIMING = "a whole timing (`… MB in … seconds = … MB/sec`)"


def parse_hdparm(text: str) -> Parsed[DiskTiming]:
    """The runs, in the order of the text. Raises ParseError, ToolError.

    A timing that is not whole is left out and counted.
    """
    reader = _Reader()
    for line in lines_of(text):
        reader.feed(line)
    if not reader.runs:
        _refuse(reader, text)
    return Parsed(tuple(reader.runs), tuple(reader.noise), len(reader.damage))


class _Reader:
    def __init__(self) -> None:
        self.runs: list[DiskTiming] = []
        self.noise: list[Noise] = []
        self.damage: list[ParseError] = []
        self._device: str | None = None
        self._begins = True
        """Whether the next figure belongs to a run of its own."""

    def feed(self, line: Noise) -> None:
        text = line.text.strip()
        device = _DEVICE.match(text)
        if device:
            self._device, self._begins = device["device"], True
        elif "Timing " in text and " reads" in text:
            self._timing(line, _TIMING.search(text))
        elif text:
            self.noise.append(line)

    def _timing(self, line: Noise, match: re.Match[str] | None) -> None:
        if match is None:
            self.damage.append(ParseError(line.line, _EXPECTED_TIMING, line.text))
            self.noise.append(line)
            return
        rate = float(match["rate"]) * _UNITS[match["unit"]]
        run = DiskTiming(self._device) if self._begins else self.runs.pop()
        kind = "cached" if match["cached"] else "buffered"
        if getattr(run, f"{kind}_bytes_per_second") is not None:
            self.runs.append(run)
            run = DiskTiming(self._device)
        self.runs.append(_with(run, kind, rate))
        self._begins = False


def _with(run: DiskTiming, kind: str, rate: float) -> DiskTiming:
    if kind == "cached":
        return replace(run, cached_bytes_per_second=rate)
    return replace(run, buffered_bytes_per_second=rate)


def _refuse(reader: _Reader, text: str) -> None:
    """Raise what is wrong with a text without timings, unless nothing is."""
    error = hdparm_error(text)
    if error is not None:
        raise error
    if reader.damage:
        raise reader.damage[0]
    for line in reader.noise:
        if not is_chatter(line.text):
            raise ParseError(line.line, _EXPECTED, line.text)


KINDS: tuple[Kind, ...] = (Kind("hdparm", parse_hdparm, "hdparm -t, -T, also with --direct"),)
