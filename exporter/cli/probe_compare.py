"""Two measurements beside one another: is the first the faster one?"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from collectors.disk_compare import BARELY
from collectors.disk_records import Direction, DiskProbe, Figures
from exporter.cli.probe_record import Measurement, plain

Metric = Literal["iops", "bandwidth", "latency_mean", "quantiles"]
Word = Literal["faster", "slower", "the same", "cannot be told"]
TIMES: tuple[Metric, ...] = ("latency_mean", "quantiles")
"""The less of these, the faster; and no rate limit makes them longer."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Two measurements, each by the name that the person gave it."""

    a_name: str
    a: Measurement
    b_name: str
    b: Measurement


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of one direction of both: operations or bytes a second, or seconds."""

    direction: Direction
    metric: Metric
    quantile: str | None
    a: float
    b: float
    ratio: float | None
    """a ÷ b; None where b is 0."""
    word: Word
    """What `a` is beside `b`."""


def objection(a: DiskProbe | Measurement, b: DiskProbe | Measurement) -> str | None:
    """Why two cannot be compared, measured or not, or None."""
    (profile_a, ways_a), (profile_b, ways_b) = map(_way, (a, b))
    if profile_a != profile_b:
        return f"one is the profile {profile_a}, the other {profile_b}"
    if ways_a != ways_b:
        return f"one measures {' and '.join(ways_a)}, the other {' and '.join(ways_b)}"
    return None


def _way(side: DiskProbe | Measurement) -> tuple[str, list[str]]:
    """The profile, and the directions."""
    if isinstance(side, Measurement):
        return side.profile, sorted(figures.direction for figures in side.figures)
    return side.profile.name, ["write" if side.profile.writes else "read"]


def rows(sides: Sides) -> Iterator[Row]:
    """Every metric that both have."""
    of_b = {figures.direction: figures for figures in sides.b.figures}
    for a in sides.a.figures:
        for metric, quantile, *pair in _pairs(a, of_b[a.direction]):
            yield _row(sides, a.direction, metric, quantile, *pair)


def _pairs(a: Figures, b: Figures) -> Iterator[tuple[Metric, str | None, float, float]]:
    values: list[tuple[Metric, float | None, float | None]] = [
        ("iops", a.iops, b.iops),
        ("bandwidth", a.bandwidth, b.bandwidth),
        ("latency_mean", a.latency_mean, b.latency_mean),
    ]
    for metric, of_a, of_b in values:
        if of_a is not None and of_b is not None:
            yield metric, None, of_a, of_b
    for quantile in sorted(a.quantiles.keys() & b.quantiles.keys(), key=float):
        yield "quantiles", quantile, a.quantiles[quantile], b.quantiles[quantile]


def _row(
    sides: Sides, direction: Direction, metric: Metric, quantile: str | None, a: float, b: float
) -> Row:
    if metric in TIMES:
        word = verdict(_ratio(b, a))
    else:
        word = verdict(_ratio(a, b), sides.a.at_limit, sides.b.at_limit)
    return Row(direction, metric, quantile, a, b, _ratio(a, b), word)


def _ratio(a: float, b: float) -> float | None:
    return a / b if b > 0 else None


def verdict(times: float | None, a_limited: bool = False, b_limited: bool = False) -> Word:
    """A word for `a` that is so many `times` as fast as `b`; what is limited may be faster."""
    if times is None:
        return "cannot be told"
    if times >= BARELY:
        return "cannot be told" if b_limited else "faster"
    if times <= 1 / BARELY:
        return "cannot be told" if a_limited else "slower"
    return "cannot be told" if a_limited or b_limited else "the same"


def sentence(sides: Sides) -> str:
    """Which of them is faster, by bandwidth."""
    said = [_said(sides, row) for row in rows(sides) if row.metric == "bandwidth"]
    return "; ".join(said) or "no bandwidth was measured on both sides"


def _said(sides: Sides, row: Row) -> str:
    a, b = sides.a_name, sides.b_name
    at_least = "at least " if row.word == "faster" and sides.a.at_limit else ""
    times = "" if row.ratio is None else f": {at_least}{row.ratio:.2f} × its bandwidth"
    if row.word == "cannot be told":
        return f"whether {a} is faster than {b} cannot be told{_why(sides)}{times}"
    verb = "is faster" if row.word == "faster" else "is not faster"
    return f"{a} {verb} than {b}{times}"


def _why(sides: Sides) -> str:
    """What hides the faster one."""
    both = ((sides.a_name, sides.a.at_limit), (sides.b_name, sides.b.at_limit))
    limited = " and ".join(name for name, at_limit in both if at_limit)
    return f", since {limited} ran at the rate limit" if limited else ""


def as_json(sides: Sides) -> dict[str, Any]:
    """The comparison with both measurements, in base units."""
    named = {"a": plain(sides.a), "b": plain(sides.b)}
    return {"said": sentence(sides), **named, "rows": [asdict(row) for row in rows(sides)]}
