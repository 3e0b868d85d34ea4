"""What a journal says of alerts and runs, read by a connection of its own."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Written:
    """What the journal says in the end."""

    alerts: int
    pending: int
    outcomes: Counter[str]
    most_at_work: int
    size: int


def left(journal: Path) -> tuple[int, int]:
    """How many alerts are not decided upon, and how many runs have not ended."""
    pending = "SELECT count(*) FROM alerts WHERE disposition = 'pending'"
    unended = "SELECT count(*) FROM runs WHERE ended_at IS NULL"
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as connection:
        return (
            connection.execute(pending).fetchone()[0],
            connection.execute(unended).fetchone()[0],
        )


def written(journal: Path) -> Written:
    """Read it, while an exporter may write to it."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as connection:
        count = connection.execute("SELECT count(*) FROM alerts").fetchone()[0]
        ends = connection.execute("SELECT state || ' ' || reason FROM runs").fetchall()
        armed = "SELECT run, at FROM steps WHERE state = 'ARMED'"
        spans = connection.execute(
            f"SELECT s.at, r.ended_at FROM ({armed}) s JOIN runs r ON r.id = s.run"
        ).fetchall()
    outcomes = Counter(end.strip().lower() for (end,) in ends)
    files = journal.parent.glob(f"{journal.name}*")
    size = sum(file.stat().st_size for file in files)
    return Written(count, left(journal)[0], outcomes, most_at_once(spans), size)


def most_at_once(spans: Sequence[tuple[float, float]]) -> int:
    """The largest number of spans of time that share a moment."""
    return max((sum(a <= began < b for a, b in spans) for began, _ in spans), default=0)
