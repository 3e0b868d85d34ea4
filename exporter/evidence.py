"""The last runs of a target's collectors, failures kept apart, so that a claim can be checked."""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from collectors.host import Output
from exporter.outcome import Outcome

KEEP_SUCCESSES = 3
KEEP_FAILURES = 5
KEEP_CHARACTERS = 65536
"""Of each raw output; one character more is kept, so that a reader sees that there was more."""
_SECRET = re.compile(r"(?i)\b(pass(?:word|wd)?|pw|secret|token|cookie)([= :]+)(\S+)")


class Evidence:
    """The last outcomes of each collector. A success never pushes out a failure."""

    def __init__(self) -> None:
        self._successes: dict[str, deque[Outcome]] = {}
        self._failures: dict[str, deque[Outcome]] = {}

    def add(self, outcome: Outcome) -> None:
        """Keep one outcome, forgetting the oldest of its sort."""
        kept, limit = (
            (self._successes, KEEP_SUCCESSES)
            if outcome.success
            else (self._failures, KEEP_FAILURES)
        )
        runs = kept.setdefault(outcome.collector, deque(maxlen=limit))
        if runs:
            # Records and metrics of a large host weigh megabytes: only the newest run keeps them.
            runs[-1] = replace(runs[-1], reading=None, metrics=())
        runs.append(replace(outcome, outputs=tuple(map(_cut, outcome.outputs))))

    def runs(self, collector: str | None = None) -> list[Outcome]:
        """Kept outcomes, newest first, of one collector or of all."""
        queues: Iterable[deque[Outcome]] = (
            *_of(self._successes, collector),
            *_of(self._failures, collector),
        )
        return sorted((run for queue in queues for run in queue), key=lambda run: -run.at)


def _cut(output: Output) -> Output:
    kept = slice(KEEP_CHARACTERS + 1)
    return replace(output, stdout=output.stdout[kept], stderr=output.stderr[kept])


def _of(kept: dict[str, deque[Outcome]], collector: str | None) -> list[deque[Outcome]]:
    """A collector's own runs, and those of its parts: `disk_probes:NAME`."""
    return [q for name, q in kept.items() if collector in (None, name, name.partition(":")[0])]


def redacted(argv: Iterable[str]) -> str:
    """A command line for people, with what looks like a secret blacked out."""
    return _SECRET.sub(r"\1\2[redacted]", " ".join(argv))
