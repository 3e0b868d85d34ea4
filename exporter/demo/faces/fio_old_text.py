"""What fio 2.0.8 prints: text only, its times in microseconds."""

from collections.abc import Iterator

from exporter.demo.faces.fio_lines import cpu, depths, disk_stats, latencies, percentile_rows
from exporter.demo.faces.fio_numbers import old, old_block
from exporter.demo.faces.fio_options import Job
from exporter.demo.faces.fio_outcome import Outcome, Spread, sampled

_PER_LINE = 4
_TO_MSEC = 1000.0


def old_start(job: Job, version: str) -> Iterator[str]:
    """The lines before the job."""
    block = old_block(job.block)
    sizes = f"{block}-{block}/{block}-{block}"
    yield (
        f"{job.name}: (g=0): rw={job.rw}, bs={sizes}, ioengine={job.engine}, iodepth={job.depth}"
    )
    yield version
    yield f"Starting 1 {'thread' if job.thread else 'process'}"


def old_report(outcome: Outcome) -> Iterator[str]:
    """The lines of the job and of the whole run."""
    yield ""
    yield f"{outcome.job.name}: (groupid=0, jobs=1): err= 0: pid={outcome.pid}"
    yield _direction(outcome)
    yield from _spreads(outcome)
    yield from _percentiles(outcome)
    yield from _samples(outcome)
    for unit in "um":
        yield from latencies(f"    lat ({unit}sec)", outcome.distribution(unit))
    yield cpu(outcome)
    yield from depths(outcome)
    yield f"     issued    : total=r={outcome.ios}/w=0/d=0, short=r=0/w=0/d=0"
    yield from _group(outcome)
    yield ""
    yield "Disk stats (read/write):"
    yield disk_stats(outcome, sectors=False)


def _direction(outcome: Outcome) -> str:
    size = old(outcome.io_bytes, binary=True)
    speed = old(outcome.bandwidth, binary=True)
    iops = old(outcome.ios * 1000 // outcome.runtime)
    return f"  read : io={size}B, bw={speed}B/s, iops={iops}, runt={outcome.runtime:6d}msec"


def _spreads(outcome: Outcome) -> Iterator[str]:
    for name, spread in (("slat", outcome.slat), ("clat", outcome.clat), (" lat", outcome.lat)):
        if spread is not None:
            yield _spread(name, spread)


def _spread(name: str, found: Spread) -> str:
    numbers = [number / 1000 for number in (found.least, found.most, found.mean, found.deviation)]
    unit = "usec"
    if min(numbers) > _TO_MSEC:
        unit, numbers = "msec", [number / 1000 for number in numbers]
    least, most, mean, deviation = numbers
    return (
        f"    {name} ({unit}): min={old(int(least))}, max={old(int(most))}, "
        f"avg={mean:5.2f}, stdev={deviation:5.2f}"
    )


def _percentiles(outcome: Outcome) -> Iterator[str]:
    found = dict(outcome.percentiles(1000))
    unit = "usec"
    if min(found.values()) > 2000 and max(found.values()) > 99_999:
        unit, found = "msec", {name: -(-value // 1000) for name, value in found.items()}
    yield f"    clat percentiles ({unit}):"
    shown = [f"{percent:5.2f}th=[{value:5d}]" for percent, value in found.items()]
    yield from percentile_rows(shown, _PER_LINE)


def _samples(outcome: Outcome) -> Iterator[str]:
    if outcome.samples:
        mean, unit = outcome.bandwidth / 1024, "KB"
        if mean > 999_999.9:
            mean, unit = mean / 1000, "MB"
        found = sampled(mean, outcome.samples)
        yield (
            f"    bw ({unit}/s)  : min={int(found.least):5d}, max={int(found.most):5d}, "
            f"per=100.00%, avg={found.mean:5.2f}, stdev={found.deviation:5.2f}"
        )


def _group(outcome: Outcome) -> Iterator[str]:
    speed = f"{old(outcome.bandwidth >> 10, binary=True, place=1)}B/s"
    size = f"{old(outcome.io_bytes >> 10, binary=True, place=1)}B"
    yield ""
    yield "Run status group 0 (all jobs):"
    yield (
        f"   READ: io={size}, aggrb={speed}, minb={speed}, maxb={speed}, "
        f"mint={outcome.runtime}msec, maxt={outcome.runtime}msec"
    )
