"""What fio 3 prints as text."""

import math
from collections.abc import Iterator

from exporter.demo.faces.fio_lines import cpu, depths, disk_stats, latencies, percentile_rows
from exporter.demo.faces.fio_numbers import bandwidth, short, six
from exporter.demo.faces.fio_options import Job, Version
from exporter.demo.faces.fio_outcome import Outcome, Spread, sampled

NEW_LAYOUT: Version = (3, 20)
"""Versions from here on are printed as 3.42 prints, older ones as 3.7; 3.19 had some of both."""
_WIDTH = 73
_DIVISORS = ((1, "nsec"), (1000, "usec"), (1_000_000, "msec"))


def start(job: Job, version: str) -> Iterator[str]:
    """The lines before the job."""
    block = short(job.block, "B", binary=True)
    sizes = ", ".join(f"({letter}) {block}-{block}" for letter in "RWT")
    yield (
        f"{job.name}: (g=0): rw={job.rw}, bs={sizes}, ioengine={job.engine}, iodepth={job.depth}"
    )
    yield version
    yield f"Starting 1 {'thread' if job.thread else 'process'}"


def report(outcome: Outcome, version: Version) -> Iterator[str]:
    """The lines of the job and of the whole run."""
    new = version >= NEW_LAYOUT
    yield ""
    when = f"{outcome.ended:%a %b} {outcome.ended.day:2d} {outcome.ended:%H:%M:%S %Y}"
    yield f"{outcome.job.name}: (groupid=0, jobs=1): err= 0: pid={outcome.pid}: {when}"
    yield _direction(outcome, "read" if new else " read")
    for name, spread in (("slat", outcome.slat), ("clat", outcome.clat), (" lat", outcome.lat)):
        if spread is not None:
            yield _spread(name, spread)
    yield from _percentiles(outcome)
    yield from _samples(outcome)
    for unit in "num":
        yield from latencies(f"  lat ({unit}sec)  ", outcome.distribution(unit))
    yield cpu(outcome)
    yield from depths(outcome)
    yield f"     issued rwts: total={outcome.ios},0,0,0 short=0,0,0,0 dropped=0,0,0,0"
    none = "0.00ns" if new else "0"
    target = f"target={none}, window={none}, percentile=100.00%, depth={outcome.job.depth}"
    yield f"     latency   : {target}"
    yield from _group(outcome)
    yield ""
    yield "Disk stats (read/write):"
    yield disk_stats(outcome, sectors=new)


def _direction(outcome: Outcome, name: str) -> str:
    binary, decimal = bandwidth(outcome.bandwidth)
    iops = short(outcome.ios * 1000 // outcome.runtime)
    size = short(outcome.io_bytes, "B", binary=True)
    return f"  {name}: IOPS={iops}, BW={binary} ({decimal})({size}/{outcome.runtime}msec)"


def _spread(name: str, found: Spread) -> str:
    divisor, unit = _scale(found.least, found.most, found.deviation)
    least, most = six(int(found.least / divisor)), six(int(found.most / divisor))
    mean, deviation = found.mean / divisor, found.deviation / divisor
    return f"    {name} ({unit}): min={least}, max={most}, avg={mean:5.2f}, stdev={deviation:5.2f}"


def _scale(least: float, most: float, deviation: float = math.inf) -> tuple[int, str]:
    """The greatest unit in which nothing becomes too small to be told."""
    fitting = (
        (size, unit)
        for size, unit in reversed(_DIVISORS)
        if size == 1 or (least > 2 * size and most >= 100 * size and deviation > size)
    )
    return next(fitting)


def _percentiles(outcome: Outcome) -> Iterator[str]:
    found = dict(outcome.percentiles(1))
    most = max(found.values())
    divisor, unit = _scale(min(found.values()), most)
    width = max(5, len(str(most // divisor)))
    yield f"    clat percentiles ({unit}):"
    shown = [f"{p:5.2f}th=[{-(-v // divisor):{width}d}]" for p, v in found.items()]
    yield from percentile_rows(shown, _WIDTH // (12 + width))


def _samples(outcome: Outcome) -> Iterator[str]:
    if outcome.samples:
        mean, unit = outcome.bandwidth / 1024, "KiB"
        if mean > 1024 * 1024:
            mean, unit = mean / 1024, "MiB"
        yield f"   bw ({unit:>5}/s): {_sampled(mean, outcome.samples, ', per=100.00%')}"
        iops = outcome.ios * 1000 / outcome.runtime
        yield f"   iops        : {_sampled(iops, outcome.samples)}"


def _sampled(mean: float, samples: int, more: str = "") -> str:
    found = sampled(mean, samples)
    spread = f"avg={found.mean:5.2f}, stdev={found.deviation:5.2f}, samples={samples}"
    return f"min={int(found.least):5d}, max={int(found.most):5d}{more}, {spread}"


def _group(outcome: Outcome) -> Iterator[str]:
    binary, decimal = bandwidth(outcome.bandwidth)
    size = f"{short(outcome.io_bytes, 'B', binary=True)} ({short(outcome.io_bytes, 'B')})"
    yield ""
    yield "Run status group 0 (all jobs):"
    yield (
        f"   READ: bw={binary} ({decimal}), {binary}-{binary} ({decimal}-{decimal}), "
        f"io={size}, run={outcome.runtime}-{outcome.runtime}msec"
    )
