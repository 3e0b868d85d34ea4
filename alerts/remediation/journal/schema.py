"""The tables. `steps` is only ever added to; `runs` repeats where each run stands."""

from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

VERSION = 1
metadata = MetaData()

steps = Table(
    "steps",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("run", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("steps_run", "run"),
)
"""`run` is 0 for what concerns the engine as a whole: started, paused, a clock that jumped."""

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("playbook", String, nullable=False),
    Column("labels", Text, nullable=False),
    Column("person", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("opened_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("ended_at", Float),
    Index("runs_ended", "ended_at"),
)
Index("runs_open", runs.c.key, unique=True, sqlite_where=runs.c.ended_at.is_(None))
"""Two open runs on one object cannot be written down, whatever the engine does."""

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("status", String, nullable=False),
    Column("labels", Text, nullable=False),
    Column("starts_at", Float),
    Column("disposition", String, nullable=False),
    Column("run", Integer, nullable=False),
    Index("alerts_at", "at"),
)
"""Every alert that was delivered, and what became of it; `pending` until that is decided."""

settings = Table(
    "settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What must be known at once: the journal's id, the epoch, pause, quarantines, the anchor."""

APPEND_ONLY = (
    "CREATE TRIGGER IF NOT EXISTS steps_append_only BEFORE UPDATE ON steps "
    "BEGIN SELECT RAISE(ABORT, 'steps are only added'); END"
)
