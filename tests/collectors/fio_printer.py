"""Prints results as fio does, in each of its formats, for tests that read them back.

The layouts are those of stat.c, of the versions that each function names; figures that the
parser does not use are zeros.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from collectors.fio_record import FioResult

PERCENT = (1.0, 50.0, 99.0, 99.95)
DIRECTIONS = ("read", "write", "trim")


def usec(seconds: float | None) -> float:
    """Microseconds, zero for nothing."""
    return round((seconds or 0) * 1e6, 3)


def milliseconds(result: FioResult) -> int:
    """The runtime as fio prints it."""
    return round(result.runtime_seconds * 1000)


def old_text(results: Iterable[FioResult]) -> str:
    """As 2.0.8 to 2.16 print each job: bytes, usec, percentiles four to a line."""
    return "\n".join(line for result in results for line in _old_job(result)) + "\n"


def _header(result: FioResult) -> str:
    return f"{result.job}: (groupid={result.group}, jobs=1): err= 0: pid=1234: Sun Nov 22 2026"


def _latencies(result: FioResult) -> list[str]:
    means = (
        ("clat", result.completion_latency_mean_seconds),
        (" lat", result.latency_mean_seconds),
    )
    lines = [
        f"    {name} (usec): min=1, max=2, avg={usec(mean):5.3f}, stdev= 1.00"
        for name, mean in means
        if mean is not None
    ]
    values = [f"{float(p):5.2f}th=[{usec(v):5.0f}]" for p, v in result.percentiles.items()]
    wrapped = [", ".join(values[at : at + 2]) for at in range(0, len(values), 2)]
    if values:
        lines += ["    clat percentiles (usec):", *(f"     | {line}" for line in wrapped)]
    return lines


def _tail() -> list[str]:
    return ["  cpu          : usr=0.00%, sys=0.00%, ctx=0, majf=0, minf=0"]


def _old_job(result: FioResult) -> list[str]:
    bandwidth = result.bandwidth_bytes_per_second or 0
    line = (
        f"  {result.direction:5}: io={result.io_bytes}B, bw={bandwidth:.0f}B/s, "
        f"iops={result.iops:.0f}, runt={milliseconds(result):6}msec"
    )
    return [_header(result), line, *_latencies(result), *_tail()]


def new_text(results: Iterable[FioResult]) -> str:
    """As 2.17 and later print each job."""
    return "\n".join(line for result in results for line in _new_job(result)) + "\n"


def _new_job(result: FioResult) -> list[str]:
    bandwidth = result.bandwidth_bytes_per_second or 0
    line = (
        f"  {result.direction:>5}: IOPS={result.iops:.0f}, BW={bandwidth:.0f}B/s "
        f"({bandwidth:.0f}B/s)({result.io_bytes}B/{milliseconds(result)}msec); 0 zone resets"
    )
    return [_header(result), line, *_latencies(result), *_tail()]


def terse(results: Iterable[FioResult], version: int) -> str:
    """As `--terse-version` 3, 4 or 5 prints each job; bytes in KiB."""
    names = DIRECTIONS[:2] if version == 3 else DIRECTIONS
    return "".join(_terse_line(result, version, names) for result in results)


def _terse_line(result: FioResult, version: int, names: tuple[str, ...]) -> str:
    blocks = [_terse_block(result if name == result.direction else None, version) for name in names]
    tail = ["0.0%", "0.0%", "0", "0", "0", *["0.0%"] * 29]
    head = [str(version), "fio-3.42", str(result.job), str(result.group), "0"]
    return ";".join([*head, *(field for block in blocks for field in block), *tail]) + "\n"


def _terse_block(result: FioResult | None, version: int) -> list[str]:
    if result is None:
        figures, means, values = ["0"] * 4, ["0.000000"] * 2, ["0%=0"] * 20
    else:
        rate = (result.bandwidth_bytes_per_second or 0) // 1024
        sizes = (result.io_bytes // 1024, rate, result.iops or 0, milliseconds(result))
        figures = [f"{size:.0f}" for size in sizes]
        latencies = (result.completion_latency_mean_seconds, result.latency_mean_seconds)
        means = [f"{usec(mean):.6f}" for mean in latencies]
        values = [f"{float(p):f}%={usec(v):.0f}" for p, v in result.percentiles.items()]
        values += ["0%=0"] * (20 - len(values))
    slat, clat, lat = (["0", "0", mean, "0.000000"] for mean in ("0.000000", *means))
    more = ["0", "0", "0", "0.000000", "0.000000", "0"] if version == 5 else []
    return [*figures, *slat, *clat, *values, *lat, "0", "0", "0.0%", "0.0", "0.0", *more]


def document(results: Iterable[FioResult], version: str, **more: Any) -> str:
    """As `--output-format=json` prints a run: 2.16, 2.21 or 3.42."""
    jobs = [
        {"jobname": result.job, "groupid": result.group, "error": 0, **_directions(result, version)}
        for result in results
    ]
    return json.dumps({"fio version": f"fio-{version}", "jobs": jobs, **more}, indent=2) + "\n"


def _directions(result: FioResult, version: str) -> dict[str, Any]:
    return {
        name: _direction(result if name == result.direction else None, version)
        for name in DIRECTIONS
    }


def _direction(result: FioResult | None, version: str) -> dict[str, Any]:
    size = result.io_bytes if result else 0
    bandwidth = (result.bandwidth_bytes_per_second or 0) if result else 0
    sizes: Mapping[str, Any] = {"io_bytes": size // 1024}
    if version != "2.16":
        sizes = {"io_bytes": size, "io_kbytes": size // 1024}
    if version == "3.42":
        sizes = {**sizes, "bw_bytes": round(bandwidth)}
    in_nanoseconds = version == "3.42"
    suffix, scale = ("_ns", 1000) if in_nanoseconds else ("", 1)
    clat, lat = (
        {"mean": round(usec(mean) * scale, 6), "N": 1}
        for mean in (
            result.completion_latency_mean_seconds if result else None,
            result.latency_mean_seconds if result else None,
        )
    )
    values = result.percentiles if result else {}
    percentile = {f"{float(p):f}": round(usec(v) * scale) for p, v in values.items()}
    return {
        **sizes,
        "bw": int(bandwidth // 1024),
        "iops": (result.iops or 0.0) if result else 0.0,
        "runtime": milliseconds(result) if result else 0,
        f"clat{suffix}": {**clat, "percentile": percentile},
        f"lat{suffix}": lat,
    }
