"""The command `fio`: it reads from the simulated disks, in the words of each host's version."""

from collections.abc import Mapping, Sequence

from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.devices import Device, device_at
from exporter.demo.faces.fio_json import json_report
from exporter.demo.faces.fio_old_text import old_report, old_start
from exporter.demo.faces.fio_options import FioError, Job, Version, read_job
from exporter.demo.faces.fio_outcome import Outcome, outcome_of
from exporter.demo.faces.fio_text import report, start

RUNS = 0.7
"""Seconds that a measurement takes here, whatever it says."""
_PID = 11333
_OPENED_AT = {"3.7": 699, "3.42": 800}
"""Lines of filesetup.c at which a file is opened, by version."""


def fio(dom0: Dom0, argv: Sequence[str]) -> Result:
    """One job of reads from a device of the host."""
    return run_fio(dom0, argv, {})[0]


def run_fio(dom0: Dom0, argv: Sequence[str], opened: Mapping[str, Device]) -> tuple[Result, float]:
    """What fio prints, and how many seconds of the simulated host it takes.

    `opened` are files by their paths, besides the devices of the host.
    """
    number = dom0.state.flavour.fio
    version = tuple(int(part) for part in number.split("."))
    name = number if version < (3,) else f"fio-{number}"
    if list(argv[1:]) in (["--version"], ["-v"]):
        return Result(f"{name}\n"), 0.0
    try:
        job = read_job(version, argv)
    except FioError as error:
        return Result(stderr=f"{error}\n", status=1), 0.0
    device = opened.get(job.filename) or device_at(dom0.state.storage, job.filename)
    if device is None:
        return _missing(job, version, name), 0.0
    if device.controller is None:
        return HANGS, 0.0
    outcome = _measured(dom0, job, device)
    return Result(_told(outcome, version, name), seconds=RUNS), outcome.runtime / 1000


def _measured(dom0: Dom0, job: Job, device: Device) -> Outcome:
    ended = dom0.model.time_of(dom0.now)
    return outcome_of(job, device, dom0.model.chassis.arrays, dom0.now, ended, _PID)


def _told(outcome: Outcome, version: Version, name: str) -> str:
    if outcome.job.as_json:
        return json_report(outcome, version, name)
    if version < (3,):
        return _text(*old_start(outcome.job, name), *old_report(outcome))
    return _text(*start(outcome.job, name), *report(outcome, version))


def _missing(job: Job, version: Version, name: str) -> Result:
    """A file that is not there, and that a job that only reads may not make."""
    refusal = "fio: refusing extend of file due to read-only"
    begin = old_start(job, name) if version < (3,) else start(job, name)
    laid_out = "file(s) (1 file(s) / " if version < (3,) else "file (1 file / "
    megabytes = f"{job.size >> 20}M{'B' if version < (3,) else 'iB'}"
    out = [*begin, f"{job.name}: Laying out IO {laid_out}{megabytes})"]
    if version < (3,):
        bad = "fio: pid=0, err=9/file:filesetup.c:407, func=invalidate_cache, "
        err = [refusal, f"{bad}error=Bad file descriptor"]
    else:
        err = [refusal]
        out.append(f"fio: cache invalidation of {job.filename} failed: Bad file descriptor")
        where = f"err=2/file:filesetup.c:{_OPENED_AT[name.removeprefix('fio-')]}"
        said = f"func=open({job.filename}), error=No such file or directory"
        out.append(f"fio: pid={_PID}, {where}, {said}")
    return Result(_text(*out, "", "", "Run status group 0 (all jobs):"), _text(*err), 1)


def _text(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)
