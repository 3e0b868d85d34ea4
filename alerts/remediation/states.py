"""The states of a run, and which may follow which."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a run stands. Upper case in the journal, lower case in metrics."""

    RECEIVED = "RECEIVED"
    """An alert, or a person, asked for it."""
    MATCHED = "MATCHED"
    """The object is in the inventory."""
    ADMITTED = "ADMITTED"
    """Every guard allows to look into it."""
    LOCKED = "LOCKED"
    """The object is locked, here and on its host."""
    CONFIRMED = "CONFIRMED"
    """Several live reads agree that it is faulty."""
    PLANNED = "PLANNED"
    """What would be done is written down, with the evidence for it."""
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    ARMED = "ARMED"
    """Every guard was asked again and allows to act."""
    ACTING = "ACTING"
    """The intent of one effect is written down; it may have begun."""
    APPLIED = "APPLIED"
    """The effect ended; whether it helped is not known yet."""
    VERIFYING = "VERIFYING"
    HOLDING = "HOLDING"
    """It is as it should be, and has to stay so for a while."""
    UNDOING = "UNDOING"

    COALESCED = "COALESCED"
    CANCELLED = "CANCELLED"
    """The alert resolved, or a person stopped it, before anything was done."""
    ALREADY_OK = "ALREADY_OK"
    REFUSED = "REFUSED"
    WOULD_ACT = "WOULD_ACT"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"
    ABORTED_RESTART = "ABORTED_RESTART"
    """xenlens ended before the run had done anything."""
    INTERRUPTED = "INTERRUPTED"
    """It ended, or was paused, while armed; the object is as it was, or partly done."""
    FIXED = "FIXED"
    UNDONE = "UNDONE"
    UNDO_FAILED = "UNDO_FAILED"
    QUARANTINED = "QUARANTINED"
    """What became of the object is not clear."""


S = State
FOLLOWING: Mapping[State, frozenset[State]] = {
    S.RECEIVED: frozenset({S.MATCHED, S.REFUSED, S.CANCELLED, S.ABORTED_RESTART}),
    S.MATCHED: frozenset({S.ADMITTED, S.REFUSED, S.CANCELLED, S.ABORTED_RESTART}),
    S.ADMITTED: frozenset({S.LOCKED, S.REFUSED, S.CANCELLED, S.ABORTED_RESTART}),
    S.LOCKED: frozenset({S.CONFIRMED, S.ALREADY_OK, S.REFUSED, S.CANCELLED, S.ABORTED_RESTART}),
    S.CONFIRMED: frozenset({S.PLANNED, S.REFUSED, S.CANCELLED, S.ABORTED_RESTART}),
    S.PLANNED: frozenset(
        {S.WOULD_ACT, S.AWAITING_APPROVAL, S.ARMED, S.REFUSED, S.CANCELLED, S.ABORTED_RESTART}
    ),
    S.AWAITING_APPROVAL: frozenset(
        {S.LOCKED, S.EXPIRED, S.REJECTED, S.REFUSED, S.CANCELLED, S.ABORTED_RESTART}
    ),
    S.ARMED: frozenset({S.ACTING, S.INTERRUPTED, S.QUARANTINED, S.VERIFYING}),
    S.ACTING: frozenset({S.APPLIED, S.VERIFYING, S.INTERRUPTED, S.QUARANTINED, S.UNDOING}),
    S.APPLIED: frozenset({S.ACTING, S.VERIFYING, S.INTERRUPTED, S.UNDOING, S.QUARANTINED}),
    S.VERIFYING: frozenset({S.HOLDING, S.VERIFYING, S.UNDOING, S.QUARANTINED}),
    S.HOLDING: frozenset({S.FIXED, S.VERIFYING, S.UNDOING, S.QUARANTINED}),
    S.UNDOING: frozenset({S.UNDOING, S.UNDONE, S.UNDO_FAILED, S.QUARANTINED}),
}
"""A state that is not a key here ends its run."""
ENDS = frozenset(State) - frozenset(FOLLOWING)
HARMLESS = frozenset(
    {S.RECEIVED, S.MATCHED, S.ADMITTED, S.LOCKED, S.CONFIRMED, S.PLANNED, S.AWAITING_APPROVAL}
)
"""Nothing was done on a host yet: until here a run can be cancelled, and is aborted by a crash."""
AT_WORK = frozenset(FOLLOWING) - HARMLESS
"""From the last look at the guards on: what the caps count."""
ACTED = frozenset({S.FIXED, S.UNDONE, S.UNDO_FAILED, S.QUARANTINED, S.INTERRUPTED})
"""Ends of runs that were armed: they count as attempts."""
QUARANTINES = frozenset({S.UNDONE, S.UNDO_FAILED, S.QUARANTINED})
"""After these nothing acts on the object until a person releases it."""


class IllegalTransition(Exception):
    """A run went from a state to one that cannot follow: a fault of the engine itself."""


def check(before: State, after: State) -> None:
    """Raises IllegalTransition."""
    if after not in FOLLOWING.get(before, frozenset()):
        raise IllegalTransition(f"{after} cannot follow {before}")
