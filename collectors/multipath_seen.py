"""What a host had before: a path or map that is simply gone leaves no trace in any output."""

from collections.abc import Iterable, Mapping

from collectors.multipath_records import Map

FORGET_SECONDS = 24 * 3600.0
"""A path or map gone for so long was taken away on purpose."""


class Seen:
    """The most paths each WWID had within a day."""

    def __init__(self) -> None:
        self._last: dict[str, dict[int, float]] = {}
        """By WWID and number of paths: when the map was last seen with so many."""

    def update(self, maps: Iterable[Map], now: float) -> Mapping[str, int]:
        """Take in one look; `now` in seconds on any steady clock. Gives all that is remembered."""
        for one in maps:
            self._last.setdefault(one.wwid, {})[len(one.paths)] = now
        for wwid, counts in list(self._last.items()):
            recent = {count: at for count, at in counts.items() if now - at <= FORGET_SECONDS}
            if recent:
                self._last[wwid] = recent
            else:
                del self._last[wwid]
        return {wwid: max(counts) for wwid, counts in self._last.items()}
