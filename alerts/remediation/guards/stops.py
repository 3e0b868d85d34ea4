"""Guards that stop everything: the kill switch, a pause, maintenance, a clock that was set."""

import re

from alerts.remediation.durations import shown
from alerts.remediation.guards.case import Case, Surroundings, Window
from alerts.remediation.records import Refusal, Unreadable


async def no_kill_switch(case: Case, around: Surroundings) -> None:
    """The kill switch is a file; where its folder cannot be looked into, it counts as there."""
    try:
        why = around.kill_switch()
    except OSError as error:
        raise Unreadable("kill_switch", f"the kill switch cannot be read: {error}") from error
    if why:
        raise Refusal("kill_switch", why)


async def is_not_paused(case: Case, around: Surroundings) -> None:
    """A person paused remediation; `xenlens remediation resume` ends it."""
    if around.paused:
        raise Refusal("paused", f"remediation is paused: {around.paused}")


async def is_no_maintenance(case: Case, around: Surroundings) -> None:
    """A maintenance window of the configuration covers the object now."""
    now = around.clocks.wall()
    for window in around.windows:
        if window.begins <= now < window.ends and _covers(window, case):
            why = f" ({window.why})" if window.why else ""
            raise Refusal("maintenance", f"maintenance for {shown(window.ends - now)} more{why}")


def _covers(window: Window, case: Case) -> bool:
    """A label that the object does not have cannot exclude it."""
    labels = case.target.labels
    return all(
        name not in labels or re.fullmatch(pattern, labels[name])
        for name, pattern in window.labels.items()
    )


async def clock_is_steady(case: Case, around: Surroundings) -> None:
    """After Unix time jumped, no cooldown means anything until a whole one has passed again."""
    cooldown = case.playbook.cooldown
    if around.clock.unsettled(cooldown):
        by = around.clock.jump
        way = "forward" if by > 0 else "back"
        text = f"the clock jumped {way} by {shown(abs(by))}: nothing acts for {shown(cooldown)}"
        raise Refusal("clock_jumped", text)
