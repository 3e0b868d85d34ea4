"""Disk probes, and what one of them measured, as tables."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from rich.table import Table
from rich.text import Text

from collectors.disk_records import DiskProbe, Figures
from exporter.cli.probe_compare import TIMES, Row, Sides, rows
from exporter.cli.probe_cost import most_of
from exporter.cli.probe_record import Measurement
from exporter.disk.slots import next_slot
from exporter.words import operations, per_second, percent, period, seconds_text, size

NONE = "-"
PHASES = {"prepare": "preparing", "lay_out": "making the file", "measure": "measuring"}
FACTS = {"file_system": "file system", "device": "device", "idle_io_class": "idle I/O class"}
"""What the machine says of the place."""
METRICS = {"iops": "IOPS", "bandwidth": "bandwidth", "latency_mean": "mean latency"}
STYLES = {"faster": "green", "slower": "red"}
_LISTED = ("probe", "host", "place", "profile", "class", "SR", "every", "next slot")
_MOST = ("writes", "reads", "takes at most")


def probes_table(probes: Iterable[DiskProbe], now: float) -> Table:
    """The probes with their next slots after `now`, Unix time, and the most a run costs."""
    table = Table(*_LISTED, *_MOST, box=None, pad_edge=False)
    for probe in probes:
        table.add_row(*map(Text, (*_of_probe(probe, now), *_of_cost(probe))))
    return table


def _of_probe(probe: DiskProbe, now: float) -> tuple[str, ...]:
    slot = datetime.fromtimestamp(next_slot(probe, now)).strftime("%Y-%m-%d %H:%M:%S")
    where = (probe.host, f"{probe.kind} {probe.path}", probe.profile.name)
    what = (probe.storage_class or NONE, probe.sr or NONE)
    return (probe.name, *where, *what, period(probe.every), slot)


def _of_cost(probe: DiskProbe) -> tuple[str, ...]:
    most = most_of(probe)
    read = "what 3 s give" if most.read is None else size(most.read)
    return size(most.written), read, f"{most.seconds:.0f} s"


def figures_table(measured: Measurement) -> Table:
    """The figures of a run, a row for each direction."""
    known = sorted({quantile for one in measured.figures for quantile in one.quantiles}, key=float)
    table = Table("direction", "IOPS", "bandwidth", "mean latency", box=None, pad_edge=False)
    for quantile in known:
        table.add_column(percent(quantile))
    for figures in measured.figures:
        table.add_row(*_of_figures(figures, known))
    return table


def _of_figures(figures: Figures, quantiles: Iterable[str]) -> Iterator[str]:
    yield from (figures.direction, operations(figures.iops), per_second(figures.bandwidth))
    yield seconds_text(figures.latency_mean)
    yield from (seconds_text(figures.quantiles.get(quantile)) for quantile in quantiles)


def circumstances_table(measured: Measurement) -> Table:
    """Where, how and under what limit it was measured."""
    table = Table.grid(padding=(0, 2))
    for name, text in _circumstances(measured):
        table.add_row(Text(name), Text(text))
    return table


def _circumstances(measured: Measurement) -> Iterator[tuple[str, str]]:
    yield "where", f"{measured.host} (pool {measured.pool}), {measured.kind} {measured.path}"
    for fact, name in FACTS.items():
        if fact in measured.facts:
            yield name, measured.facts[fact]
    yield "profile", measured.profile
    if measured.storage_class:
        yield "class", measured.storage_class
    if measured.sr:
        yield "SR", measured.sr
    times = (f"{PHASES.get(name, name)} {took:.1f} s" for name, took in measured.phases.items())
    yield "took", ", ".join(times)
    if measured.rate is not None and measured.at_limit:
        yield "limit", f"{per_second(measured.rate)}: at its limit, the disk may be faster"
    if measured.cached_bandwidth is not None:
        yield "from cache", f"{per_second(measured.cached_bandwidth)} (the machine, not the disk)"
    yield "tool", measured.version


def comparison_table(sides: Sides) -> Table:
    """A row for each metric that both sides have."""
    table = Table(box=None, pad_edge=False)
    for title in ("", sides.a_name, sides.b_name, "A ÷ B", "A is"):
        table.add_column(Text(title))
    for row in rows(sides):
        ratio = NONE if row.ratio is None else f"{row.ratio:.2f}"
        word = Text(row.word, style=STYLES.get(row.word, ""))
        table.add_row(_metric(row), _value(row, row.a), _value(row, row.b), ratio, word)
    return table


def _metric(row: Row) -> str:
    of_quantile = percent(row.quantile) + " of latencies within" if row.quantile else ""
    return f"{row.direction} {of_quantile or METRICS[row.metric]}"


def _value(row: Row, value: float) -> str:
    if row.metric in TIMES:
        return seconds_text(value)
    return per_second(value) if row.metric == "bandwidth" else operations(value)
