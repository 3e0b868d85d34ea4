"""The rules of Grafana's dashboard-linter hold, but for recorded exceptions."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.dashboards.expressions import Json, committed, panels
from tests.dashboards.linter import RULES

BY_POOL_AND_HOST = (
    "every series of a host carries pool and host, which people choose by; a job has the name that "
    "the user gave it, and an instance is a host or a pool again"
)
EXCEPTIONS = {
    "template-job": BY_POOL_AND_HOST,
    "template-instance": BY_POOL_AND_HOST,
    "target-job": BY_POOL_AND_HOST,
    "target-instance": BY_POOL_AND_HOST,
}
"""Rules that do not hold, and why."""
KEPT = [rule for rule in RULES if rule not in EXCEPTIONS]


@pytest.mark.parametrize("uid", committed())
@pytest.mark.parametrize("rule", KEPT)
def test_a_dashboard_keeps_the_rule(uid: str, rule: str) -> None:
    assert RULES[rule](committed()[uid]) == []


@pytest.mark.parametrize("rule", EXCEPTIONS)
def test_an_exception_is_still_needed(rule: str) -> None:
    assert [uid for uid, dashboard in committed().items() if RULES[rule](dashboard)] != []


def _first(dashboard: Json) -> Json:
    return next(panel for panel in panels(dashboard) if panel["type"] == "stat")


def _asks(expr: str) -> Callable[[Json], Any]:
    return lambda dashboard: _first(dashboard)["targets"][0].update(expr=expr)


BREAKS: dict[str, Callable[[Json], Any]] = {
    "template-datasource": lambda d: d["templating"]["list"][0].update(name="prometheus"),
    "template-label-promql": lambda d: d["templating"]["list"][1].update(
        query="label_values(a b, c)"
    ),
    "template-on-time-change-reload": lambda d: d["templating"]["list"][1].update(refresh=1),
    "panel-datasource": lambda d: _first(d)["targets"][0].update(datasource={"uid": "mine"}),
    "panel-title-description": lambda d: _first(d).pop("description"),
    "panel-units": lambda d: _first(d)["fieldConfig"]["defaults"].update(unit="furlong"),
    "panel-no-targets": lambda d: _first(d).update(targets=[]),
    "target-promql": _asks("sum("),
    "target-rate-interval": _asks("rate(up[5m])"),
    "target-counter-agg": _asks("xenlens_probes_total"),
    "uneditable-dashboard": lambda d: d.update(editable=True),
}


@pytest.mark.parametrize("rule", KEPT)
def test_a_rule_finds_what_breaks_it(rule: str) -> None:
    dashboard = copy.deepcopy(committed()["xenlens-fleet"])
    BREAKS[rule](dashboard)
    assert RULES[rule](dashboard) != []
