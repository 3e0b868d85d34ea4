"""The journal: what remediation was asked, what it saw, intended and did."""

from alerts.remediation.journal.journal import (
    Journal,
    JournalInUse,
    JournalTooNew,
    JournalUnwritable,
)
from alerts.remediation.journal.records import Event, NewAlert, NewRun, RunRow, StepRow

__all__ = [
    "Event",
    "Journal",
    "JournalInUse",
    "JournalTooNew",
    "JournalUnwritable",
    "NewAlert",
    "NewRun",
    "RunRow",
    "StepRow",
]
