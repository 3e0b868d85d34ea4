"""The webhook's payload: what holds for all of JSON."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.remediation.payload import BadPayload, parse_payload
from tests.alerts.remediation.test_payload import CAPTURED, captured, sent, sent_alert

NAMES = st.sampled_from(
    ["version", "status", "alerts", "labels", "startsAt", "endsAt", "annotations", "receiver"]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["4", "firing", "resolved", "0001-01-01T00:00:00+23:59", "\ud83d"])
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)


def refusal(body: bytes) -> str:
    """What BadPayload says; any other exception is the test's failure."""
    try:
        parse_payload(body)
    except BadPayload as refused:
        return str(refused)
    return ""


@given(ANYTHING)
def test_no_json_raises_anything_but_bad_payload(value: Any) -> None:
    assert len(refusal(json.dumps(value).encode()).splitlines()) <= 1


@given(st.sampled_from(["payload", "alert"]), NAMES, ANYTHING)
def test_nor_does_a_real_one_with_anything_in_one_place(where: str, name: str, value: Any) -> None:
    change: Callable[..., bytes] = sent if where == "payload" else sent_alert
    assert len(refusal(change(**{name: value})).splitlines()) <= 1


@given(st.binary(max_size=64))
def test_nor_do_bytes(body: bytes) -> None:
    assert len(refusal(body).splitlines()) <= 1


def shuffled(draw: st.DataObject, value: Any) -> Any:
    if isinstance(value, list):
        return [shuffled(draw, each) for each in value]
    if isinstance(value, dict):
        names = draw.draw(st.permutations(list(value)))
        return {name: shuffled(draw, value[name]) for name in names}
    return value


@settings(max_examples=30)
@given(st.data())
@pytest.mark.parametrize("name", ["grouped", "truncated", "one-resolved", "resolved", "bare"])
def test_the_order_of_members_does_not_matter(name: str, data: st.DataObject) -> None:
    payload = json.loads((CAPTURED / f"{name}.json").read_bytes())
    assert parse_payload(json.dumps(shuffled(data, payload)).encode()) == captured(name)
