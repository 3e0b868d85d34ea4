"""Carries out one disk probe on one machine, from its command line to its figures."""

import errno
import os

from collectors.disk_answer import Answer, read_answer
from collectors.disk_commands import (
    HDPARM_COMMAND,
    fio_command,
    fio_version,
    on_machine,
    rate_of,
    seek_options,
)
from collectors.disk_reasons import DiskProbeFailed
from collectors.disk_records import DiskProbe, DiskRun, Figures
from collectors.disk_seek import seek_figures
from collectors.fio import read_fio
from collectors.fio_errors import fio_failure
from collectors.fio_record import FioResult
from collectors.hdparm import parse_hdparm
from collectors.host import NOT_FOUND
from collectors.onhost_run import OnHost
from collectors.parsing import ParseError, ToolError
from collectors.registry import Look

QUANTILES = {"50.0": "0.5", "90.0": "0.9", "95.0": "0.95", "99.0": "0.99", "99.9": "0.999"}
"""fio's percentiles that become series, and the label of each."""
REASONS = {
    "no-space": "disk_full",
    "read-only": "read_only",
    "permission": "not_permitted",
    "no-such-engine": "no_engine",
    "bad-command": "bad_option",
    "no-such-device": "no_such_path",
    "no-such-object": "no_such_path",
}
"""What fio or hdparm says, as a reason; anything else is `tool_error`."""
ERRNO = {
    errno.ENOSPC: "disk_full",
    errno.EROFS: "read_only",
    errno.EIO: "io_error",
    errno.EACCES: "not_permitted",
    errno.EPERM: "not_permitted",
}
"""Errors of fio's jobs as reasons; anything else is `tool_error`."""


async def measure(look: Look, probe: DiskProbe, on_host: OnHost) -> DiskRun:
    """Run the probe once. Raises DiskProbeFailed, CollectorFailed and HostError."""
    match probe.profile.tool:
        case "fio":
            return await _by_fio(look, probe, on_host)
        case "hdparm":
            answer = await _on_machine(look, probe, on_host, "--", *HDPARM_COMMAND)
            return _hdparm_run(answer)
        case "seek":
            options = seek_options(probe.profile)
            answer = await _on_machine(look, probe, on_host, *options)
            if answer.exit_status:
                said = answer.stderr.strip().splitlines() or ["it said nothing"]
                raise DiskProbeFailed("failed", f"xenlens_disk.py failed: {said[-1]}")
            figures = seek_figures(answer.stdout, probe.profile.block_size)
            return DiskRun((figures,), "xenlens", phases=answer.phases, facts=answer.facts)


async def _by_fio(look: Look, probe: DiskProbe, on_host: OnHost) -> DiskRun:
    told = await look.run(probe.fio, "--version")
    if told.exit_status == NOT_FOUND:
        raise DiskProbeFailed("no_command", f"{probe.fio} is not installed")
    version = fio_version(told.stdout)
    if version is None:
        said = (told.stdout or told.stderr).strip()[:60]
        raise DiskProbeFailed("unparsable", f"{probe.fio} --version printed {said!r}")
    answer = await _on_machine(look, probe, on_host, "--", *fio_command(probe, version))
    figures = tuple(_figures(result) for result in _fio_results(answer))
    return DiskRun(
        figures,
        version="fio-" + ".".join(map(str, version)),
        rate=rate_of(probe.profile, version),
        phases=answer.phases,
        facts=answer.facts,
    )


async def _on_machine(look: Look, probe: DiskProbe, on_host: OnHost, *words: str) -> Answer:
    return read_answer(await on_host.run(look, *on_machine(probe), *words))


def _fio_results(answer: Answer) -> tuple[FioResult, ...]:
    """The results of a run without any error. Raises DiskProbeFailed."""
    failure = fio_failure(f"{answer.stderr}\n{answer.stdout}")
    if failure is not None:
        raise _said(failure)
    if answer.exit_status:
        lines = (answer.stderr.strip() or answer.stdout.strip()).splitlines()
        said = lines[-1] if lines else "it said nothing"
        raise DiskProbeFailed("tool_error", f"fio exited {answer.exit_status}: {said}")
    try:
        run = read_fio(answer.stdout)
    except ToolError as error:
        raise _said(error) from error
    except ParseError as error:
        raise DiskProbeFailed("unparsable", f"fio: {error}") from error
    for job in run.errors:
        said = job.message or os.strerror(job.number)
        raise DiskProbeFailed(ERRNO.get(job.number, "tool_error"), f"fio: {said}")
    if run.damaged:
        raise DiskProbeFailed("unparsable", "fio: its figures are damaged")
    if not run.results:
        raise DiskProbeFailed("no_figures", "fio did no I/O in its time")
    return run.results


def _said(error: ToolError) -> DiskProbeFailed:
    return DiskProbeFailed(REASONS.get(error.kind, "tool_error"), str(error))


def _figures(result: FioResult) -> Figures:
    latency = result.latency_mean_seconds
    if latency is None:
        latency = result.completion_latency_mean_seconds
    known = ((QUANTILES.get(p), seconds) for p, seconds in result.percentiles.items())
    return Figures(
        "write" if result.direction == "write" else "read",
        result.iops,
        result.bandwidth_bytes_per_second,
        latency,
        {quantile: seconds for quantile, seconds in known if quantile},
    )


def _hdparm_run(answer: Answer) -> DiskRun:
    try:
        parsed = parse_hdparm(answer.stdout if answer.stdout.strip() else answer.stderr)
    except ToolError as error:
        raise _said(error) from error
    except ParseError as error:
        raise DiskProbeFailed("unparsable", f"hdparm: {error}") from error
    if answer.exit_status or not parsed.records:
        said = answer.stderr.strip() or "it measured nothing"
        raise DiskProbeFailed("tool_error", f"hdparm exited {answer.exit_status}: {said}")
    record = parsed.records[0]
    if record.buffered_bytes_per_second is None:
        raise DiskProbeFailed("no_figures", "hdparm did not tell how fast the disk is")
    figures = Figures("read", bandwidth=record.buffered_bytes_per_second)
    cached = record.cached_bytes_per_second
    return DiskRun((figures,), "hdparm", cached, phases=answer.phases, facts=answer.facts)
