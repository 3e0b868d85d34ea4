"""Storage classes beside one another: is the faster one faster?"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from collectors.disk_records import Direction, Figures, Standing

AT_LIMIT = 0.95
"""Share of its rate limit from which a run says only `at least so much`."""
BARELY = 1.1
"""A class counts as faster from this ratio on: runs of one disk differ by some per cent."""


@dataclass(frozen=True, slots=True)
class ClassSpeed:
    """The mean of a class's probes of one profile and direction. Bytes a second, seconds."""

    storage_class: str
    bandwidth: float
    iops: float | None
    latency: float | None
    probes: int
    limited: bool
    """Whether any of them ran into its rate limit: it may be faster than it seems."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Classes that were measured the same way, in the order of their expected speed."""

    profile: str
    direction: Direction
    speeds: tuple[ClassSpeed, ...]

    def ratio(self, faster: ClassSpeed, slower: ClassSpeed) -> float | None:
        """How many times the bandwidth; None where a rate limit hides which one is faster."""
        if not slower.bandwidth:
            return None
        ratio = faster.bandwidth / slower.bandwidth
        hides = slower if ratio >= BARELY else faster
        return None if hides.limited else ratio

    def pairs(self) -> Iterator[tuple[ClassSpeed, ClassSpeed, float | None]]:
        """Every class with the next slower one, and their ratio."""
        for faster, slower in zip(self.speeds, self.speeds[1:], strict=False):
            yield faster, slower, self.ratio(faster, slower)


def comparisons(standings: Iterable[Standing]) -> list[Comparison]:
    """What can be compared: profiles that have figures of at least two classes."""
    found: defaultdict[tuple[str, Direction], list[tuple[Standing, Figures]]] = defaultdict(list)
    for standing in standings:
        if standing.run is None or not standing.probe.storage_class:
            continue
        for figures in standing.run.figures:
            if figures.bandwidth is not None:
                found[standing.probe.profile.name, figures.direction].append((standing, figures))
    compared = (_compared(profile, way, rows) for (profile, way), rows in sorted(found.items()))
    return [comparison for comparison in compared if len(comparison.speeds) > 1]


def _compared(
    profile: str, direction: Direction, rows: Iterable[tuple[Standing, Figures]]
) -> Comparison:
    classes: defaultdict[str, list[tuple[Standing, Figures]]] = defaultdict(list)
    for standing, figures in rows:
        classes[standing.probe.storage_class].append((standing, figures))
    slower = {name: len(row[0][0].probe.slower_classes) for name, row in classes.items()}
    order = sorted(classes, key=lambda name: (-slower[name], name))
    return Comparison(profile, direction, tuple(_speed(name, classes[name]) for name in order))


def _speed(name: str, rows: list[tuple[Standing, Figures]]) -> ClassSpeed:
    figures = [one for _, one in rows]
    return ClassSpeed(
        name,
        _mean(one.bandwidth for one in figures) or 0.0,
        _mean(one.iops for one in figures),
        _mean(one.latency_mean for one in figures),
        len(rows),
        any(is_limited(standing, one) for standing, one in rows),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def is_limited(standing: Standing, figures: Figures) -> bool:
    """Whether a run came so near its rate limit that the disk may be faster."""
    rate = standing.run.rate if standing.run else None
    return rate is not None and (figures.bandwidth or 0.0) >= AT_LIMIT * rate


def by_pool(standings: Mapping[str, Iterable[Standing]]) -> dict[str, list[Comparison]]:
    """The comparisons within each pool that has any."""
    found = {pool: comparisons(rows) for pool, rows in standings.items()}
    return {pool: rows for pool, rows in found.items() if rows}
