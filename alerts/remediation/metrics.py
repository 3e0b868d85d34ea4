"""What remediation tells of itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prometheus_client.core import Metric

from collectors.metrics import Family, Page

OUTCOMES = (
    *("fixed", "already_ok", "would_act", "refused", "coalesced", "cancelled", "expired"),
    *("rejected", "aborted_restart", "interrupted", "undone", "undo_failed", "quarantined"),
)
"""How a run may end."""
HARMFUL = ("interrupted", "undone", "undo_failed", "quarantined")
"""Ends of a run that acted on a host and did not heal."""

ARMED = Family(
    "xenlens_remediation_armed", "1 while a playbook may act on a host, 0 while none may."
)
HEARTBEAT = Family(
    "xenlens_remediation_heartbeat_timestamp_seconds",
    "Unix time at which the engine last looked at its runs.",
)
RUNS = Family(
    "xenlens_remediation_runs_total",
    "Runs that ended, by how they ended.",
    ("playbook", "outcome"),
    "counter",
)
REFUSALS = Family(
    "xenlens_remediation_refusals_total",
    "Runs that were refused, by the guard that refused.",
    ("playbook", "reason"),
    "counter",
)
OPEN_RUNS = Family("xenlens_remediation_open_runs", "Runs that have not ended.")
OLDEST_OPEN = Family(
    "xenlens_remediation_oldest_open_run_timestamp_seconds",
    "Unix time since which the oldest open run goes on, from its approval where it had one; absent "
    "when there is none, or all wait for an approval.",
)
LAST_RUN = Family(
    "xenlens_remediation_last_run_timestamp_seconds",
    "Unix time at which the last run on an object ended; object is the bond, map, SR or VM.",
    ("playbook", "outcome", "pool", "host", "object"),
)
STAGE = Family(
    "xenlens_remediation_stage_duration_seconds",
    "Time from one stage of a run to the next: webhook (since the alert began to fire), armed, "
    "applied, verified, stable.",
    ("playbook", "stage"),
    "histogram",
)
FAMILIES = (ARMED, HEARTBEAT, RUNS, REFUSALS, OPEN_RUNS, OLDEST_OPEN, LAST_RUN, STAGE)


@dataclass(frozen=True, slots=True)
class Standing:
    """How remediation stands at a moment. Times are Unix times."""

    armed: bool = False
    beat_at: float | None = None
    opened: int = 0
    """Runs that have not ended."""
    oldest: float | None = None
    """Since when the oldest of them goes on; those that wait for a person are left out."""
    runs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many ended so, by playbook and outcome."""
    refusals: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """The same by playbook and reason."""
    last: Mapping[tuple[str, str, str, str], tuple[str, float]] = field(default_factory=dict)
    """Outcome and time of the last run, by playbook, pool, host and object."""


def remediation_metrics(playbooks: Iterable[str], standing: Standing) -> list[Metric]:
    """Everything but the times of stages; every playbook has every outcome, from 0 on."""
    page = Page({})
    page.add(ARMED, standing.armed)
    page.add(OPEN_RUNS, standing.opened)
    if standing.beat_at is not None:
        page.add(HEARTBEAT, standing.beat_at)
    if standing.oldest is not None:
        page.add(OLDEST_OPEN, standing.oldest)
    for playbook in playbooks:
        for outcome in OUTCOMES:
            count = standing.runs.get((playbook, outcome), 0)
            page.add(RUNS, count, playbook=playbook, outcome=outcome)
    for (playbook, reason), count in sorted(standing.refusals.items()):
        page.add(REFUSALS, count, playbook=playbook, reason=reason)
    for (playbook, pool, host, thing), (outcome, at) in sorted(standing.last.items()):
        where = {"pool": pool, "host": host, "object": thing}
        page.add(LAST_RUN, at, playbook=playbook, outcome=outcome, **where)
    return page.metrics()


def idle_metrics(playbooks: Iterable[str]) -> list[Metric]:
    """The truth of an exporter without an engine: not armed, and nothing has run."""
    return remediation_metrics(playbooks, Standing())
