"""Panels have a place of their own and fill the width."""

from itertools import pairwise

import pytest
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.layout import WIDTH, Line, Section, placed
from tests.dashboards.expressions import Json, committed, panels

each = pytest.mark.parametrize("uid", committed())


def _lines(dashboard: Json) -> dict[int, list[Json]]:
    """The places by the height they begin at, from left to right."""
    places = [panel["gridPos"] for panel in dashboard["panels"]]
    return {
        y: sorted((place for place in places if place["y"] == y), key=lambda place: int(place["x"]))
        for y in sorted({place["y"] for place in places})
    }


@each
def test_every_panel_has_a_number_of_its_own(uid: str) -> None:
    numbers = [panel["id"] for panel in committed()[uid]["panels"]]
    assert len(numbers) == len(set(numbers)) > 0


@each
def test_every_line_of_panels_fills_the_width_without_overlap(uid: str) -> None:
    for places in _lines(committed()[uid]).values():
        assert places[0]["x"] == 0
        assert sum(place["w"] for place in places) == WIDTH
        assert all(a["x"] + a["w"] == b["x"] for a, b in pairwise(places))


@each
def test_every_line_begins_where_the_one_above_ends(uid: str) -> None:
    lines = _lines(committed()[uid])
    assert next(iter(lines)) == 0
    for (upper, places), lower in pairwise([*lines.items(), (None, [])]):
        heights = {place["h"] for place in places}
        assert len(heights) == 1
        assert lower[0] in (None, upper + heights.pop())


@each
def test_no_two_panels_of_a_dashboard_have_one_title(uid: str) -> None:
    titles = [panel["title"] for panel in panels(committed()[uid])]
    assert sorted(titles) == sorted(set(titles))


def test_panels_that_do_not_fill_the_width_are_refused() -> None:
    with pytest.raises(ValueError, match="5 panels"):
        placed([Section("", [Line(4, [Panel() for _ in range(5)])])])
