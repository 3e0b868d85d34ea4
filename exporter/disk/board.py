"""How every disk probe stands: what the schedule writes and the collector reads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from collectors.disk_reasons import is_skip
from collectors.disk_records import DiskProbe, Standing
from exporter.outcome import Outcome

BELIEVED_PERIODS = 2.5
"""Figures are served for so many periods: one run may be skipped, two in a row make them old."""


class Board:
    """The standings by probe. `clock` gives Unix time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._standings: dict[str, Standing] = {}

    def follow(self, probes: Iterable[DiskProbe]) -> None:
        """Know these probes from now on. One that did not change keeps its figures and counts."""
        before = self._standings
        self._standings = {
            probe.name: kept
            if (kept := before.get(probe.name)) is not None and kept.probe == probe
            else Standing(probe)
            for probe in probes
        }

    def planned(self, probe: DiskProbe, at: float) -> None:
        """Note when the next run is due, Unix time."""
        self._change(probe, next_at=at)

    def began(self, probe: DiskProbe) -> None:
        """Note that it runs now."""
        self._change(probe, running_since=self._clock())

    def ended(self, probe: DiskProbe, outcome: Outcome) -> None:
        """Note what became of an attempt.

        A skipped one leaves the figures as they are; a failed one takes them away.
        """
        standing = self._standings.get(probe.name)
        if standing is None:
            return
        reason = outcome.reason
        told: dict[str, Any] = {"reason": reason, "message": outcome.message, "running_since": None}
        if reason is not None and is_skip(reason):
            self._change(probe, **told, skipped=_one_more(standing.skipped, reason))
            return
        now = self._clock()
        told |= {"runs": standing.runs + 1, "ended_at": now, "run": None}
        if reason is not None:
            told["failed"] = _one_more(standing.failed, reason)
        elif outcome.reading is not None:
            told |= {"run": outcome.reading.records[0], "success_at": now}
        self._change(probe, **told)

    def _change(self, probe: DiskProbe, **told: Any) -> None:
        """Nothing happens for a probe that a reload has changed or taken away meanwhile."""
        standing = self._standings.get(probe.name)
        if standing is not None and standing.probe == probe:
            self._standings[probe.name] = replace(standing, **told)

    def of(self, host: str) -> tuple[Standing, ...]:
        """The probes of one host or guest."""
        return tuple(s for s in self.standings() if s.probe.host == host)

    def standings(self) -> tuple[Standing, ...]:
        """All of them, in the order of the configuration; figures that are too old are left out."""
        return tuple(self._believed(standing) for standing in self._standings.values())

    def _believed(self, standing: Standing) -> Standing:
        """Neither old figures nor, where the clock was set back, those of the future."""
        age = self._clock() - (standing.success_at or 0.0)
        holds = 0 <= age <= BELIEVED_PERIODS * standing.probe.every
        return standing if holds else replace(standing, run=None)


def _one_more(counts: Mapping[str, int], reason: str) -> Mapping[str, int]:
    return {**counts, reason: counts.get(reason, 0) + 1}
