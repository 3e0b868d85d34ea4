"""The guards: each a small unit that allows by returning, or refuses by raising."""

from alerts.remediation.guards.asking import alert_is_firing, is_not_silenced
from alerts.remediation.guards.case import Case, Guard, Surroundings
from alerts.remediation.guards.pacing import (
    attempts_are_left,
    has_cooled_down,
    is_not_quarantined,
)
from alerts.remediation.guards.radius import caps_are_kept, is_no_storm
from alerts.remediation.guards.stops import (
    clock_is_steady,
    is_no_maintenance,
    is_not_paused,
    no_kill_switch,
)

OVERRULED_BY_A_PERSON = (alert_is_firing, is_not_silenced, is_no_maintenance, is_no_storm)
"""A person at the keyboard knows of the maintenance, and has no alert."""
BEFORE_LOOKING: tuple[Guard, ...] = (
    no_kill_switch,
    is_not_paused,
    clock_is_steady,
    is_no_maintenance,
    is_not_quarantined,
    has_cooled_down,
    attempts_are_left,
    is_no_storm,
    is_not_silenced,
    alert_is_firing,
)
BEFORE_ACTING: tuple[Guard, ...] = (*BEFORE_LOOKING, caps_are_kept)
BEFORE_EACH_EFFECT: tuple[Guard, ...] = (
    no_kill_switch,
    is_not_paused,
    clock_is_steady,
    is_no_maintenance,
    is_not_silenced,
)

__all__ = [
    "BEFORE_ACTING",
    "BEFORE_EACH_EFFECT",
    "BEFORE_LOOKING",
    "OVERRULED_BY_A_PERSON",
    "Case",
    "Guard",
    "Surroundings",
]
