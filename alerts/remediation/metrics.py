"""What remediation tells of itself, and what is true of it while no engine runs."""

from collections.abc import Iterable

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
    "Unix time at which the oldest run that has not ended began; absent when there is none.",
)
LAST_RUN = Family(
    "xenlens_remediation_last_run_timestamp_seconds",
    "Unix time at which the last run on an object ended; object is the bond, map, SR or VM.",
    ("playbook", "outcome", "pool", "host", "object"),
)
STAGE = Family(
    "xenlens_remediation_stage_duration_seconds",
    "Time from one stage of a run to the next: webhook (since the fault was seen), armed, applied, "
    "verified, stable.",
    ("playbook", "stage"),
    "histogram",
)
FAMILIES = (ARMED, HEARTBEAT, RUNS, REFUSALS, OPEN_RUNS, OLDEST_OPEN, LAST_RUN, STAGE)


def idle_metrics(playbooks: Iterable[str]) -> list[Metric]:
    """The truth of an exporter whose playbooks cannot act: not armed, and nothing has run."""
    page = Page({})
    page.add(ARMED, 0)
    page.add(OPEN_RUNS, 0)
    for playbook in playbooks:
        for outcome in OUTCOMES:
            page.add(RUNS, 0, playbook=playbook, outcome=outcome)
    return page.metrics()
