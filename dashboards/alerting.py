"""Panels of alerts: those that call people. The machine's copies are left out."""

import re

from grafana_foundation_sdk.models.dashboard import Panel

from alerts.bundle import alerts
from alerts.words import title
from dashboards.about import EVIDENCE, RUNBOOK, VALUE, About
from dashboards.look import (
    COUNT_OF_CRITICAL,
    COUNT_OF_WARNINGS,
    CRITICAL,
    IDLE,
    NOTE,
    WARNING,
    Word,
)
from dashboards.panels import tile
from dashboards.promql import SR_NAMES, State, or_zero
from dashboards.tables import Column, Figure, Label, table

CHOSEN = 'pool=~"$pool|",host=~"$host|",audience!~"machine|watchdog"'
"""Of the chosen hosts, and of what has no host or pool: that concerns them too."""
FIRING = f'{CHOSEN},alertstate="firing"'
EVALUATED = 'group(ALERTS{alertname="XenlensWatchdog",alertstate="firing"})'
"""Has a series while Prometheus evaluates the rules: only then is no alert a 0."""
VM_NAMES = (
    "topk by (pool, vm)"
    ' (1, max by (pool, vm, name) (last_over_time(xenlens_vm_info{name!=""}[1h])))'
)
"""As of SRs: a VM without a fault has no name any more, and its alert fires on for a while."""
SINCE = (
    f"1000 * ALERTS{{{CHOSEN}}} * ignoring (alertstate) group_left () ALERTS_FOR_STATE{{{CHOSEN}}}"
)
"""When each alert began, in milliseconds as Grafana counts."""
OBJECT = (
    *("bond", "member", "destination", "wwid", "path", "probe", "profile", "direction"),
    *("storage_class", "than", "name", "scsi_id", "address", "collector", "command", "what"),
    *("reason", "instance", "integration", "outcome"),
)
"""Labels that tell one alert of a host from another, in the order they are read."""
PLACE = re.compile(r"^(?:(?:[A-Z_]+|or|pool) ?)+: ")
"""What a summary begins with: the labels that have columns of their own."""
RANKS = (
    ("1", "severity", "critical", CRITICAL),
    ("2", "severity", "warning", WARNING),
    ("3", "severity", "info", NOTE),
    ("4", "alertstate", "pending", IDLE),
)
"""What the table is sorted by: a label's value, its rank and colour."""


def by_rank(*matchers: str) -> list[State]:
    """Alerts as states: those that fire by severity, the worst first, then those about to."""
    fires, any_state = (",".join((chosen, *matchers)) for chosen in (FIRING, CHOSEN))
    severities = [
        State(severity, colour, f'ALERTS{{{fires},severity="{severity}"}}')
        for _, label, severity, colour in RANKS
        if label == "severity"
    ]
    return [*severities, State("pending", IDLE, f'ALERTS{{{any_state},alertstate="pending"}}')]


def count_of(severity: str) -> str:
    """How many alerts of a severity fire."""
    return or_zero(f'count(ALERTS{{{FIRING},severity="{severity}"}})', EVALUATED)


def critical_tile() -> Panel:
    """How many critical alerts fire."""
    about = About(
        "Critical alerts",
        "Alerts that somebody should get up for. Anything but 0 is wrong; grey: Prometheus does "
        "not evaluate the rules.",
        "rules not evaluated",
    )
    return tile(about, count_of("critical"), COUNT_OF_CRITICAL)


def warning_tile() -> Panel:
    """How many warnings fire."""
    about = About(
        "Warnings",
        "Redundancy that is gone, and what else can wait until morning. Grey: Prometheus does not "
        "evaluate the rules.",
        "rules not evaluated",
    )
    return tile(about, count_of("warning"), COUNT_OF_WARNINGS)


def newest_tile() -> Panel:
    """When the newest alert began."""
    about = About(
        "Newest alert began",
        "Since when the newest firing alert's condition holds, info left out. A recent time: "
        "something has just happened.",
        "no alert",
    )
    firing = f'ALERTS{{{FIRING},severity!="info"}}'
    expr = f"max(1000 * ALERTS_FOR_STATE{{{CHOSEN}}} and ignoring (alertstate) {firing})"
    return tile(about, expr, ((0, IDLE),), "dateTimeFromNow")


def alerts_table() -> Panel:
    """Every alert, worst first: where, what, which, since when."""
    about = About(
        "Alerts, worst first",
        "Every alert that fires or is about to (pending), the worst first, then the newest. Since "
        "is when its condition began. The alert's name leads to its runbook, the host to its "
        "dashboard.",
        "no alert, or no rules in this Prometheus",
    )
    return table(about, _columns(), [("Severity", False), ("Since", True)])


def _columns() -> list[Column]:
    ranks: dict[str, Word] = {rank: (text, colour) for rank, _, text, colour in RANKS}
    return [
        Label("rank", "Severity", ranks, width=90),
        Figure("Since", _ranked(_named_objects()), "dateTimeFromNow", width=140),
        Label("pool", "Pool", width=120),
        Label("host", "Host", links=_of_host(), width=140),
        Label("what", "What", what_alerts_say()),
        Label("object", "Object"),
        Label("playbook", "Playbook", width=150),
        Label("alertname", "Runbook", links={"Runbook": RUNBOOK + VALUE}, width=250),
    ]


def what_alerts_say() -> dict[str, Word]:
    """By alert, its summary without the object's name before the colon."""
    calling = (alert for alert in alerts() if not alert.for_machine)
    return {alert.name: (PLACE.sub("", title(alert)), "") for alert in calling}


def _of_host() -> dict[str, str]:
    chosen = "var-pool=${__data.fields.pool}&var-host=" + VALUE
    same = "${datasource:queryparam}&${xenlens:queryparam}"
    return {"Host": f"/d/xenlens-host?{chosen}&{same}", "Evidence": EVIDENCE + VALUE}


def _named_objects() -> str:
    """The name of an SR or VM in `name`; where it has none that is known, its uuid."""
    nameless = f"({SINCE}) unless on (pool, sr) {SR_NAMES}"
    nameless += f" unless on (pool, vm) {VM_NAMES}"
    for label in ("sr", "vm"):
        nameless = f'label_replace({nameless}, "name", "$1", "{label}", "(.+)")'
    return (
        f"({SINCE}) * on (pool, sr) group_left (name) {SR_NAMES}"
        f"\nor ({SINCE}) * on (pool, vm) group_left (name) {VM_NAMES}"
        f"\nor {nameless}"
    )


def _ranked(expr: str) -> str:
    """One series per row of the table, with the labels that are its columns."""
    joined = ", ".join(f'"{label}"' for label in OBJECT)
    expr = f'label_join({expr}, "object", " ", {joined})'
    expr = f'label_replace({expr}, "object", "$1", "object", " *(.*?) *")'
    expr = f'label_replace({expr}, "what", "$1", "alertname", "(.+)")'
    for rank, label, value, _ in RANKS:
        expr = f'label_replace({expr}, "rank", "{rank}", "{label}", "{value}")'
    return f"max by (rank, pool, host, what, object, playbook, alertname) ({expr})"
