"""Panels of probes and their runs: what they gave last, and why they gave nothing."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.about import About, Query
from dashboards.disks_classes import PROFILE
from dashboards.layout import Line
from dashboards.look import CRITICAL, OK, WARNING
from dashboards.panels import series
from dashboards.promql import of_host
from dashboards.tables import Column, Figure, Label, table

PROBE = "pool, host, probe"
LATE = ((0, OK), (1.5, WARNING), (2.5, CRITICAL))
"""In periods of the probe; from 2.5 on its figures are gone."""


def _of(metric: str, by: str = PROBE) -> str:
    probes = of_host(f"xenlens_disk_probe_{metric}", PROFILE)
    return f"max by ({by}) ({probes})"


EVERY = _of("interval_seconds")
LAST_SUCCESS = _of("last_success_timestamp_seconds")
LAST_RUN = _of("last_run_timestamp_seconds")


def lines() -> list[Line]:
    """Everything of runs."""
    return [
        Line(9, [_probes()]),
        Line(8, [_age()]),
        Line(8, [_reasons("Failed", "failures_total"), _reasons("Skipped", "skipped_total")]),
    ]


def _probes() -> Panel:
    about = About(
        "Probes",
        "What each probe gave last, and when. Late counts in periods: from 1.5 a run is missing, "
        "from 2.5 the figures are gone, and a disk that became slow would not be noticed.",
        "no probe configured, or none of these hosts answers",
        ("DiskProbeNotRun",),
    )
    by_direction = f"{PROBE}, direction"
    columns: list[Column] = [
        Label("pool", "Pool"),
        Label("host", "Host"),
        Label("probe", "Probe"),
        Label("direction", "Direction"),
        Figure("Bandwidth", _of("bandwidth_bytes_per_second", by_direction), "binBps"),
        Figure("Operations", _of("iops", by_direction), "iops"),
        Figure("Mean latency", _of("latency_mean_seconds", by_direction), "s"),
        Figure("Measured", f"1000 * {LAST_SUCCESS}", "dateTimeFromNow", empty="never"),
        Figure(
            "Late", f"(time() - {LAST_SUCCESS}) / {EVERY}", steps=LATE, empty="never", decimals=1
        ),
        Figure("Last run", f"1000 * {LAST_RUN}", "dateTimeFromNow", empty="never"),
        Figure("Every", EVERY, "s"),
        Figure("Limit", _of("rate_limit_bytes_per_second"), "binBps", empty="none"),
        Figure("", _of("info", f"{PROBE}, storage_class, sr, path")),
        Label("storage_class", "Class"),
        Label("sr", "SR"),
        Label("path", "Path"),
    ]
    return table(about, columns, [("Late", True), ("Probe", False)])


def _age() -> Panel:
    about = About(
        "Age of the figures, in periods of the probe",
        "How old the figures of each probe are, against how often it should run. A saw below 1 is "
        "well; a line that climbs is a probe that does not run or fails.",
        "no probe has run",
        ("DiskProbeNotRun",),
    )
    expr = f"(time() - {LAST_SUCCESS}) / {EVERY}"
    return series(about, "none", [Query(expr, "{{host}} {{probe}}")], steps=LATE)


def _reasons(what: str, counter: str) -> Panel:
    about = About(
        f"{what}, by reason",
        f"{what} runs of each probe, by reason; docs/disk-probes.md says what each reason means. "
        "Skipped while something is degraded is on purpose; anything steady is not.",
        "none, or no probe configured",
        ("DiskProbeNotRun",),
    )
    probes = of_host(f"xenlens_disk_probe_{counter}")
    expr = f"sum by ({PROBE}, reason) (increase({probes}[$__rate_interval])) > 0"
    return series(about, "short", [Query(expr, "{{host}} {{probe}} {{reason}}")], bars=True)
