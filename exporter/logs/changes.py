"""Targets that go down and come back: the change is logged, not every scrape that fails."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from exporter.outcome import Outcome, why_down
from exporter.watch import Scrape

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Standing:
    """Unix times at which the target went down, and at which its collectors began to fail."""

    down_at: float | None = None
    failing: dict[str, float] = field(default_factory=dict)


class Changes:
    """How every target stood last; at first it is taken to be well. `clock` gives Unix time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._standings: dict[str, _Standing] = {}

    def keep(self, targets: Iterable[str]) -> None:
        """Forget all other targets."""
        self._standings = {n: self._standings[n] for n in targets if n in self._standings}

    def note(self, target: str, scrape: Scrape) -> None:
        """Log what changed. While a target is down nothing is said of its collectors."""
        standing = self._standings.setdefault(target, _Standing())
        if scrape.up != (standing.down_at is None):
            self._turned(target, standing, scrape)
        if scrape.up:
            for outcome in scrape.outcomes:
                self._collector(target, standing.failing, outcome)

    def _turned(self, target: str, standing: _Standing, scrape: Scrape) -> None:
        now = self._clock()
        told = {"target": target, "change": True}
        if standing.down_at is None:
            standing.down_at = now
            why = why_down(scrape.outcomes)
            log.warning("target is down", extra={**told, **(_why(why) if why else {})})
        else:
            log.info("target is up again", extra={**told, "seconds": round(now - standing.down_at)})
            standing.down_at = None

    def _collector(self, target: str, failing: dict[str, float], outcome: Outcome) -> None:
        name = outcome.collector
        told = {"target": target, "collector": name, "change": True}
        if not outcome.success and name not in failing:
            failing[name] = self._clock()
            log.warning("collector fails", extra={**told, **_why(outcome)})
        elif outcome.success and name in failing:
            seconds = round(self._clock() - failing.pop(name))
            log.info("collector works again", extra={**told, "seconds": seconds})


def _why(outcome: Outcome) -> dict[str, object]:
    return {"reason": outcome.reason, "error": outcome.message}
