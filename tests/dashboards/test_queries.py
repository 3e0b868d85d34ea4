"""What the dashboards ask is there to be asked."""

import pytest

from tests.catalogue import catalogue, mistakes_of
from tests.dashboards.expressions import committed, expressions, queries, with_everything
from tests.dashboards.linter import LABEL_VALUES

each = pytest.mark.parametrize("uid", committed())


@each
def test_every_metric_and_label_of_a_query_is_one_that_exists(uid: str) -> None:
    asked = expressions(committed()[uid])
    found = {key: mistakes_of(expr, catalogue()) for key, expr in asked}
    assert {key: mistakes for key, mistakes in found.items() if mistakes} == {}


@each
def test_every_variable_lists_values_of_a_metric_and_label_that_exist(uid: str) -> None:
    asked = [one["query"] for one in committed()[uid]["templating"]["list"]]
    pairs = [found.groups() for query in asked if (found := LABEL_VALUES.fullmatch(query))]
    assert len(pairs) >= 2
    for selector, label in pairs:
        assert mistakes_of(f"max by ({label}) ({with_everything(selector)})", catalogue()) == []


@each
def test_a_query_is_named_by_dashboard_panel_and_letter_and_no_two_alike(uid: str) -> None:
    keys = [key for key, _ in queries(committed()[uid])]
    assert len(keys) == len(set(keys)) > 0
    assert [key for key in keys if key.count("/") < 2 or not key.startswith(f"{uid}/")] == []


@each
def test_every_variable_in_a_query_is_one_of_the_dashboard(uid: str) -> None:
    """A name that is not would stay in the query as it is, and match nothing."""
    dashboard = committed()[uid]
    known = {one["name"] for one in dashboard["templating"]["list"]}
    for key, expr in queries(dashboard):
        left = expr.replace("$__rate_interval", "5m").replace("$__range", "5m")
        for name in known:
            left = left.replace(f"${name}", ".*")
        assert left == with_everything(expr), key


def test_variables_and_times_are_replaced_and_nothing_else() -> None:
    written = 'rate(a{b=~"$pool|",c=~"${host:regex}"}[$__rate_interval]), "$1", "(.+)"'
    assert with_everything(written) == 'rate(a{b=~".*|",c=~".*"}[5m]), "$1", "(.+)"'
