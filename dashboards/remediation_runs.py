"""Panels of remediation runs: how they ended, why they were refused, how long they took."""

from grafana_foundation_sdk.models.dashboard import Panel

from alerts.remediation.metrics import HARMFUL, OUTCOMES
from dashboards.about import About, Query
from dashboards.layout import Line
from dashboards.look import COUNT_OF_CRITICAL, CRITICAL, IDLE, NONE, NOTE, OK, Word
from dashboards.panels import series, tile
from dashboards.promql import of_host
from dashboards.tables import Column, Figure, Label, matrix, table

PLAYBOOK = 'playbook=~"$playbook"'
RUNS = f"xenlens_remediation_runs_total{{{PLAYBOOK}}}"
REFUSALS = f"xenlens_remediation_refusals_total{{{PLAYBOOK}}}"
STAGES = f"xenlens_remediation_stage_duration_seconds_bucket{{{PLAYBOOK}}}"
BADLY = f'xenlens_remediation_runs_total{{{PLAYBOOK},outcome=~"{"|".join(HARMFUL)}"}}'
LAST_RUN = of_host("xenlens_remediation_last_run_timestamp_seconds", PLAYBOOK)
GOOD = {"fixed": OK, "already_ok": OK, "would_act": NOTE}


def lines() -> list[Line]:
    """Everything of runs."""
    return [
        Line(9, [_outcomes()]),
        Line(8, [_over_time(), _refusals()]),
        Line(8, [_stages(), _last_runs()]),
    ]


def ended_tile() -> Panel:
    """How many runs ended."""
    about = About(
        "Runs that ended",
        "Runs that ended in the chosen time, however they ended.",
        "xenlens does not answer",
    )
    return tile(about, f"round(sum(increase({RUNS}[$__range])))", ((0, IDLE),))


def badly_tile() -> Panel:
    """How many runs acted and did not heal."""
    about = About(
        "Ended badly",
        "Runs in the chosen time that acted on a host and did not heal: interrupted, undone, could "
        "not be undone, quarantined. Anything but 0 wants a person.",
        "xenlens does not answer",
        ("RemediationFailing",),
    )
    return tile(about, f"round(sum(increase({BADLY}[$__range])))", COUNT_OF_CRITICAL)


def _outcomes() -> Panel:
    about = About(
        "Playbooks and outcomes",
        "How often each playbook ended in which way in the chosen time. A dash is 0. Interrupted, "
        "undone, undo_failed and quarantined acted and did not heal.",
        "xenlens does not answer",
        ("RemediationFailing",),
    )
    expr = f"round(sum by (playbook, outcome) (increase({RUNS}[$__range])))"
    return matrix(
        about, expr, Label("playbook", "Playbook"), "outcome", "Value", {"0": ("–", NONE)}
    )


def _over_time() -> Panel:
    about = About(
        "Runs over time",
        "Runs by playbook and outcome, when they ended. No bar: nothing ran.",
        "no run in this time",
        ("RemediationFailing",),
    )
    expr = f"sum by (playbook, outcome) (increase({RUNS}[$__rate_interval])) > 0"
    return series(about, "short", [Query(expr, "{{playbook}} {{outcome}}")], bars=True)


def _refusals() -> Panel:
    about = About(
        "Refusals by reason",
        "Runs that a guard refused, by guard. A refusal is no fault; many of one reason are worth "
        "reading its runbook.",
        "no refusal in this time",
    )
    expr = f"sum by (playbook, reason) (increase({REFUSALS}[$__rate_interval])) > 0"
    return series(about, "short", [Query(expr, "{{playbook}} {{reason}}")], bars=True)


def _stages() -> Panel:
    about = About(
        "Time of each stage",
        "Time from one stage of a run to the next: half of the runs and 95 % of them stay below. A "
        "stage that takes longer than it did is a slow host, or a guard that waits. Logarithmic.",
        "no run in this time",
    )
    by_stage = f"sum by (stage, le) (rate({STAGES}[$__rate_interval]))"
    queries = [
        Query(f"histogram_quantile({share}, {by_stage})", f"{{{{stage}}}} {words}")
        for share, words in ((0.5, "half within"), (0.95, "95 % within"))
    ]
    return series(about, "s", queries, logarithmic=True)


def _last_runs() -> Panel:
    about = About(
        "Last runs",
        "The last run on each object, the newest first. Red: it acted and did not heal.",
        "nothing has run",
        ("RemediationFailing",),
    )
    by = "playbook, outcome, pool, host, object"
    columns: list[Column] = [
        Figure("Ended", f"1000 * max by ({by}) ({LAST_RUN})", "dateTimeFromNow", width=140),
        Label("playbook", "Playbook"),
        Label("outcome", "Outcome", _outcome_words()),
        Label("pool", "Pool"),
        Label("host", "Host"),
        Label("object", "Object"),
    ]
    return table(about, columns, [("Ended", True)])


def _outcome_words() -> dict[str, Word]:
    colours = dict.fromkeys(OUTCOMES, IDLE) | GOOD | dict.fromkeys(HARMFUL, CRITICAL)
    return {outcome: (outcome.replace("_", " "), colour) for outcome, colour in colours.items()}
