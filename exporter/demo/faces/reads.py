"""What xenlens_reads.py prints while it runs on a simulated host.

What happens to the chassis is noticed when the session looks at the program: up to its time from
look to look (`exporter.demo.terminal`) late.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from collectors.onhost import xenlens_reads
from collectors.onhost.xenlens_reads import Refused
from exporter.demo.command import Dom0, Result
from exporter.demo.devices import Device, device_at
from exporter.demo.speeds import ALONE, speed_of

SWITCHING = 1.2
"""Seconds from a change of controller until reads go on: it took the operator's array one to two
from the lost controller to `port group 01 switched to state A`."""
_DEAD, _AT_ONCE = "EIO", 0.00005
"""What a read of a SCSI device that was dropped ends with, and how soon."""
_PROGRAM: Any = xenlens_reads


def xenlens_reads_of(dom0: Dom0, program: str, words: Sequence[str]) -> Result:
    """Read; the program's own text is needed where it prints how it is used."""
    if not words or words[0] in ("help", "-h", "--help"):
        _, usage, _ = program.split('"""', 2)
        return Result(f"{usage.strip()}\n")
    try:
        path, options = _PROGRAM.read_options(list(words))
    except Refused as error:
        return Result(stderr=f"xenlens_reads: {error}\n", status=2)

    return dom0.runs.look(
        dom0.session, f"xenlens_reads {path}", lambda: _opened(dom0, path, options)
    )


def _opened(dom0: Dom0, path: str, options: Mapping[str, float]) -> Callable[[], Result]:
    """What tells of the reads of a device, or that there is none."""
    if device_at(dom0.state.storage, path) is None:
        said = f"xenlens_reads: [Errno 2] No such file or directory: '{path}'\n"
        return lambda: Result(stderr=said, status=1)
    return _Reads(dom0, path, options).look


class _Reads:
    """Reads of one device, one after the other."""

    def __init__(self, dom0: Dom0, path: str, options: Mapping[str, float]) -> None:
        self._dom0, self._path = dom0, path
        self._seconds, self._every = options["--seconds"], options["--every"]
        self._began = dom0.now
        self._unix = dom0.model.unix(self._began)
        self._chance = Random(f"{path} {self._began}")
        self._lines = [f"clock {self._unix:.6f}"]
        self._due = 0.0
        """When the read under way began, or the next one will, in seconds since `_began`."""
        self._ready = 0.0
        """Since when the controller serves."""
        device = self._device()
        self._through = device.controller if device else None

    def look(self) -> Result:
        """Everything up to now; a read that hangs holds up all others."""
        now = self._dom0.now - self._began
        device = self._device()
        if device is None or self._serves(device, now):
            self._read_until(now, device)
        ended = self._due >= self._seconds and now >= self._due
        text = "".join(f"{line}\n" for line in (*self._lines, *(["end"] if ended else [])))
        return Result(text, hangs=not ended)

    def _device(self) -> Device | None:
        return device_at(self._dom0.state.storage, self._path)

    def _serves(self, device: Device, now: float) -> bool:
        """Whether there is a controller to read through; a new one needs some time first."""
        if device.controller != self._through:
            self._through, self._ready = device.controller, now + SWITCHING
        return device.controller is not None

    def _read_until(self, now: float, device: Device | None) -> None:
        while self._due < self._seconds:
            begins = self._due if device is None else max(self._due, self._ready)
            ends = begins + self._taken(device)
            if ends > now:
                return
            word, failure = ("read", "") if device else ("error", f" {_DEAD}")
            took = ends - self._due
            self._lines.append(f"{word} {self._unix + self._due:.6f} {took:.6f}{failure}")
            self._due = max(self._due + self._every, ends)

    def _taken(self, device: Device | None) -> float:
        if device is None:
            return _AT_ONCE
        arrays = self._dom0.model.chassis.arrays
        speed = speed_of(arrays, device, ALONE, self._dom0.now)
        return next(speed.latencies.drawn(self._chance))
