"""Panels of pools: one row each, their tasks, their messages."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.about import VALUE, About, Query
from dashboards.alerting import EVALUATED, FIRING
from dashboards.look import COUNT_OF_CRITICAL, COUNT_OF_WARNINGS, CRITICAL, IDLE, OK, WARNING
from dashboards.panels import series
from dashboards.promql import State, of_pool, or_zero, state_of
from dashboards.tables import Column, Figure, Label, table

KNOWN = f"max by (pool) ({of_pool('xenlens_target_up')})"
HOSTS = "max by (pool, host) (" + of_pool("xenlens_target_up", 'host!=""') + ")"
COORDINATOR = "max by (pool, coordinator) (" + of_pool("xenlens_pool_info") + ")"
NOT_ATTACHED = of_pool("xenlens_sr_attachment", 'state=~"unplugged|missing"')
PLAN = f"max by (pool) ({of_pool('xenlens_pool_ha_plan_exists_for')})"
FAILURES = f"max by (pool) ({of_pool('xenlens_pool_ha_failures_to_tolerate')})"
XAPI = (
    State("none answers", CRITICAL, of_pool("xenlens_pool_coordinator_answers") + " == 0"),
    State("answers", OK, of_pool("xenlens_pool_coordinator_answers") + " == 1"),
)
HA = (
    State("overcommitted", CRITICAL, of_pool("xenlens_pool_ha_overcommitted") + " == 1"),
    State("plan too small", CRITICAL, f"{PLAN} < {FAILURES}"),
    State("on", OK, of_pool("xenlens_pool_ha_enabled") + " == 1"),
    State("off", IDLE, of_pool("xenlens_pool_ha_enabled") + " == 0"),
)
STORAGE = f"/d/xenlens-storage?var-pool={VALUE}&${{datasource:queryparam}}&${{xenlens:queryparam}}"


def pools() -> Panel:
    """One row per pool."""
    about = About(
        "Pools",
        "One row per pool. Fewer hosts that answer than there are, an XAPI of which none answers, "
        "and anything but 0 to the right want a look. The name leads to the pool's storage.",
        "no pool watched",
        ("PoolCoordinatorLost", "PoolHaCannotPlan"),
    )
    return table(about, _columns(), [("Critical", True), ("Warnings", True)])


def _columns() -> list[Column]:
    attachments = f"sum by (pool) (max by (pool, host, sr, state) ({NOT_ATTACHED}))"
    tasks = f"max by (pool) ({of_pool('xenlens_pool_tasks_pending')})"
    return [
        Label("pool", "Pool", links={"Storage": STORAGE}),
        Figure("Hosts", or_zero(f"count by (pool) ({HOSTS})", KNOWN)),
        Figure("that answer", or_zero(f"count by (pool) ({HOSTS} == 1)", KNOWN)),
        Figure("", COORDINATOR),
        Label("coordinator", "Coordinator"),
        Figure("XAPI", state_of("pool", XAPI), states=XAPI, empty="unknown"),
        Figure("HA", state_of("pool", HA), states=HA, empty="unknown"),
        Figure("Critical", _alerts("critical"), steps=COUNT_OF_CRITICAL),
        Figure("Warnings", _alerts("warning"), steps=COUNT_OF_WARNINGS),
        Figure("SRs not attached", attachments, steps=COUNT_OF_WARNINGS, empty="unknown"),
        Figure("Tasks", tasks, empty="unknown"),
    ]


def _alerts(severity: str) -> str:
    count = f'count by (pool) (ALERTS{{{FIRING},severity="{severity}",pool!=""}})'
    return or_zero(count, f"({KNOWN} and on () {EVALUATED})")


def tasks() -> Panel:
    """What XAPI works on."""
    about = About(
        "Tasks under way",
        "What XAPI works on, the oldest first. A storage task that is minutes old often waits for "
        "a dead server.",
        "no task, or no XAPI answers",
    )
    expr = f"max by (pool, name) ({of_pool('xenlens_task_age_seconds')})"
    age = Figure("Age", expr, "s", steps=((0, IDLE), (600, WARNING)))
    return table(about, [Label("pool", "Pool"), Label("name", "Task"), age], [("Age", True)])


def messages() -> Panel:
    """What XAPI wrote."""
    about = About(
        "Messages of XAPI",
        "Messages that XAPI wrote, by name. A burst goes with a fault of hosts, storage or HA. "
        "Pools that are read by xe have none.",
        "no message, or read by xe",
    )
    counted = of_pool("xenlens_pool_messages_total")
    expr = f"sum by (pool, message) (increase({counted}[$__rate_interval])) > 0"
    return series(about, "short", [Query(expr, "{{pool}} {{message}}")], bars=True)
