"""Rules of Grafana's dashboard-linter, each as a function that lists what breaks it.

Stricter than theirs where that is no trouble: they hold for panels of every kind but text.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping

import promql_parser as promql

from tests.dashboards.expressions import Json, panels, queries, with_everything

Rule = Callable[[Json], list[str]]
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
LABEL_VALUES = re.compile(r"label_values\((.+), (\w+)\)")
RATES = ("rate", "irate", "increase")
UNITS = frozenset(
    {"none", "short", "string", "s", "bytes", "binBps", "iops", "percentunit", "dateTimeFromNow"}
)
"""Units of Grafana; only those that are used here."""


def _variables(dashboard: Json, kind: str) -> list[Json]:
    return [one for one in dashboard["templating"]["list"] if one["type"] == kind]


def _charts(dashboard: Json) -> Iterator[Json]:
    return (panel for panel in panels(dashboard) if panel["type"] != "text")


def template_datasource(dashboard: Json) -> list[str]:
    """One variable for the source of data, called datasource."""
    found = [(one["name"], one["label"]) for one in _variables(dashboard, "datasource")]
    return [] if found == [("datasource", "Data source")] else [f"variables: {found}"]


def _choosable(dashboard: Json, name: str) -> list[str]:
    names = {one["name"] for one in _variables(dashboard, "query")}
    return [] if name in names else [f"no variable {name}"]


def template_job(dashboard: Json) -> list[str]:
    """A variable for the job."""
    return _choosable(dashboard, "job")


def template_instance(dashboard: Json) -> list[str]:
    """A variable for the instance."""
    return _choosable(dashboard, "instance")


def template_label_promql(dashboard: Json) -> list[str]:
    """Variables ask for the values of a label of a valid selector."""
    asked = [one["query"] for one in _variables(dashboard, "query")]
    return [query for query in asked if not _valid(query)]


def _valid(query: str) -> bool:
    found = LABEL_VALUES.fullmatch(query)
    return found is not None and _parsed(found[1]) is not None


def template_on_time_change_reload(dashboard: Json) -> list[str]:
    """Variables are asked for again when the time changes."""
    return [one["name"] for one in _variables(dashboard, "query") if one["refresh"] != 2]


def panel_datasource(dashboard: Json) -> list[str]:
    """Every panel and every query of it takes the variable's source."""
    return [
        panel["title"]
        for panel in _charts(dashboard)
        for place in (panel, *panel["targets"])
        if place.get("datasource") != DATASOURCE
    ]


def panel_title_description(dashboard: Json) -> list[str]:
    """Every panel has both."""
    texts = [(p.get("title"), p.get("description")) for p in panels(dashboard)]
    return [f"{title}: {text}" for title, text in texts if not title or not text]


def panel_units(dashboard: Json) -> list[str]:
    """Every panel has a unit that Grafana knows."""
    found = [(p["title"], p["fieldConfig"]["defaults"].get("unit")) for p in _charts(dashboard)]
    return [f"{title}: {unit}" for title, unit in found if unit not in UNITS]


def panel_no_targets(dashboard: Json) -> list[str]:
    """Every panel asks something."""
    return [panel["title"] for panel in _charts(dashboard) if not panel.get("targets")]


def target_promql(dashboard: Json) -> list[str]:
    """Every query is PromQL."""
    return [key for key, expr in queries(dashboard) if _parsed(expr) is None]


def target_rate_interval(dashboard: Json) -> list[str]:
    """Rates are over $__rate_interval, counts over that or the chosen time."""
    return [key for key, expr in queries(dashboard) if not _over_rate_interval(expr)]


def _over_rate_interval(expr: str) -> bool:
    """Told by the one time that is written as a variable: any other is no eleven minutes."""
    whole = expr.replace("increase(", "rate(").replace("$__range", "$__rate_interval")
    magic = datetime.timedelta(minutes=11)
    calls = (
        part for part in _parts(with_everything(whole, "11m")) if isinstance(part, promql.Call)
    )
    ranges = [arg.range for call in calls if call.func.name in RATES for arg in _matrices(call)]
    return all(found == magic for found in ranges)


def target_counter_agg(dashboard: Json) -> list[str]:
    """A counter is only ever read as a rate or an increase."""
    return [key for key, expr in queries(dashboard) if _bare_counters(expr)]


def _bare_counters(expr: str) -> int:
    parts = _parts(with_everything(expr))
    counters = [p for p in parts if isinstance(p, promql.VectorSelector) and _counts(p)]
    calls = [p for p in parts if isinstance(p, promql.Call) and p.func.name in RATES]
    rated = [m for call in calls for m in _matrices(call) if _counts(m.vector_selector)]
    return len(counters) - len(rated)


def _counts(selector: promql.VectorSelector) -> bool:
    return (selector.name or "").endswith("_total")


def _matrices(call: promql.Call) -> list[promql.MatrixSelector]:
    return [arg for arg in call.args if isinstance(arg, promql.MatrixSelector)]


def _matched(dashboard: Json, label: str) -> list[str]:
    return [
        key
        for key, expr in queries(dashboard)
        for part in _parts(with_everything(expr))
        if isinstance(part, promql.VectorSelector)
        if label not in {matcher.name for matcher in part.matchers.matchers}
    ]


def target_job(dashboard: Json) -> list[str]:
    """Every selector takes the chosen jobs."""
    return _matched(dashboard, "job")


def target_instance(dashboard: Json) -> list[str]:
    """Every selector takes the chosen instances."""
    return _matched(dashboard, "instance")


def uneditable_dashboard(dashboard: Json) -> list[str]:
    """Nobody edits what is generated."""
    return ["editable"] if dashboard["editable"] else []


def _parsed(expr: str) -> promql.Expr | None:
    try:
        return promql.parse(with_everything(expr))
    except ValueError:
        return None


def _parts(expr: str) -> list[promql.Expr]:
    found: list[promql.Expr] = []
    promql.walk(promql.parse(expr), found.append)
    return found


RULES: Mapping[str, Rule] = {
    "template-datasource": template_datasource,
    "template-job": template_job,
    "template-instance": template_instance,
    "template-label-promql": template_label_promql,
    "template-on-time-change-reload": template_on_time_change_reload,
    "panel-datasource": panel_datasource,
    "panel-title-description": panel_title_description,
    "panel-units": panel_units,
    "panel-no-targets": panel_no_targets,
    "target-promql": target_promql,
    "target-rate-interval": target_rate_interval,
    "target-job": target_job,
    "target-instance": target_instance,
    "target-counter-agg": target_counter_agg,
    "uneditable-dashboard": uneditable_dashboard,
}
"""By the linter's names."""
