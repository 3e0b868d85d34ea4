"""What xenlens_disk.py prints when it runs on a simulated host."""

from collections.abc import Sequence
from itertools import islice
from pathlib import PurePosixPath
from random import Random

from exporter.demo.command import FOLDERS, Dom0, Result
from exporter.demo.faces.disk_place import Place, place_of
from exporter.demo.faces.disk_program import (
    KILL_PATIENCE,
    Options,
    Usage,
    asks_for_help,
    filled,
    read_options,
    reported,
)
from exporter.demo.faces.fio import RUNS, run_fio
from exporter.demo.faces.hdparm import SECONDS, hdparm
from exporter.demo.speeds import ALONE, speed_of

_FILE = "/proc/self/fd/100"
"""The name under which the program hands over what it opened."""
_PREPARING = 0.004
_MEASURING = "phase measure"
_WELL = "ended exit 0"
_CALM = "fact idle_io_class yes"
_HUNG = "failed hung it hangs in the kernel and cannot be killed"
_OVERTIME = "failed overtime it did not end in time and was killed"


def xenlens_disk(dom0: Dom0, program: str, words: Sequence[str]) -> Result:
    """Measure; the program's own text is needed where it prints how it is used."""
    if asks_for_help(words):
        _, usage, _ = program.split('"""', 2)
        return Result(f"{usage.strip()}\n")
    try:
        options = read_options(words)
    except Usage as error:
        return Result(stderr=f"xenlens_disk: {error}\n", status=2)
    place = place_of(dom0, options)
    if isinstance(place, Place):
        return _measured(dom0, options, place)
    if place.hangs:
        return _hung(options, [])
    return Result(_answer([*place.lines, _WELL], [_PREPARING]))


def _measured(dom0: Dom0, options: Options, place: Place) -> Result:
    """The program's answer after it measured, as the seconds of the simulated host have it."""
    made = [] if place.laying_out is None else ["phase lay_out"]
    if place.device.controller is None:
        return _hung(options, [*place.lines, *(made or [_MEASURING])])
    device = [f"fact device {_device_of(options, place)}"] if "{device}" in options.command else []
    lines = [*place.lines, *device, *made, _MEASURING]
    before = [_PREPARING, *([] if place.laying_out is None else [place.laying_out])]
    missing = _missing(options)
    if missing:
        said = f"failed no_command {missing}: No such file or directory"
        return Result(_answer([*lines, said, _WELL], [*before, _PREPARING]))
    done, took = _run(dom0, options, place)
    if sum(before) + took > options.seconds:
        left = max(0.0, options.seconds - sum(before))
        return Result(_answer([*lines, _OVERTIME], [*before, left]), seconds=RUNS)
    text = _answer([*lines, f"ended exit {done.status}"], [*before, took], done)
    return Result(text, seconds=RUNS)


def _hung(options: Options, lines: Sequence[str]) -> Result:
    """The parent gives its worker up; until then the storage may come back."""
    seconds = options.seconds + KILL_PATIENCE
    times = [_PREPARING, seconds] if lines else [seconds]
    return Result(_answer([*lines, _HUNG], times), seconds=seconds)


def _answer(lines: Sequence[str], times: Sequence[float], done: Result | None = None) -> str:
    """`times` are the seconds of what it did: preparing, laying out, measuring."""
    phases = ("prepare", "lay_out", "measure") if len(times) > 2 else ("prepare", "measure")
    took = [f"took {phase} {seconds:.3f}" for phase, seconds in zip(phases, times, strict=False)]
    out, err = (done.stdout, done.stderr) if done else ("", "")
    return reported([_CALM, *lines, *took], out, err)


def _missing(options: Options) -> str | None:
    """The command, where it is in none of the folders."""
    if not options.command or "/" not in options.command[0]:
        return None
    folder = str(PurePosixPath(options.command[0]).parent)
    return None if folder in FOLDERS else options.command[0]


def _run(dom0: Dom0, options: Options, place: Place) -> tuple[Result, float]:
    """What the command prints, and the seconds it would take there."""
    if options.seek:
        return _seek(dom0, options, place)
    program = PurePosixPath(options.command[0]).name
    device = _device_of(options, place)
    names = {"{file}": _FILE, "{size}": str(place.size), "{device}": device}
    argv = [filled(word, names) for word in options.command]
    if program == "hdparm":
        done = hdparm(dom0, argv)
        return done, sum(SECONDS[flag] for flag in SECONDS if flag in "".join(argv[1:-1]))
    return run_fio(dom0, argv, {_FILE: place.device})


def _device_of(options: Options, place: Place) -> str:
    """The block device that hdparm is given."""
    return f"/dev/{place.device.name}" if options.kind == "directory" else options.path


def _seek(dom0: Dom0, options: Options, place: Place) -> tuple[Result, float]:
    """One read after the other, as many as the time lets."""
    speed = speed_of(dom0.model.chassis.arrays, place.device, ALONE, dom0.now)
    times: list[float] = []
    chance = Random(f"{place.device.name} {dom0.now}")
    lasted = 0.0
    for seconds in islice(speed.latencies.drawn(chance), options.seek):
        if lasted >= options.seek_seconds:
            break
        lasted += seconds
        times.append(seconds)
    shown = " ".join(f"{seconds * 1e6:.1f}" for seconds in times)
    return Result(f"seeks {len(times)} {lasted:.6f}\n{shown}\n"), lasted
