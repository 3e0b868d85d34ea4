"""The hash chain over the steps: who changes, removes or inserts one breaks it."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from alerts.remediation.records import canonical

GENESIS = "0" * 64


def link(previous: str, seq: int, at: float, run: int, state: str, body: str) -> str:
    """The hash of a step that follows one of hash `previous`. `body` is the text as stored."""
    return sha256(canonical([previous, seq, at, run, state, body]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the journal found. `head` is the hash of the last step."""

    steps: int
    head: str
    problems: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def follow(rows: Iterable[Any], seq: int, head: str) -> Verdict:
    """Check the steps that follow the one of number `seq` and hash `head`.

    The first break ends it: what comes after it proves nothing.
    """
    count = 0
    for row in rows:
        seq += 1
        if row.seq != seq:
            return Verdict(count, head, (f"step {seq} is missing: the next one is {row.seq}",))
        if row.previous != head:
            return Verdict(count, head, (f"step {seq} does not follow the one before it",))
        head = link(head, row.seq, row.at, row.run, row.state, row.body)
        if row.hash != head:
            return Verdict(count, row.previous, (f"step {seq} was changed",))
        count += 1
    return Verdict(count, head)
