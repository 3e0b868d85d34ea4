"""Speeds beside one another: is the faster storage class, or the first of two runs, faster?"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from collectors.disk_profiles import MIB, Profile
from collectors.disk_records import Direction, DiskProbe, DiskRun, Figures, Standing

AT_LIMIT = 0.85
"""Share of its rate limit from which a run says only `at least so much`: a run of half a second
that was held back all the time ends at 0.87 to 0.94 of it (measured with fio 1.38 to 3.7)."""
BARELY = 1.1
"""A class counts as faster from this ratio on: runs of one disk differ by some per cent."""
MORE = 1.05
"""From here on one carries more than the other: with a limit, other queues (alerts/rules)."""
Word = Literal["faster", "not faster", "slower", "unknown"]
Bound = Literal["exactly", "at least", "at most", "hidden"]
"""What a measured ratio says of the true one, which a rate limit may hide."""


@dataclass(frozen=True, slots=True)
class Speed:
    """One run, or the mean of a storage class's probes. Bytes a second, seconds."""

    name: str
    bandwidth: float | None
    iops: float | None
    latency: float | None
    """Mean latency; of a class the mean of its probes' means, however many operations each did."""
    limited: bool
    """Whether it, or any of its probes, ran into its rate limit: it may be faster."""
    probes: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether `one` is faster than `other`."""

    one: Speed
    other: Speed
    word: Word
    ratio: float | None
    """How many times as fast `one` is; None where nothing is known of it."""
    bound: Bound
    by: Literal["bandwidth", "latency"] = "bandwidth"

    def sentence(self, at: str = "") -> str:
        """The verdict for a person, of what was measured `at` a profile."""
        names = self.one.name, f"faster than {self.other.name}" + (f" at {at}" if at else "")
        if self.word == "unknown":
            return f"whether {names[0]} is {names[1]} cannot be told: {self._why()}"
        verb = "is" if self.word == "faster" else "is not"
        return f"{names[0]} {verb} {names[1]}: {self._times()}"

    def _times(self) -> str:
        bound = "" if self.bound == "exactly" else f"{self.bound} "
        what = "its bandwidth" if self.by == "bandwidth" else "as fast by mean latency"
        return f"{bound}{self.ratio:.2f} times {what}"

    def _why(self) -> str:
        limited = [speed.name for speed in (self.one, self.other) if speed.limited]
        if self.ratio is not None:
            return f"{self._times()}, since {limited[0]} ran at its rate limit"
        if len(limited) == 2 and self.one.bandwidth and self.other.bandwidth:
            return f"{' and '.join(limited)} ran at their rate limits"
        return "there is no bandwidth to compare"


def verdict(one: Speed, other: Speed) -> Verdict:
    """Whether `one` is faster: by bandwidth, by mean latency where a rate limit hides that."""
    if one.bandwidth is None or not other.bandwidth:
        return Verdict(one, other, "unknown", None, "hidden")
    ratio, bound = one.bandwidth / other.bandwidth, bound_of(one, other)
    word = word_of(ratio, bound)
    if word == "unknown" and one.latency and other.latency and not queues_differ(one, other):
        ratio = other.latency / one.latency
        return Verdict(one, other, word_of(ratio, "exactly"), ratio, "exactly", "latency")
    return Verdict(one, other, word, None if bound == "hidden" else ratio, bound)


def word_of(ratio: float, bound: Bound) -> Word:
    """A word for what is so many times as fast, as far as the ratio is known."""
    if bound == "hidden" or bound == ("at most" if ratio >= BARELY else "at least"):
        return "unknown"
    if ratio >= BARELY:
        return "faster"
    return "slower" if ratio <= 1 / BARELY else "not faster"


def bound_of(one: Speed, other: Speed) -> Bound:
    """What a ratio of bandwidths or IOPS says: who ran into a limit may be faster."""
    if one.limited:
        return "hidden" if other.limited else "at least"
    return "at most" if other.limited else "exactly"


def queues_differ(one: Speed, other: Speed) -> bool:
    """Whether one was held back and the other carried more: latencies do not compare then."""
    return any(
        held.limited and (free.bandwidth or 0.0) > MORE * (held.bandwidth or 0.0)
        for held, free in ((one, other), (other, one))
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Classes that were measured the same way, in the order of their expected speed."""

    title: str
    """The profile, and what tells it apart where the profile was measured in several ways."""
    speeds: tuple[Speed, ...]
    standings: tuple[Standing, ...]
    """All probes that were to be compared, also those that have no figures now."""

    def verdicts(self) -> Iterator[Verdict]:
        """Every class beside the next slower one."""
        for faster, slower in zip(self.speeds, self.speeds[1:], strict=False):
            yield verdict(faster, slower)


_Way = tuple[str, Direction, int]
"""Profile, direction and size, 0 for the whole: only the same are compared."""


def comparisons(standings: Iterable[Standing]) -> list[Comparison]:
    """What can be compared: ways to measure that have figures of at least two classes."""
    ways: defaultdict[_Way, list[Standing]] = defaultdict(list)
    for standing in standings:
        probe = standing.probe
        if probe.storage_class:
            for direction in directions_of(probe.profile, standing.run):
                ways[probe.profile.name, direction, size_of(probe) or 0].append(standing)
    speeds = {way: _speeds(rows, way[1]) for way, rows in sorted(ways.items())}
    found = {way: several for way, several in speeds.items() if len(several) > 1}
    return [Comparison(_title(way, found), found[way], tuple(ways[way])) for way in found]


def directions_of(profile: Profile, run: DiskRun | None) -> tuple[Direction, ...]:
    """What a run measured, or is to measure."""
    if run is not None:
        return tuple(figures.direction for figures in run.figures)
    return ("write" if profile.writes else "read",)


def size_of(probe: DiskProbe) -> int | None:
    """Bytes it works on at most; None for all of the place: hdparm, and seeks in a given one."""
    goes_everywhere = probe.profile.tool == "seek" and probe.kind != "directory"
    return probe.profile.size if probe.profile.needs_file and not goes_everywhere else None


def _title(way: _Way, others: Iterable[_Way]) -> str:
    profile, direction, size = way
    same = [other for other in others if other[0] == profile]
    directed = f" ({direction})" if len({other[1] for other in same}) > 1 else ""
    part = f" of {size / MIB:g} MiB" if size else " of the whole"
    return f"{profile}{directed}" + (part if len({other[2] for other in same}) > 1 else "")


def _speeds(standings: Iterable[Standing], direction: Direction) -> tuple[Speed, ...]:
    runs: defaultdict[str, list[tuple[DiskRun, Figures]]] = defaultdict(list)
    slower: dict[str, int] = {}
    for standing in standings:
        name = standing.probe.storage_class
        slower[name] = len(standing.probe.slower_classes)
        runs[name] += _known(standing.run, direction)
    order = sorted(slower, key=lambda name: (-slower[name], name))
    return tuple(_speed(name, runs[name]) for name in order if runs[name])


def _known(run: DiskRun | None, direction: Direction) -> Iterator[tuple[DiskRun, Figures]]:
    if run is not None:
        for figures in run.figures:
            if figures.direction == direction and figures.bandwidth is not None:
                yield run, figures


def _speed(name: str, runs: list[tuple[DiskRun, Figures]]) -> Speed:
    figures = [one for _, one in runs]
    return Speed(
        name,
        _mean(one.bandwidth for one in figures),
        _mean(one.iops for one in figures),
        _mean(one.latency_mean for one in figures),
        any(is_limited(run, one) for run, one in runs),
        len(runs),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def is_limited(run: DiskRun, figures: Figures) -> bool:
    """Whether a direction of a run came so near the rate limit that the disk may be faster."""
    return run.rate is not None and (figures.bandwidth or 0.0) >= AT_LIMIT * run.rate


def by_pool(standings: Mapping[str, Iterable[Standing]]) -> dict[str, list[Comparison]]:
    """The comparisons within each pool that has any."""
    found = {pool: comparisons(rows) for pool, rows in standings.items()}
    return {pool: rows for pool, rows in found.items() if rows}
