"""The fleet: what is wrong, where, since when."""

from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

from dashboards.about import About
from dashboards.alerting import alerts_table, by_rank, critical_tile, newest_tile, warning_tile
from dashboards.fleet_pools import messages, pools, tasks
from dashboards.host_collectors import failing_tile
from dashboards.itself import answer_times, reloads
from dashboards.layout import Line, Section
from dashboards.look import COUNT_OF_CRITICAL, IDLE, OK, UNKNOWN
from dashboards.page import page
from dashboards.panels import tile, timeline
from dashboards.promql import State, of_host

TARGETS = f"max by (pool, host) ({of_host('xenlens_target_up')})"
WORST = (
    *by_rank('pool!=""'),
    State("no answer", UNKNOWN, of_host("xenlens_target_up") + " == 0"),
    State("well", OK, of_host("xenlens_target_up") + " == 1"),
)


def fleet() -> Dashboard:
    """The dashboard an operator opens first."""
    tiles = (_down(), critical_tile(), warning_tile(), failing_tile(), newest_tile(), _watched())
    first = [Line(4, tiles), Line(11, [alerts_table()]), Line(9, [_worst()])]
    sections = [
        Section("", first),
        Section("Pools", [Line(7, [pools()]), Line(7, [tasks(), messages()])]),
        Section("xenlens itself", [Line(7, [answer_times(), reloads()])]),
    ]
    what = "What is wrong, on which host, since when: every pool that xenlens watches."
    return page("fleet", what, sections)


def _down() -> Panel:
    about = About(
        "Targets down",
        "Hosts and pools that gave no answer, or no page at all, and were there within the hour. "
        "Anything but 0: whatever goes wrong there is not seen. Grey: nothing is watched.",
        "nothing watched",
        ("XenlensTargetDown", "XenlensScrapeFailing", "XenlensDown"),
    )
    known = f"max by (pool, host) (last_over_time({of_host('xenlens_target_up')}[1h]))"
    return tile(about, f"count({known}) - (count({TARGETS} == 1) or vector(0))", COUNT_OF_CRITICAL)


def _watched() -> Panel:
    about = About(
        "Targets that answer",
        "Hosts and pools that answer now. Fewer than your inventory has: see Targets down.",
        "none",
    )
    return tile(about, f"count({TARGETS} == 1)", ((0, IDLE),))


def _worst() -> Panel:
    about = About(
        "Worst alert of each host and pool",
        "One bar per host, and one per pool for what concerns no single host: which alert was the "
        "worst, and for how long. Grey is no answer or no data, which is never well.",
        "nothing watched",
    )
    return timeline(about, "pool, host", WORST, "{{pool}} {{host}}")
