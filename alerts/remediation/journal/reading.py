"""What is read: runs, their steps, settings, and whether the whole still holds together."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from alerts.remediation.journal.chain import Verdict, follow
from alerts.remediation.journal.records import NewAlert, RunRow, StepRow, run_of, step_of
from alerts.remediation.journal.schema import alerts, runs, settings, steps
from alerts.remediation.journal.writing import ENGINE, anchor_of
from alerts.remediation.states import State

MANY = 200


def runs_of(
    connection: Connection, *, limit: int = MANY, since: float = 0.0, open_only: bool = False
) -> list[RunRow]:
    """The latest runs, the newest first; those that ended before `since` (Unix time) left out."""
    chosen = select(runs).order_by(runs.c.id.desc()).limit(limit)
    still = runs.c.ended_at.is_(None)
    chosen = chosen.where(still if open_only else still | (runs.c.ended_at >= since))
    return [run_of(row) for row in connection.execute(chosen).mappings()]


def run(connection: Connection, number: int) -> RunRow | None:
    """One run, or None."""
    row = connection.execute(select(runs).where(runs.c.id == number)).mappings().first()
    return run_of(row) if row else None


def steps_of(connection: Connection, number: int) -> list[StepRow]:
    """The steps of a run in their order."""
    chosen = select(steps).where(steps.c.run == number).order_by(steps.c.seq)
    return [step_of(row) for row in connection.execute(chosen).mappings()]


def engine_steps(connection: Connection, limit: int = MANY) -> list[StepRow]:
    """What concerned the engine as a whole, the newest first."""
    chosen = select(steps).where(steps.c.run == ENGINE).order_by(steps.c.seq.desc()).limit(limit)
    return [step_of(row) for row in connection.execute(chosen).mappings()]


def last_event(connection: Connection, state: str) -> StepRow | None:
    """The last step of this state that concerned the engine as a whole, or None."""
    chosen = select(steps).where(steps.c.run == ENGINE, steps.c.state == state)
    row = connection.execute(chosen.order_by(steps.c.seq.desc()).limit(1)).mappings().first()
    return step_of(row) if row else None


def settings_of(connection: Connection) -> dict[str, str]:
    """Every setting."""
    return {row.name: row.value for row in connection.execute(select(settings))}


def pending_alerts(connection: Connection) -> list[tuple[int, NewAlert, float]]:
    """Delivered alerts upon which nothing was decided, with number and time: xenlens ended."""
    chosen = select(alerts).where(alerts.c.disposition == "pending").order_by(alerts.c.id)
    return [
        (row.id, NewAlert(row.status, json.loads(row.labels), row.starts_at), row.at)
        for row in connection.execute(chosen)
    ]


def calls_since(connection: Connection, since: float) -> list[tuple[NewAlert, float]]:
    """The alerts that asked for a run, or found one open, after `since`, Unix time; and when."""
    asked = alerts.c.disposition.in_(("run", "coalesced")), alerts.c.at >= since
    chosen = select(alerts).where(*asked).order_by(alerts.c.id)
    return [
        (NewAlert(row.status, json.loads(row.labels), row.starts_at), row.at)
        for row in connection.execute(chosen)
    ]


def alerts_of(connection: Connection, number: int) -> list[Mapping[str, Any]]:
    """The delivered alerts that asked for a run, or found it open."""
    chosen = select(alerts).where(alerts.c.run == number).order_by(alerts.c.id)
    return [dict(row) for row in connection.execute(chosen).mappings()]


def dispositions(connection: Connection) -> Mapping[str, int]:
    """How many delivered alerts became what."""
    counted = select(alerts.c.disposition, func.count()).group_by(alerts.c.disposition)
    return {row[0]: row[1] for row in connection.execute(counted)}


def last_moment(connection: Connection) -> float:
    """Unix time of the last step before this engine started; 0 where there is none."""
    before = select(func.max(steps.c.at)).where(
        steps.c.seq < select(func.max(steps.c.seq)).scalar_subquery()
    )
    return float(connection.execute(before).scalar() or 0.0)


def outcomes(connection: Connection) -> Mapping[tuple[str, str, str], int]:
    """Runs that ended, by playbook, state and reason."""
    by = (runs.c.playbook, runs.c.state, runs.c.reason)
    counted = select(*by, func.count()).where(runs.c.ended_at.is_not(None)).group_by(*by)
    return {(p, s, r): count for p, s, r, count in connection.execute(counted)}


def last_number(connection: Connection) -> int:
    """The number of the last run; 0 when there was none."""
    stored = int(settings_of(connection).get("last_run", "0"))
    return max(stored, connection.execute(select(func.max(runs.c.id))).scalar() or 0)


def verify(engine: Engine) -> Verdict:
    """Follow the chain, and hold the table of runs against it. Raises SQLAlchemyError."""
    with engine.connect() as connection:
        chosen = select(steps).order_by(steps.c.seq).execution_options(yield_per=1000)
        verdict = follow(connection.execute(chosen), *anchor_of(connection))
        problems = [*verdict.problems, *_contradictions(connection)]
    return Verdict(verdict.steps, verdict.head, tuple(problems))


def _contradictions(connection: Connection) -> list[str]:
    """Where a run's row and its steps do not say the same, or only one of them is there."""
    told = {row.run: row for row in connection.execute(_last_told())}
    problems = []
    for row in connection.execute(select(runs)).mappings():
        last = told.pop(row["id"], None)
        problems += [f"run {row['id']} {said}" for said in _differing(row, last)]
    return problems + [f"run {number} is missing, and has steps" for number in sorted(told)]


def _last_told() -> Select[Any]:
    """By run: the state and the reason of its last step, and the object of its first."""
    moves = steps.c.run != ENGINE, steps.c.state.in_([str(state) for state in State])
    last = select(func.max(steps.c.seq)).where(*moves).group_by(steps.c.run)
    first = steps.alias()
    joined = steps.outerjoin(
        first, (first.c.run == steps.c.run) & (first.c.state == State.RECEIVED)
    )
    reason = func.coalesce(func.json_extract(steps.c.body, "$.reason"), "").label("reason")
    key = func.json_extract(first.c.body, "$.object").label("key")
    chosen = select(steps.c.run, steps.c.state, reason, key).select_from(joined)
    return chosen.where(steps.c.seq.in_(last))


def _differing(row: Mapping[Any, Any], last: Any) -> list[str]:
    """`last` is None where no step tells of the run; its key is None where retention took that."""
    if last is None:
        return [f"is said to be {row['state']}, and has no step"]
    key = run_of(row).target.key
    pairs = {"state": (row["state"], last.state), "reason": (row["reason"], last.reason)}
    pairs |= {"object": (key, last.key if last.key is not None else key)}
    return [
        f"has the {name} {said or 'none'}, its steps say {written or 'none'}"
        for name, (said, written) in pairs.items()
        if said != written
    ]
