"""The command `hdparm`: `-t` and `-T`, which read from a disk and from the cache."""

from collections.abc import Sequence

from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.devices import device_at
from exporter.demo.faces.fio import RUNS
from exporter.demo.speeds import BUFFERED, cached_bandwidth, speed_of

SECONDS = {"t": 3.0, "T": 2.0}
"""How long it reads."""
_FLAGS = "tT"
_STEP = 2
"""Megabytes read at a time."""
_MEGABYTE = 1 << 20
_MISSING = 2


def hdparm(dom0: Dom0, argv: Sequence[str]) -> Result:
    """Measure devices one after the other."""
    words = list(argv[1:])
    direct = "--direct" in words
    flags = "".join(word[1:] for word in words if word[:1] == "-" and word != "--direct")
    if not flags or set(flags) - set(_FLAGS):
        return Result(stderr="hdparm: only -t, -T and --direct are simulated\n", status=1)
    results = [_one(dom0, word, flags, direct) for word in words if word[:1] != "-"]
    out, err = "".join(r.stdout for r in results), "".join(r.stderr for r in results)
    if any(result.hangs for result in results):
        return HANGS
    seconds = sum(result.seconds for result in results)
    return Result(out, err, max((r.status for r in results), default=0), seconds=seconds)


def _one(dom0: Dom0, path: str, flags: str, direct: bool) -> Result:
    device = device_at(dom0.state.storage, path)
    if device is None:
        return Result(stderr=f"{path}: No such file or directory\n", status=_MISSING)
    if device.controller is None:
        return HANGS
    lines = ["", f"{path}:"]
    if "T" in flags:
        what = "O_DIRECT cached reads:  " if direct else "cached reads:  "
        lines.append(_line(what, cached_bandwidth(dom0.name, dom0.now), SECONDS["T"]))
    if "t" in flags:
        what = "O_DIRECT disk reads:" if direct else "buffered disk reads:"
        speed = speed_of(dom0.model.chassis.arrays, device, BUFFERED, dom0.now)
        lines.append(_line(what, speed.bandwidth, SECONDS["t"]))
    return Result("".join(f"{line}\n" for line in lines), seconds=RUNS)


def _line(what: str, bandwidth: float, seconds: float) -> str:
    """It stops after the first piece that ends too late."""
    megabytes = int(bandwidth * seconds / _MEGABYTE) // _STEP * _STEP + _STEP
    took = megabytes * _MEGABYTE / bandwidth
    return (
        f" Timing {what} {megabytes:3d} MB in {took:5.2f} seconds = {megabytes / took:6.2f} MB/sec"
    )
