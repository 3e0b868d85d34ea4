"""Disk speed: classes side by side, each probe against its own last week."""

from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

from dashboards import disks_classes, disks_probes, disks_week
from dashboards.about import About
from dashboards.alerting import CHOSEN, EVALUATED
from dashboards.layout import Line, Section
from dashboards.look import COUNT_OF_WARNINGS, IDLE
from dashboards.page import HOSTS, POOLS, Choice, page
from dashboards.panels import tile
from dashboards.promql import of_host, or_zero

PROFILES = Choice(
    "profile",
    "Profile",
    'label_values(xenlens_disk_probe_info{pool=~"$pool",host=~"$host"}, profile)',
)


def disks() -> Dashboard:
    """The dashboard of disk probes."""
    sections = [
        Section("", [Line(4, _tiles()), *disks_classes.lines()]),
        Section("Each probe against its own last week", disks_week.lines()),
        Section("Probes and their runs", disks_probes.lines()),
    ]
    what = "Disk speed: storage classes side by side, each probe against its own last week."
    choices = (POOLS, HOSTS, PROFILES)
    return page("disks", what, sections, choices=choices, since="now-24h")


def _tiles() -> list[Panel]:
    return [
        _alerts("Probes that became slow", "DiskProbeSlow", "half as fast as in their own week"),
        _alerts("Classes no faster", "StorageClassNotFaster", "no faster than a slower class"),
        _alerts("Probes without figures", "DiskProbeNotRun", "two runs or more late"),
        _running(),
        _counted("Runs that failed", "xenlens_disk_probe_failures_total", "gave no figures"),
        _counted("Runs that were skipped", "xenlens_disk_probe_skipped_total", "were not tried"),
    ]


def _alerts(title: str, alert: str, what: str) -> Panel:
    about = About(
        title,
        f"What is {what}, whether its alert fires yet or waits for a second run. Anything but 0 "
        "wants a look; grey: Prometheus does not evaluate the rules.",
        "rules not evaluated",
        (alert,),
    )
    count = f'count(ALERTS{{{CHOSEN},alertname="{alert}"}})'
    return tile(about, or_zero(count, EVALUATED), COUNT_OF_WARNINGS)


def _running() -> Panel:
    about = About(
        "Probes that run now",
        "Probes that measure at this moment. One per machine and per pool at most.",
        "no probe configured",
    )
    expr = f"sum(max by (pool, host, probe) ({of_host('xenlens_disk_probe_running')}))"
    return tile(about, expr, ((0, IDLE),))


def _counted(title: str, counter: str, what: str) -> Panel:
    about = About(
        title,
        f"Runs in the chosen time that {what}. A few are no trouble; below, they are told by "
        "reason.",
        "no probe configured",
        ("DiskProbeNotRun",),
    )
    increase = f"max by (pool, host, probe, reason) (increase({of_host(counter)}[$__range]))"
    return tile(about, f"round(sum({increase}))", COUNT_OF_WARNINGS)
