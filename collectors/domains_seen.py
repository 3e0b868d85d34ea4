"""How long something has been seen without a break: a passing state is no fault."""

from collections.abc import Hashable, Iterable, Mapping

LONGEST_GAP = 300.0
"""Seconds between two looks after which nobody can say that it was so all the time."""


class Lasting:
    """Since when each thing is seen at every look."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, tuple[float, float]] = {}
        """By thing: when it was first seen without a break since, and when last."""

    def update(self, things: Iterable[Hashable], now: float) -> Mapping[Hashable, float]:
        """Take in one look, `now` in seconds on any steady clock.

        Gives for how many seconds each of `things` has lasted; what is not among them is over.
        """
        before = self._seen
        self._seen = {thing: (_first(before.get(thing), now), now) for thing in things}
        return {thing: now - first for thing, (first, _) in self._seen.items()}


def _first(before: tuple[float, float] | None, now: float) -> float:
    return now if before is None or now - before[1] > LONGEST_GAP else before[0]
