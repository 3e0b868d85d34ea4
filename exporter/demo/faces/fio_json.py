"""What fio 3 prints as JSON, in its own layout: a blank before every colon, six decimals."""

from datetime import datetime
from typing import Any

from exporter.demo.faces.fio_options import Job, Version
from exporter.demo.faces.fio_outcome import DEPTHS, Outcome, Spread, sampled
from exporter.demo.faces.fio_text import NEW_LAYOUT

_NO_ETA = 2147483647
_DIRECTIONS = ("read", "write", "trim")
_NOTHING = Spread(0.0, 0.0, 0.0, 0.0)


def json_report(outcome: Outcome, version: Version, name: str) -> str:
    """The whole document, as text that ends its last line."""
    new = version >= NEW_LAYOUT
    document = {
        "fio version": name,
        "timestamp": int(outcome.ended.timestamp()),
        "timestamp_ms": int(outcome.ended.timestamp() * 1000),
        "time": _when(outcome.ended),
        "jobs": [_job(outcome, new=new)],
        "disk_util": [_disk(outcome, new=new)],
    }
    return f"{_printed(document)}\n"


def _when(moment: datetime) -> str:
    return f"{moment:%a %b} {moment.day:2d} {moment:%H:%M:%S %Y}"


def _job(outcome: Outcome, *, new: bool) -> dict[str, Any]:
    started = int(outcome.ended.timestamp() * 1000) - outcome.runtime
    busy = min(60.0, outcome.ios / outcome.runtime * 1.5)
    depths = outcome.depths()
    return {
        "jobname": outcome.job.name,
        "groupid": 0,
        **({"job_start": started} if new else {}),
        "error": 0,
        "eta": _NO_ETA,
        "elapsed": outcome.runtime // 1000 + 1,
        "job options": _options(outcome.job, new=new),
        **{name: _direction(outcome, name, new=new) for name in _DIRECTIONS},
        "sync": _sync(outcome, new=new),
        **({"job_runtime": outcome.runtime} if new else {}),
        "usr_cpu": busy / 4,
        "sys_cpu": busy,
        "ctx": outcome.ios + 3,
        "majf": 0,
        "minf": 10,
        "iodepth_level": depths,
        **(_at_once(outcome.job) if new else {}),
        **{f"latency_{unit}s": outcome.distribution(unit) for unit in "num"},
        "latency_depth": outcome.job.depth,
        "latency_target": 0,
        **({"latency_target_ns": 0} if new else {}),
        "latency_percentile": 100.0,
        "latency_window": 0,
        **({"latency_window_us": 0} if new else {}),
    }


def _options(job: Job, *, new: bool) -> dict[str, str]:
    """Older ones left out what has no value."""
    return {name: value for name, value in job.options.items() if new or value}


def _direction(outcome: Outcome, name: str, *, new: bool) -> dict[str, Any]:
    done = name == "read"
    ios, size, speed = (outcome.ios, outcome.io_bytes, outcome.bandwidth) if done else (0, 0, 0)
    iops = ios * 1000 / outcome.runtime
    spreads = (outcome.slat or _NOTHING, outcome.clat, outcome.lat) if done else (_NOTHING,) * 3
    slat, clat, lat = (_spread(spread, ios, new=new) for spread in spreads)
    if done or not new:
        clat["percentile"] = _percentiles(outcome, known=done)
    if done and new and outcome.slat is None:
        slat["N"] = 0
    return {
        "io_bytes": size,
        "io_kbytes": size >> 10,
        "bw_bytes": speed,
        "bw": speed >> 10,
        "iops": iops,
        "runtime": outcome.runtime if done else 0,
        "total_ios": ios,
        "short_ios": 0,
        "drop_ios": 0,
        "slat_ns": slat,
        "clat_ns": clat,
        "lat_ns": lat,
        **_samples(speed / 1024, iops, outcome.samples if done else 0),
    }


def _percentiles(outcome: Outcome, *, known: bool) -> dict[str, int]:
    return {f"{percent:.6f}": value * known for percent, value in outcome.percentiles(1)}


def _spread(found: Spread, count: int, *, new: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"min": int(found.least), "max": int(found.most)}
    told |= {"mean": float(found.mean), "stddev": float(found.deviation)}
    return told | ({"N": count} if new else {})


def _samples(bandwidth: float, iops: float, count: int) -> dict[str, Any]:
    """What was looked at on the way; a run that is too short has none."""
    speed, rate = sampled(bandwidth, count), sampled(iops, count)
    return {
        "bw_min": int(speed.least),
        "bw_max": int(speed.most),
        "bw_agg": 100.0 if count else 0.0,
        "bw_mean": speed.mean,
        "bw_dev": speed.deviation,
        "bw_samples": count,
        "iops_min": int(rate.least),
        "iops_max": int(rate.most),
        "iops_mean": rate.mean,
        "iops_stddev": rate.deviation,
        "iops_samples": count,
    }


def _sync(outcome: Outcome, *, new: bool) -> dict[str, Any]:
    """Nothing is ever synced."""
    spread = _spread(_NOTHING, 0, new=new)
    if new:
        return {"total_ios": 0, "lat_ns": spread}
    return {"lat_ns": spread | {"percentile": _percentiles(outcome, known=False)}, "total_ios": 0}


def _at_once(job: Job) -> dict[str, Any]:
    """How many operations were submitted and completed at once."""
    steps = ["0", *(str(depth) for depth in DEPTHS[2:]), ">=64"]
    none = dict.fromkeys(steps, 0.0)
    several = {str(min(job.depth, 64)): 0.1} if job.depth > 4 else {}
    return {
        "iodepth_submit": none | {"4": 100.0},
        "iodepth_complete": none | {"4": 100.0} | several,
    }


def _disk(outcome: Outcome, *, new: bool) -> dict[str, Any]:
    ticks = int(outcome.ios * outcome.lat.mean / 1e6)
    sectors = {"read_sectors": outcome.io_bytes >> 9, "write_sectors": 0} if new else {}
    return {
        "name": outcome.device.name,
        "read_ios": outcome.ios,
        "write_ios": 0,
        **sectors,
        "read_merges": 0,
        "write_merges": 0,
        "read_ticks": ticks,
        "write_ticks": 0,
        "in_queue": ticks,
        "util": 96.44,
    }


def _printed(value: object, indent: str = "") -> str:
    inner = f"{indent}  "
    match value:
        case dict():
            entries = (f'{inner}"{key}" : {_printed(value[key], inner)}' for key in value)
            return "{\n" + ",\n".join(entries) + f"\n{indent}}}"
        case list():
            entries = (f"{inner}{_printed(each, inner)}" for each in value)
            return "[\n" + ",\n".join(entries) + f"\n{indent}]"
        case float():
            return f"{value:.6f}"
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
    return str(value)
