"""Two measurements beside one another: is the first the faster one?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from collectors.disk_compare import (
    Bound,
    Speed,
    Verdict,
    Word,
    bound_of,
    directions_of,
    queues_differ,
    verdict,
    word_of,
)
from collectors.disk_records import Direction, DiskProbe, Figures
from exporter.cli.probe_record import Measurement, plain
from exporter.words import exact_size, per_second, period

Metric = Literal["iops", "bandwidth", "latency_mean", "quantiles"]
TIMES: tuple[Metric, ...] = ("latency_mean", "quantiles")
"""The less of these, the faster."""
CONDITIONS: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "size": ("size", exact_size),
    "runtime": ("runtime", period),
    "block_size": ("block size", exact_size),
    "depth": ("depth", str),
    "kind": ("place", str),
    "rate": ("rate limit", per_second),
}
"""What should be the same on both sides: its name and unit for a person."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Two measurements, each by the name that the person gave it."""

    a_name: str
    a: Measurement
    b_name: str
    b: Measurement

    def speeds(self) -> Iterator[tuple[Direction, Speed, Speed]]:
        """Both, by direction."""
        of_b = {figures.direction: figures for figures in self.b.figures}
        for figures in self.a.figures:
            one = _speed(self.a_name, self.a, figures)
            yield figures.direction, one, _speed(self.b_name, self.b, of_b[figures.direction])


def _speed(name: str, side: Measurement, figures: Figures) -> Speed:
    return Speed(name, figures.bandwidth, figures.iops, figures.latency_mean, side.at_limit)


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


def mismatch(a: DiskProbe | Measurement, b: DiskProbe | Measurement) -> str | None:
    """Why two cannot be compared, measured or not, or None."""
    if a == b:
        return "both are the same"
    (profile_a, ways_a), (profile_b, ways_b) = map(_way, (a, b))
    if profile_a != profile_b:
        return f"one is the profile {profile_a}, the other {profile_b}"
    if ways_a != ways_b:
        return f"one measures {' and '.join(ways_a)}, the other {' and '.join(ways_b)}"
    return None


def _way(side: DiskProbe | Measurement) -> tuple[str, list[Direction]]:
    """The profile, and the directions."""
    if isinstance(side, Measurement):
        return side.profile, sorted(figures.direction for figures in side.figures)
    return side.profile.name, sorted(directions_of(side.profile, None))


def differences(sides: Sides) -> str:
    """In what else they differ: `size (16 MiB, 128 MiB), place (directory, file)`."""
    both = [
        (name, unit, getattr(sides.a, field), getattr(sides.b, field))
        for field, (name, unit) in CONDITIONS.items()
    ]
    return ", ".join(
        f"{name} ({_known(unit, a)}, {_known(unit, b)})" for name, unit, a, b in both if a != b
    )


def _known(unit: Callable[[Any], str], value: object) -> str:
    return "no" if value is None else unit(value)


def rows(sides: Sides) -> Iterator[Row]:
    """Every metric that both have."""
    of_b = {figures.direction: figures for figures in sides.b.figures}
    for a, (direction, one, other) in zip(sides.a.figures, sides.speeds(), strict=True):
        latencies: Bound = "hidden" if queues_differ(one, other) else "exactly"
        for metric, quantile, of_one, of_other in _pairs(a, of_b[direction]):
            bound = latencies if metric in TIMES else bound_of(one, other)
            yield _row(direction, metric, quantile, of_one, of_other, bound)


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
    direction: Direction, metric: Metric, quantile: str | None, a: float, b: float, bound: Bound
) -> Row:
    times = _ratio(b, a) if metric in TIMES else _ratio(a, b)
    word: Word = "unknown" if times is None else word_of(times, bound)
    return Row(direction, metric, quantile, a, b, _ratio(a, b), word)


def _ratio(a: float, b: float) -> float | None:
    return a / b if b > 0 else None


def verdicts(sides: Sides) -> dict[Direction, Verdict]:
    """Whether the first is faster, by direction."""
    return {direction: verdict(one, other) for direction, one, other in sides.speeds()}


def sentence(sides: Sides) -> str:
    """Whether the first is faster, for a person."""
    found = verdicts(sides)
    several = len(found) > 1
    return "; ".join(one.sentence(way if several else "") for way, one in found.items())


def as_json(sides: Sides) -> dict[str, Any]:
    """The comparison with both measurements, in base units."""
    told = {"said": sentence(sides), "differs": differences(sides)}
    named = {"a": plain(sides.a), "b": plain(sides.b)}
    concluded = [
        {"direction": way, "word": one.word, "ratio": one.ratio, "bound": one.bound, "by": one.by}
        for way, one in verdicts(sides).items()
    ]
    compared = [asdict(row) for row in rows(sides)]
    return {**told, **named, "verdicts": concluded, "rows": compared}
