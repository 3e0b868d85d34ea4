"""Panels of each probe against the median of its own last week."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.about import About, Query
from dashboards.disks_classes import PROFILE
from dashboards.layout import Line
from dashboards.look import OK, WARNING
from dashboards.panels import series
from dashboards.promql import of_host

SLOWER = "probe:xenlens_disk_probe_slower_by_"
PROBE = "pool, host, probe, profile, direction"
LEGEND = "{{host}} {{probe}} {{direction}}"
TWICE = ((0, OK), (2, WARNING))
"""As the alert DiskProbeSlow has it."""


def slower(by: str) -> str:
    """How many times slower each probe is than in its week."""
    return f"max by ({PROBE}) ({of_host(f'{SLOWER}{by}:ratio1w', PROFILE)})"


def lines() -> list[Line]:
    """Everything of weeks."""
    return [Line(8, [_slower("bandwidth"), _slower("latency")]), Line(8, [_quantiles()])]


def _slower(by: str) -> Panel:
    about = About(
        f"Slower than in its week, by {by}",
        "How many times slower each probe is than the median of its own week: 1 is as ever, 2 is "
        "half as fast. Above the line at 2 is wrong. A probe has a week after two days.",
        "no probe has a week of figures yet",
        ("DiskProbeSlow",),
    )
    return series(about, "none", [Query(slower(by), LEGEND)], steps=TWICE)


def _quantiles() -> Panel:
    about = About(
        "Slowest operations",
        "The time that 99 % of each probe's operations stayed below. It rises before the mean does "
        "when a single disk or path is in trouble. Logarithmic.",
        "no probe that tells quantiles has run",
        ("DiskProbeSlow",),
    )
    latency = of_host("xenlens_disk_probe_latency_seconds", PROFILE, 'quantile="0.99"')
    query = Query(f"max by ({PROBE}) ({latency})", LEGEND)
    return series(about, "s", [query], logarithmic=True)
