"""What remediation counts: runs by outcome, refusals by reason, stages by their time."""

from collections import Counter
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import Metric

from alerts.remediation.metrics import STAGE
from alerts.remediation.records import Origin, Target
from alerts.remediation.states import State

BUCKETS = (0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
"""Seconds."""


class Meter:
    """`ended` is what the journal has of earlier runs, by playbook, state and reason."""

    def __init__(self, ended: Mapping[tuple[str, str, str], int] | None = None) -> None:
        self.runs: Counter[tuple[str, str]] = Counter()
        self.refusals: Counter[tuple[str, str]] = Counter()
        self.last: dict[tuple[str, str, str, str], tuple[str, float]] = {}
        """Outcome and Unix time of the last run, by playbook, pool, host and object."""
        self._registry = CollectorRegistry()
        self._stages = Histogram(
            STAGE.name, STAGE.help, list(STAGE.labels), buckets=BUCKETS, registry=self._registry
        )
        for (playbook, state, reason), count in (ended or {}).items():
            self._count(playbook, state, reason, count)

    def ended(self, target: Target, state: State, reason: str, at: float) -> None:
        """A run ended at Unix time `at`."""
        self._count(target.playbook, state, reason, 1)
        self.noted(target, state, at)

    def noted(self, target: Target, state: State, at: float) -> None:
        """How the last run on an object ended; those that found no reason to look are left out."""
        if state is not State.COALESCED:
            place = (target.playbook, target.pool, target.host, target.object)
            self.last[place] = (state.lower(), at)

    def coalesced(self, playbook: str) -> None:
        """An alert came for an object that has an open run."""
        self.runs[playbook, State.COALESCED.lower()] += 1

    def stages(self, origin: Origin, playbook: str, at: Mapping[State, float]) -> None:
        """How long the stages of a run took that it came to; `at` is Unix time by state."""
        for stage, seconds in stage_seconds(origin, at).items():
            self._stages.labels(playbook, stage).observe(max(0.0, seconds))

    def stage_metrics(self) -> list[Metric]:
        """The histogram of stages."""
        return list(self._registry.collect())

    def _count(self, playbook: str, state: str, reason: str, count: int) -> None:
        self.runs[playbook, state.lower()] += count
        if state == State.REFUSED:
            self.refusals[playbook, reason] += count


def stage_seconds(origin: Origin, at: Mapping[State, float]) -> dict[str, float]:
    """From the fault to stability: the time from each stage to the next, as far as a run came."""
    moments = {
        "webhook": origin.received_at,
        "armed": at.get(State.ARMED),
        "applied": at.get(State.APPLIED),
        "verified": at.get(State.HOLDING),
        "stable": at.get(State.FIXED),
    }
    before, found = origin.fault_at, dict[str, float]()
    for stage, moment in moments.items():
        if moment is None:
            return found
        if before is not None:
            found[stage] = moment - before
        before = moment
    return found
