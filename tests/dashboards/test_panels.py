"""Panels tell their states in words, and never show in green what is not known."""

from collections.abc import Iterator
from typing import Any

import pytest

from dashboards.look import OK, UNKNOWN
from dashboards.promql import State, state_of, words_of
from tests.dashboards.expressions import Json, committed, panels

UNKNOWNS = ("unknown", "checker: unknown", "cannot be told", "none active")
NEUTRAL = {UNKNOWN, "transparent"}
ALL = [(uid, panel) for uid, dashboard in committed().items() for panel in panels(dashboard)]
CHARTS = [panel for _, panel in ALL if panel["type"] != "text"]


def _of_kind(kind: str) -> pytest.MarkDecorator:
    found = [pytest.param(p, id=f"{uid}/{p['title']}") for uid, p in ALL if p["type"] == kind]
    return pytest.mark.parametrize("panel", found)


def _find(panel: Json, key: str) -> Iterator[Any]:
    """Every value of this key, in the panel's defaults and overrides."""
    config = panel["fieldConfig"]
    if key in config["defaults"]:
        yield config["defaults"][key]
    properties = [p for override in config["overrides"] for p in override["properties"]]
    yield from (one["value"] for one in properties if one["id"] == key)


def test_what_has_no_value_is_never_green_and_says_so() -> None:
    for panel in CHARTS:
        for found in _find(panel, "thresholds"):
            assert found["steps"][0]["value"] is None, panel["title"]
            assert found["steps"][0]["color"] in NEUTRAL, panel["title"]
        assert panel["fieldConfig"]["defaults"]["noValue"], panel["title"]


def test_what_is_null_is_grey_wherever_it_has_a_word() -> None:
    mappings = [one for panel in CHARTS for found in _find(panel, "mappings") for one in found]
    nulls = [m["options"]["result"] for m in mappings if m["type"] == "special"]
    assert nulls
    assert {result["color"] for result in nulls} <= NEUTRAL


def test_unknown_is_a_word_in_grey() -> None:
    mappings = [one for panel in CHARTS for found in _find(panel, "mappings") for one in found]
    texts = [text for m in mappings if m["type"] == "value" for text in m["options"].values()]
    unknown = [t.get("color") for t in texts if t["text"] in UNKNOWNS]
    assert len(unknown) >= len(UNKNOWNS)
    assert set(unknown) == {UNKNOWN}


@_of_kind("state-timeline")
def test_a_timeline_is_merged_and_not_coloured_by_thresholds(panel: Json) -> None:
    """Grafana shows ranges of numbers in place of the words where it is."""
    assert panel["options"]["mergeValues"] is True
    assert panel["fieldConfig"]["defaults"]["color"]["mode"] != "thresholds"


@_of_kind("state-timeline")
def test_a_timeline_names_the_object_of_each_row(panel: Json) -> None:
    for target in panel["targets"]:
        assert "{{" in target["legendFormat"]
        assert target["range"] is True


@_of_kind("timeseries")
def test_a_line_is_named_by_labels(panel: Json) -> None:
    assert all("{{" in target["legendFormat"] for target in panel["targets"])


@_of_kind("table")
def test_a_table_asks_for_now_and_gives_its_columns_an_order_and_titles(panel: Json) -> None:
    assert all(target["format"] == "table" for target in panel["targets"])
    assert all(target["instant"] is True for target in panel["targets"])
    steps = [step["id"] for step in panel["transformations"]]
    assert steps[-1] == "organize"
    several = len(panel["targets"]) > 1
    assert ("merge" in steps) == several


@_of_kind("table")
def test_a_table_is_sorted_by_columns_that_it_has(panel: Json) -> None:
    titles = panel["transformations"][-1]["options"]["renameByName"].values()
    assert {one["displayName"] for one in panel["options"]["sortBy"]} <= set(titles)


@_of_kind("table")
def test_words_of_a_table_are_never_taken_for_numbers(panel: Json) -> None:
    """A WWID may consist of digits."""
    assert panel["fieldConfig"]["defaults"]["unit"] == "string"


@_of_kind("stat")
def test_a_tile_that_is_green_at_zero_is_not_at_one(panel: Json) -> None:
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"][1:]
    zero, one = ([s["color"] for s in steps if s["value"] <= value] for value in (0, 1))
    if zero and zero[-1] == OK and panel["fieldConfig"]["defaults"]["unit"] == "none":
        assert one[-1] != OK


def test_the_first_state_that_is_true_gives_the_word() -> None:
    states = (State("bad", "red", "a == 1"), State("good", "green", "b"))
    assert state_of("host", states) == (
        "max by (host) (a == 1) * 0 + 0\nor\nmax by (host) (b) * 0 + 1"
    )
    shown = words_of(states, "gone")[0].to_json()["options"]
    assert isinstance(shown, dict)
    assert [(place, result.text) for place, result in shown.items()] == [
        ("0", "bad"),
        ("1", "good"),
    ]
