"""What is written, each within the transaction of a batch."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from alerts.remediation.journal.chain import GENESIS, link
from alerts.remediation.journal.records import Event, NewAlert, NewRun
from alerts.remediation.journal.schema import alerts, runs, settings, steps
from alerts.remediation.records import canonical
from alerts.remediation.states import ENDS, State

ENGINE = 0
"""The run number of what concerns the engine as a whole."""


class Writer:
    """Knows where the chain ends. For one thread; `mark` and `rewind` frame a batch."""

    def __init__(self, connection: Connection) -> None:
        row = connection.execute(select(steps).order_by(steps.c.seq.desc()).limit(1)).first()
        anchor = anchor_of(connection)
        self.seq: int = row.seq if row else anchor[0]
        self.head: str = row.hash if row else anchor[1]

    def mark(self) -> tuple[int, str]:
        """Where the chain ends."""
        return self.seq, self.head

    def rewind(self, mark: tuple[int, str]) -> None:
        """Back to there: what came after was not committed."""
        self.seq, self.head = mark

    def step(
        self, connection: Connection, at: float, run: int, state: str, body: Mapping[str, Any]
    ) -> None:
        """Add a step to the chain."""
        text = canonical(dict(body))
        seq, previous = self.seq + 1, self.head
        hash_ = link(previous, seq, at, run, state, text)
        row = {"seq": seq, "at": at, "run": run, "state": state, "body": text}
        connection.execute(insert(steps), row | {"previous": previous, "hash": hash_})
        self.seq, self.head = seq, hash_

    def open_run(self, connection: Connection, at: float, new: NewRun) -> None:
        """A run in the state RECEIVED. Raises IntegrityError where the object has an open one."""
        target = new.target
        row = {"id": new.number, "key": target.key, "playbook": target.playbook}
        row |= {"labels": json.dumps(dict(target.labels)), "person": new.person, "reason": ""}
        row |= {"state": State.RECEIVED, "opened_at": at, "changed_at": at, "ended_at": None}
        connection.execute(insert(runs), row)
        body = {**new.body, "object": target.key}
        self.step(connection, at, new.number, State.RECEIVED, body)

    def move(
        self, connection: Connection, at: float, run: int, state: State, body: Mapping[str, Any]
    ) -> None:
        """A run goes on to a state, or ends in it."""
        values = {"state": state, "reason": str(body.get("reason", "")), "changed_at": at}
        ended = {"ended_at": at} if state in ENDS else {}
        connection.execute(update(runs).where(runs.c.id == run).values(**values, **ended))
        self.step(connection, at, run, state, body)

    def note(self, connection: Connection, at: float, event: Event, run: int = ENGINE) -> None:
        """Something that moves no run, with the settings that it changes."""
        for name, value in event.settings.items():
            set_setting(connection, name, value)
        self.step(connection, at, run, event.state, event.body)


def add_alerts(connection: Connection, at: float, new: Sequence[NewAlert]) -> list[int]:
    """Delivered alerts, to be decided upon; gives their numbers."""
    first = (connection.execute(select(func.max(alerts.c.id))).scalar() or 0) + 1
    rows = [
        {
            "id": first + number,
            "at": at,
            "status": alert.status,
            "labels": canonical(dict(alert.labels)),
            "starts_at": alert.starts_at,
            "disposition": "pending",
            "run": 0,
        }
        for number, alert in enumerate(new)
    ]
    if rows:
        connection.execute(insert(alerts), rows)
    return [first + number for number in range(len(rows))]


def decide(connection: Connection, alert: int, disposition: str, run: int) -> None:
    """What became of a delivered alert."""
    changed = update(alerts).where(alerts.c.id == alert)
    connection.execute(changed.values(disposition=disposition, run=run))


def set_setting(connection: Connection, name: str, value: str | None) -> None:
    """Set or remove a setting."""
    if value is None:
        connection.execute(delete(settings).where(settings.c.name == name))
        return
    statement = upsert(settings).values(name=name, value=value)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
    )


def anchor_of(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last step that retention removed; of none, where the chain begins."""
    found = connection.execute(select(settings.c.value).where(settings.c.name == "anchor")).scalar()
    seq, _, head = (found or f"0 {GENESIS}").partition(" ")
    return int(seq), head
