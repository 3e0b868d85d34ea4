"""Lines that fio 2.0 and fio 3 print alike."""

from collections.abc import Iterator, Mapping, Sequence

from exporter.demo.faces.fio_outcome import Outcome

_PER_LINE = 5


def cpu(outcome: Outcome) -> str:
    """What the reads cost. Every block that is read takes pages of its own."""
    busy = min(60.0, outcome.ios / outcome.runtime * 1.5)
    pages = 9 + (outcome.job.block >> 12 if outcome.job.block > 1 << 16 else 0)
    return (
        f"  cpu          : usr={busy / 4:3.2f}%, sys={busy:3.2f}%, ctx={outcome.ios + 3}, "
        f"majf=0, minf={pages}"
    )


def depths(outcome: Outcome) -> Iterator[str]:
    """How many operations were under way, submitted, and completed at once."""
    deep = max(4, outcome.job.depth)
    submitted = {"4": 100.0}
    completed = {"4": 100.0} | ({str(min(deep, 64)): 0.1} if deep > 4 else {})
    yield f"  IO depths    : {_shares(outcome.depths())}"
    for name, shares in (("submit    ", submitted), ("complete  ", completed)):
        steps = ("0", "4", "8", "16", "32", "64", ">=64")
        yield f"     {name}: {_shares({step: shares.get(step, 0.0) for step in steps})}"


def latencies(head: str, shares: Mapping[str, float]) -> Iterator[str]:
    """Percent of operations by how long they took, five to a line; nothing where there are none."""
    shown = [f"{limit}={share:3.2f}%" for limit, share in shares.items() if share > 0]
    for first in range(0, len(shown), _PER_LINE):
        yield f"{head} : {', '.join(shown[first : first + _PER_LINE])}"


def percentile_rows(shown: Sequence[str], per_line: int) -> Iterator[str]:
    """Percentiles, so many to a line, with a comma after each but the last."""
    for first in range(0, len(shown), per_line):
        last = first + per_line >= len(shown)
        yield f"     | {', '.join(shown[first : first + per_line])}{'' if last else ','}"


def disk_stats(outcome: Outcome, *, sectors: bool) -> str:
    """What the kernel counted; fio 3.42 tells sectors as well, 3.7 does not."""
    ticks = int(outcome.ios * outcome.lat.mean / 1e6)
    read = f"sectors={outcome.io_bytes >> 9}/0, " if sectors else ""
    return (
        f"  {outcome.device.name}: ios={outcome.ios}/0, {read}merge=0/0, ticks={ticks}/0, "
        f"in_queue={ticks}, util=96.44%"
    )


def _shares(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{step}={share:.1f}%" for step, share in shares.items())
