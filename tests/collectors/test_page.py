"""A page: samples of declared families, with the target's labels first."""

import pytest

from collectors.metrics import Family, Page

STATE = Family("xenlens_example_state", "An example.", ("name", "state"))
COUNT = Family("xenlens_example_runs_total", "A count.", kind="counter")


def test_samples_carry_the_labels_of_the_target_and_then_their_own() -> None:
    page = Page({"pool": "p", "host": "h"})
    page.states(STATE, ("up", "unknown"), "sideways", name="eth0")
    (metric,) = page.metrics()
    assert [(list(s.labels.values()), s.value) for s in metric.samples] == [
        (["p", "h", "eth0", "up"], 0.0),
        (["p", "h", "eth0", "unknown"], 1.0),
    ]


def test_samples_can_be_walked_through_again_and_counted() -> None:
    page = Page({})
    page.add(COUNT, 3)
    (metric,) = page.metrics()
    assert list(metric.samples) == list(metric.samples)
    assert len(metric.samples) == 1


def test_a_counter_is_named_without_its_suffix_as_the_formats_want_it() -> None:
    page = Page({})
    page.add(COUNT, 3)
    (metric,) = page.metrics()
    assert (metric.name, metric.type) == ("xenlens_example_runs", "counter")
    assert [sample.name for sample in metric.samples] == ["xenlens_example_runs_total"]


def test_an_unknown_fact_has_no_series() -> None:
    page = Page({})
    page.add_known(COUNT, None)
    assert page.metrics() == []


def test_labels_that_the_family_does_not_declare_are_refused() -> None:
    with pytest.raises(ValueError, match="declared"):
        Page({}).add(STATE, 1, name="eth0")
