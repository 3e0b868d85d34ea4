"""The webhook's payload: what the real Alertmanager sent, and everything else."""

import json
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.payload import BadPayload, Delivery, parse_payload

CAPTURED = Path(__file__).parents[2] / "fixtures" / "alertmanager"
"""Printed by Alertmanager 0.25; `truncated` is of a receiver with max_alerts: 2."""
STARTED = 1796013813.155368
OBJECT = {
    "alertname": "BondWrongActiveMember",
    "audience": "machine",
    "bond": "bond0",
    "playbook": "set-active-member",
    "pool": "modular",
    "severity": "info",
}


def captured(name: str) -> Delivery:
    return parse_payload((CAPTURED / f"{name}.json").read_bytes())


def test_a_group_is_read_as_it_was_sent() -> None:
    group = captured("grouped")
    assert (group.receiver, group.status, group.truncated) == ("remediation", "firing", 0)
    assert group.group_key == '{}:{alertname="BondWrongActiveMember", pool="modular"}'
    first, *_ = group.alerts
    assert first.labels == {**OBJECT, "host": "xcp82"}
    assert first.annotations == {"summary": "bond0 of xcp82 has the wrong active member."}
    assert (first.status, first.starts_at, first.ends_at) == ("firing", STARTED, None)
    assert first.fingerprint == "dce1beeffd033a12"
    assert first.generator_url == "http://prometheus.example.org:9090/graph?g0.expr=x&g0.tab=1"
    assert [alert.labels["host"] for alert in group.alerts] == ["xcp82", "xcp83", "xenserver1"]


def test_a_truncated_group_says_how_many_are_left_out() -> None:
    group = captured("truncated")
    assert (len(group.alerts), group.truncated) == (2, 1)


def test_one_alert_of_a_firing_group_may_have_ended() -> None:
    group = captured("one-resolved")
    assert group.status == "firing"
    assert [alert.status for alert in group.alerts] == ["resolved", "firing", "firing"]
    assert group.alerts[0].ends_at == 1796013876.164776


def test_a_group_ends_with_its_last_alert() -> None:
    group = captured("resolved")
    assert group.status == "resolved"
    assert {alert.status for alert in group.alerts} == {"resolved"}


def test_nanoseconds_are_cut_and_what_is_not_given_is_empty() -> None:
    (alert,) = captured("bare").alerts
    assert alert.starts_at == pytest.approx(1796013882.189139, abs=1e-6)
    assert (alert.annotations, alert.generator_url) == ({}, "")


ALERT = {"status": "firing", "labels": {"alertname": "A"}, "startsAt": "2026-01-01T00:00:00Z"}
LEAST = {"version": "4", "status": "firing", "alerts": [ALERT]}


def sent(**changes: Any) -> bytes:
    return json.dumps({**LEAST, **changes}).encode()


def sent_alert(**changes: Any) -> bytes:
    return sent(alerts=[{**ALERT, **changes}])


def test_what_is_optional_may_be_missing_or_null_and_what_is_unknown_may_be_there() -> None:
    assert len(parse_payload(sent()).alerts) == 1
    nulls = sent(groupKey=None, truncatedAlerts=None, notificationReason={"new": [1]})
    assert parse_payload(nulls) == parse_payload(sent())
    assert (
        parse_payload(sent_alert(annotations=None, endsAt=None, state=1)).alerts[0].ends_at is None
    )
    assert parse_payload(sent(alerts=[])).alerts == ()


@pytest.mark.parametrize(
    ("text", "unix"),
    [
        ("2026-01-01T00:00:00Z", 1767225600.0),
        ("2026-01-01T02:00:00+02:00", 1767225600.0),
        ("2025-12-31T18:30:00.5-05:30", 1767225600.5),
        ("2026-01-01T00:00:00.123456789Z", 1767225600.123456),
        ("2026-01-01T00:00:00.1Z", 1767225600.1),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00.000Z", None),
        ("0001-01-01T02:00:00+02:00", None),
    ],
)
def test_times_of_go_are_read(text: str, unix: float | None) -> None:
    alert = parse_payload(sent_alert(startsAt=text)).alerts[0]
    assert alert.starts_at == (pytest.approx(unix, abs=1e-6) if unix else None)


REFUSED: list[tuple[bytes, str]] = [
    (b"", "payload: JSON expected (Expecting value: line 1 column 1 (char 0))"),
    (b"\xff", "payload: UTF-8 expected (invalid start byte at byte 0)"),
    (b'{"version": NaN}', "payload: JSON expected (NaN is no number)"),
    (b"[" * 100_000, "payload: JSON expected (too many brackets)"),
    (b"[]", "payload: an object expected, found a list"),
    (b"null", "payload: an object expected, found nothing"),
    (sent(version="3"), 'payload.version: 4 expected, found "3"'),
    (sent(version=4), "payload.version: 4 expected, found 4"),
    (sent(version=None), "payload.version: 4 expected, found nothing"),
    (sent(status="ok"), 'payload.status: firing or resolved expected, found "ok"'),
    (sent(alerts={}), "payload.alerts: a list expected, found an object"),
    (sent(alerts=None), "payload.alerts: a list expected, found nothing"),
    (sent(alerts=[ALERT, 7]), "payload.alerts[1]: an object expected, found 7"),
    (sent(alerts=[1] * 10_001), "payload.alerts: at most 10000 expected, found 10001"),
    (sent(receiver=1), "payload.receiver: text expected, found 1"),
    (sent(truncatedAlerts=-1), "payload.truncatedAlerts: a count expected, found -1"),
    (sent(truncatedAlerts=True), "payload.truncatedAlerts: a count expected, found true"),
    (
        sent_alert(status=None),
        "payload.alerts[0].status: firing or resolved expected, found nothing",
    ),
    (sent_alert(labels=[]), "payload.alerts[0].labels: an object expected, found a list"),
    (
        sent_alert(labels=None),
        "payload.alerts[0].labels: at least one label expected, and names for all",
    ),
    (
        sent_alert(labels={"": "x"}),
        "payload.alerts[0].labels: at least one label expected, and names for all",
    ),
    (
        sent_alert(labels={"bond": 1}),
        'payload.alerts[0].labels["bond"]: text expected, found 1',
    ),
    (
        sent_alert(labels={"a\nb": None}),
        'payload.alerts[0].labels["a\\nb"]: text expected, found nothing',
    ),
    (
        sent_alert(labels={"bond": "\ud800"}),
        'payload.alerts[0].labels["bond"]: Unicode expected, found "\\ud800"',
    ),
    (
        sent_alert(labels={"bond": "é" * 513}),
        'payload.alerts[0].labels["bond"]: at most 1024 bytes expected in a name and a value',
    ),
    (
        sent_alert(annotations={"summary": []}),
        'payload.alerts[0].annotations["summary"]: text expected, found a list',
    ),
    (
        sent_alert(startsAt="yesterday"),
        'payload.alerts[0].startsAt: a time expected, found "yesterday"',
    ),
    (sent_alert(endsAt=1767225600), "payload.alerts[0].endsAt: a time expected, found 1767225600"),
]


@pytest.mark.parametrize(("body", "text"), REFUSED, ids=lambda value: str(value)[:60])
def test_everything_else_is_refused_by_a_line_that_says_what_was_expected_where(
    body: bytes, text: str
) -> None:
    with pytest.raises(BadPayload) as refused:
        parse_payload(body)
    assert str(refused.value) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00",
        "2026-02-30T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00Z\n",
        "0000-01-01T00:00:00Z",
        "٢٠٢٦-01-01T00:00:00Z",
        "20260101T000000Z",
    ],
)
def test_what_go_does_not_write_is_no_time(text: str) -> None:
    with pytest.raises(BadPayload, match=r"startsAt: a time expected"):
        parse_payload(sent_alert(startsAt=text))


def test_a_label_may_be_as_long_as_the_limit() -> None:
    body = sent_alert(labels={"bond": "b" * 1024})
    assert len(parse_payload(body).alerts[0].labels["bond"]) == 1024
