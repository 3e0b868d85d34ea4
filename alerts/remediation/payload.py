"""What Alertmanager sends to a webhook (version 4): a group of alerts that fire or ended.

It is a hint. Whether an alert fires is asked back from Alertmanager, and what is true of its
object is read on the host.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from alerts.remediation.json_fields import BadPayload, Field, document

__all__ = ["MOST_ALERTS", "Alert", "BadPayload", "Delivery", "Status", "parse_payload"]

MOST_ALERTS = 10_000
VERSION = "4"
Status = Literal["firing", "resolved"]


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. Times are Unix times, None where Alertmanager gives none."""

    labels: Mapping[str, str]
    status: Status = "firing"
    annotations: Mapping[str, str] = field(default_factory=dict)
    starts_at: float | None = None
    ends_at: float | None = None
    """Of a resolved one its end. Alertmanager's API gives for a firing one when it would end."""
    fingerprint: str = ""
    generator_url: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notification."""

    receiver: str
    status: Status
    """Resolved when all of its alerts are."""
    group_key: str
    alerts: tuple[Alert, ...]
    truncated: int
    """How many alerts more there are, left out because of `max_alerts`."""


def parse_payload(body: bytes) -> Delivery:
    """The body of a webhook's request. Raises BadPayload, and nothing else.

    Unknown members are accepted. Version, status and alerts must be there, and of every alert its
    labels and status.
    """
    payload = document(body, "payload")
    payload.member("version").one_of(VERSION)
    return Delivery(
        payload.member("receiver").text(absent=""),
        _status(payload),
        payload.member("groupKey").text(absent=""),
        tuple(_alert(alert) for alert in payload.member("alerts").elements(MOST_ALERTS)),
        payload.member("truncatedAlerts").count(),
    )


def alert_of(record: Field, status: Status) -> Alert:
    """An alert of the webhook or of Alertmanager's API. Raises BadPayload."""
    return Alert(
        record.member("labels").labels(),
        status,
        record.member("annotations").texts(),
        record.member("startsAt").time(),
        record.member("endsAt").time(),
        record.member("fingerprint").text(absent=""),
        record.member("generatorURL").text(absent=""),
    )


def _alert(record: Field) -> Alert:
    return alert_of(record, _status(record))


def _status(record: Field) -> Status:
    return cast(Status, record.member("status").one_of("firing", "resolved"))
