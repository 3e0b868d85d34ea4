"""What the guards ask about the past and the present: runs that ended, runs at work, alerts."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from alerts.remediation.journal import RunRow
from alerts.remediation.playbook import REMEMBERED
from alerts.remediation.records import Target
from alerts.remediation.states import ACTED, State

TELLS_NOTHING = ("cooldown", "pause")
"""Refusals because of an earlier run: they put nothing off once more."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that ended, at Unix time `at`."""

    at: float
    state: State
    target: Target


class History:
    """In memory, begun with what the journal has."""

    def __init__(self, runs: Iterable[RunRow] = ()) -> None:
        self._ended: defaultdict[str, list[Ended]] = defaultdict(list)
        self._acted: deque[Ended] = deque()
        self._at_work: dict[int, Target] = {}
        self._called: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for run in sorted(runs, key=lambda run: run.ended_at or 0.0):
            if run.ended_at is not None:
                self.ended(run.target, run.state, run.reason, run.ended_at)

    def ended(self, target: Target, state: State, reason: str, at: float) -> None:
        """Note the end of a run."""
        if state is State.REFUSED and reason in TELLS_NOTHING:
            return
        end = Ended(at, state, target)
        kept = [e for e in self._ended[target.key] if e.at > at - REMEMBERED and e.state in ACTED]
        self._ended[target.key] = [*kept, end]
        if state in ACTED:
            self._acted.append(end)
            while self._acted[0].at < at - REMEMBERED:
                self._acted.popleft()

    def last(self, key: str) -> Ended | None:
        """The last end of a run on this object, but for refusals because of an earlier one."""
        return self._ended[key][-1] if key in self._ended else None

    def last_act(self, key: str) -> Ended | None:
        """The last end of a run that was armed on this object."""
        acts = (end for end in reversed(self._ended.get(key, [])) if end.state in ACTED)
        return next(acts, None)

    def attempts(self, key: str, since: float) -> int:
        """How many armed runs on this object ended after `since`."""
        ends = self._ended.get(key, [])
        return sum(end.state in ACTED and end.at > since for end in ends)

    def acts(self, since: float) -> int:
        """How many armed runs ended after `since`, of all playbooks."""
        return sum(end.at > since for end in self._acted)

    def begin_work(self, run: int, target: Target) -> None:
        """A run is armed."""
        self._at_work[run] = target

    def end_work(self, run: int) -> None:
        """It ended; no error for one that never was armed."""
        self._at_work.pop(run, None)

    def at_work(self, besides: int) -> list[Target]:
        """The objects of armed runs that have not ended, but for the run `besides`."""
        return [target for run, target in self._at_work.items() if run != besides]

    def called(self, target: Target, at: float) -> None:
        """An alert asked for a run."""
        self._called[target.playbook][_place(target)] = at

    def sharing(self, playbook: str, since: float) -> int:
        """How many hosts (or pools' objects) had an alert for a playbook after `since`."""
        called = self._called[playbook]
        for place in [place for place, at in called.items() if at < since]:
            del called[place]
        return len(called)


def _place(target: Target) -> str:
    return f"{target.pool}/{target.host or target.object}"
