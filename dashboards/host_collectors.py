"""Panels of what could not be found out: collectors, their failures, commands that hang."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.about import EVIDENCE, About, Query
from dashboards.layout import Line
from dashboards.look import COUNT_OF_WARNINGS, CRITICAL, IDLE, OK, WARNING
from dashboards.panels import series, tile, timeline
from dashboards.promql import State, of_host

COLLECTOR = "pool, host, instance, collector"
LEGEND = "{{instance}} {{collector}}"
SUCCESS = of_host("xenlens_collector_success")
COLLECTOR_EVIDENCE = EVIDENCE + "${__field.labels.instance}&collector=${__field.labels.collector}"
COLLECTORS = (
    State("fails", WARNING, f"{SUCCESS} == 0"),
    State("not here", IDLE, of_host("xenlens_collector_present") + " == 0"),
    State("read", OK, f"{SUCCESS} == 1"),
)
HANGS = (State("hangs", CRITICAL, of_host("xenlens_command_stuck") + " == 1"),)


def lines() -> list[Line]:
    """Everything of collectors."""
    return [
        Line(9, [_collectors(), _durations()]),
        Line(7, [_failures(), _parse_errors()]),
        Line(5, [_stuck()]),
    ]


def failing_tile() -> Panel:
    """How many collectors fail."""
    about = About(
        "Collectors failing",
        "Subjects of targets that answer of which nothing could be found out: their series are "
        "gone and their alerts are blind. Anything but 0 is wrong.",
        "no target answers",
        ("XenlensCollectorFailing",),
    )
    success = f"max by (pool, host, collector) ({SUCCESS})"
    expr = f"sum(1 - ({success} unless on (pool, host) xenlens_target_up == 0))"
    return tile(about, expr, COUNT_OF_WARNINGS)


def _collectors() -> Panel:
    about = About(
        "Collectors",
        "Whether each subject could be read. Fails: its series are gone, and its panels above say "
        "nothing. Not here: the host has no such thing. A bar leads to what was asked and heard.",
        "nothing watched",
        ("XenlensCollectorFailing",),
    )
    return timeline(about, COLLECTOR, COLLECTORS, LEGEND, link=COLLECTOR_EVIDENCE)


def _durations() -> Panel:
    about = About(
        "Time of each collector",
        "How long each collector took. A line that climbs to the scrape timeout is about to fail. "
        "Logarithmic.",
        "nothing watched",
    )
    expr = f"max by ({COLLECTOR}) ({of_host('xenlens_collector_duration_seconds')})"
    return series(about, "s", [Query(expr, LEGEND)], logarithmic=True)


def _failures() -> Panel:
    about = About(
        "Failures by reason",
        "Runs that failed, by reason. No bar is well; /evidence shows the last ones whole.",
        "no failure",
        ("XenlensCollectorFailing",),
    )
    return _counted(about, "xenlens_collector_failures_total")


def _parse_errors() -> Panel:
    about = About(
        "Outputs that were not understood",
        "Texts that could not be read, and records left out of one. No bar is well; a bar after an "
        "update means that a tool prints something new.",
        "every output was understood",
        ("XenlensParseErrors",),
    )
    return _counted(about, "xenlens_parse_errors_total")


def _counted(about: About, counter: str) -> Panel:
    increase = f"increase({of_host(counter)}[$__rate_interval])"
    expr = f"sum by ({COLLECTOR}, reason) ({increase}) > 0"
    return series(about, "short", [Query(expr, f"{LEGEND} {{{{reason}}}}")], bars=True)


def _stuck() -> Panel:
    about = About(
        "Commands that hang, since when",
        "Commands that outlived their deadline, for as long as they hang. xenlens starts no second "
        "one. No bar is well.",
        "no command hangs",
        ("XenlensCommandStuck",),
    )
    return timeline(about, "pool, host, command", HANGS, "{{pool}} {{host}} {{command}}", absent="")
