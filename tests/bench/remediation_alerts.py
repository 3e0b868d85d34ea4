"""Alerts by the thousand: storms over invented hosts, each alone in a payload."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

from alerts.bundle import playbooks

INVENTED = 500
RESOLVED, DUPLICATE = 0.2, 0.3
POOL = "modular"
REMEMBERED = 200
"""Of so many alerts that came last is one repeated, or resolved."""


def alert_of(playbook: str, host: str, thing: str, began: float) -> dict[str, Any]:
    """A firing alert for the machine; `thing` names the bond, map, path, SR or VM."""
    labels = {"alertname": "Bench", "audience": "machine", "severity": "info"}
    for name in playbooks()[playbook].target:
        labels[name] = {"pool": POOL, "host": host}.get(name, thing)
    started = datetime.fromtimestamp(began, UTC).isoformat()
    return {
        "status": "firing",
        "labels": labels | {"playbook": playbook},
        "annotations": {"summary": f"{thing} of {host} is not as it should be."},
        "startsAt": started,
        "endsAt": "0001-01-01T00:00:00Z",
    }


def alerts(count: int, chance: Random, began: float) -> Iterator[dict[str, Any]]:
    """New ones, some of the last again, and some of the last resolved."""
    names, last = sorted(playbooks()), list[dict[str, Any]]()
    for _ in range(count):
        drawn = chance.random()
        if last and drawn < RESOLVED:
            yield {**chance.choice(last), "status": "resolved"}
        elif last and drawn < RESOLVED + DUPLICATE:
            yield chance.choice(last)
        else:
            host = f"invented{chance.randrange(INVENTED)}"
            made = alert_of(chance.choice(names), host, f"thing{chance.randrange(8)}", began)
            last = [*last[1 - REMEMBERED :], made]
            yield made


def body_of(alert: Mapping[str, Any]) -> bytes:
    """A payload as `group_by: ['...']` makes it: one alert in each."""
    labels = dict(alert["labels"])
    return json.dumps(
        {
            "receiver": "remediation",
            "status": alert["status"],
            "alerts": [alert],
            "groupLabels": labels,
            "commonLabels": labels,
            "commonAnnotations": alert["annotations"],
            "externalURL": "http://127.0.0.1:9093",
            "version": "4",
            "groupKey": json.dumps(labels),
            "truncatedAlerts": 0,
        }
    ).encode()
