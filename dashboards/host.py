"""A host: its bonds, its maps, its VMs, and what could not be found out."""

from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

from dashboards import host_bonds, host_collectors, host_itself, host_multipath
from dashboards.about import About
from dashboards.alerting import (
    alerts_table,
    by_rank,
    critical_tile,
    newest_tile,
    warning_tile,
)
from dashboards.layout import Line, Section
from dashboards.look import COUNT_OF_CRITICAL, CRITICAL, OK
from dashboards.page import page, runs
from dashboards.panels import tile, timeline
from dashboards.promql import State, of_host, or_zero, state_of

HOST_UP = of_host("xenlens_target_up", 'host!=""')
ANSWERS = (
    State("no answer", CRITICAL, f"{HOST_UP} == 0"),
    State("every host answers", OK, f"{HOST_UP} == 1"),
)


def host() -> Dashboard:
    """The dashboard of one host, or of a few beside each other."""
    first = [
        Line(4, _tiles()),
        Line(8, [alerts_table()]),
        Line(8, [_alerts()]),
    ]
    sections = [
        Section("", first),
        Section("Bonds", host_bonds.lines()),
        Section("Multipath", host_multipath.lines()),
        Section("The host and its VMs", host_itself.lines()),
        Section("What could not be found out", host_collectors.lines()),
    ]
    what = "Bonds, multipath, VMs and configuration of hosts, and what could not be found out."
    return page("host", what, sections, annotations=[runs()])


def _tiles() -> list[Panel]:
    return [
        _answers(),
        critical_tile(),
        warning_tile(),
        host_collectors.failing_tile(),
        _stuck(),
        newest_tile(),
    ]


def _answers() -> Panel:
    about = About(
        "Answers",
        "Whether every chosen host answers xenlens. No answer: nothing below is current, and "
        "Prometheus has no series of that host.",
        "nothing watched",
        ("XenlensTargetDown", "HostSilent"),
    )
    return tile(about, state_of("", ANSWERS), states=ANSWERS)


def _stuck() -> Panel:
    about = About(
        "Commands that hang",
        "Commands that outlived their deadline and still hang on a host. Anything but 0 is wrong: "
        "the disks, XAPI or the coordinator do not answer there.",
        "no target answers",
        ("XenlensCommandStuck",),
    )
    stuck = f"count(max by (pool, host, command) ({of_host('xenlens_command_stuck')}) == 1)"
    answering = f"group({of_host('xenlens_target_up')} == 1)"
    return tile(about, or_zero(stuck, answering), COUNT_OF_CRITICAL)


def _alerts() -> Panel:
    about = About(
        "Alerts over time",
        "Every alert that fired or was about to (pending), coloured by its severity: what came "
        "first, and what followed. Without a bar, it did not.",
        "no alert in this time, or no rules in this Prometheus",
    )
    legend = "{{pool}} {{host}} {{alertname}}"
    return timeline(about, "pool, host, alertname", by_rank(), legend, absent="")
