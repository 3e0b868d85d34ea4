"""The one door to the hosts: every effect of every playbook goes through `Door.act`.

On the host it is the gate that lets it through: collectors/onhost/xenlens_gate.py, which keeps
the object's lock with its lease and refuses an epoch older than one it has seen.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from alerts.remediation import never
from alerts.remediation.records import Refusal, Unreadable
from alerts.remediation.tool import REPEATED, Shape
from collectors.host import Host, HostError, loop_time
from collectors.onhost import GATE
from collectors.onhost_run import OnHost
from collectors.registry import CollectorFailed, Look

ASKING_SECONDS = 15.0
"""For what only takes or gives back a lock, and for the way to an effect and back."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What a run that is armed may do: the effects of its tool, on hosts whose lock it has."""

    run: int
    object: str
    effects: Sequence[Shape]
    person: str = ""
    """Who ordered or approved it; empty for nobody."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of an effect. Its exit status proves nothing."""

    exit_status: int | None
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0
    timed_out: bool = False
    still_there: bool = False
    """It could not be killed: it hangs in the kernel."""
    unknown: str = ""
    """Why nothing is known of it: it may have happened."""

    def as_json(self) -> dict[str, Any]:
        """As the journal keeps it."""
        told = {
            "exit_status": self.exit_status,
            "stdout": self.stdout,
            "stderr": self.stderr,
            "seconds": round(self.seconds, 3),
        }
        more = {
            "timed_out": self.timed_out,
            "still_there": self.still_there,
            "unknown": self.unknown,
        }
        return told | {name: value for name, value in more.items() if value}


class Doorway(Protocol):
    """What a run needs of the door."""

    async def take(self, host: str, object: str, run: int, lease: float) -> None:
        """Lock an object on a host, or renew that, for `lease` seconds. Raises Refusal."""

    async def release(self, host: str, object: str, run: int) -> str:
        """Give the lock back; says why it could not be, empty when it was."""

    async def act(
        self, permit: Permit, host: str, step: str, argv: Sequence[str], deadline: float
    ) -> Effect:
        """Let one effect happen, once. Raises Refusal where it certainly did not happen."""


class Door:
    """`host` gives a host by the inventory's name, or raises Refusal.

    `journal` is the journal's id and `epoch` that of this engine.
    """

    def __init__(self, host: Callable[[str], Host], journal: str, epoch: int) -> None:
        self._host = host
        self._journal = journal
        self._epoch = epoch
        self._gates: dict[str, OnHost] = {}

    async def take(self, host: str, object: str, run: int, lease: float) -> None:
        """Lock an object on a host, or renew that, for `lease` seconds. Raises Refusal."""
        words = (*self._words("take", object, run), "--lease", f"{lease:g}")
        try:
            answer = await self._ask(host, words, ASKING_SECONDS)
        except (HostError, CollectorFailed, ValueError) as error:
            raise Unreadable("gate", f"{host}: no lock is to be had: {error}") from error
        _granted(host, answer)

    async def release(self, host: str, object: str, run: int) -> str:
        """Give the lock back; says why it could not be, empty when it was. Its lease ends it."""
        try:
            await self._ask(host, self._words("release", object, run), ASKING_SECONDS)
        except (HostError, CollectorFailed, ValueError, Refusal) as error:
            return str(error)
        return ""

    async def act(
        self, permit: Permit, host: str, step: str, argv: Sequence[str], deadline: float
    ) -> Effect:
        """Let one effect happen, once: a step of the same name does not happen again.

        Raises Refusal where it certainly did not happen. `deadline` is in seconds.
        """
        check_effect(permit, argv)
        words = self._words("act", permit.object, permit.run)
        words = (*words, "--step", step, "--deadline", f"{deadline:g}", "--", *argv)
        try:
            answer = await self._ask(host, words, deadline + ASKING_SECONDS)
        except (HostError, CollectorFailed, ValueError) as error:
            return Effect(None, unknown=f"{host}: {error}")
        if answer.get("reason") == "done_before":
            if answer.get("seconds") is None:
                return Effect(None, unknown=f"{host}: this step was begun before")
        else:
            _granted(host, answer)
        return Effect(
            answer.get("exit_status"),
            answer.get("stdout", ""),
            answer.get("stderr", ""),
            answer.get("seconds", 0.0),
            bool(answer.get("timed_out")),
            bool(answer.get("still_there")),
        )

    def _words(self, verb: str, object: str, run: int) -> tuple[str, ...]:
        owner = f"{self._journal[:12]}-{run}"
        return (verb, "--object", object, "--epoch", str(self._epoch), "--owner", owner)

    async def _ask(self, host: str, words: Sequence[str], seconds: float) -> dict[str, Any]:
        gate = self._gates.setdefault(host, OnHost(GATE))
        text = await gate.run(Look(self._host(host), loop_time() + seconds), *words)
        answer = json.loads(text)
        if not isinstance(answer, dict) or "granted" not in answer:
            raise ValueError(f"the gate answered {text[:200]!r}")
        return answer


def check_effect(permit: Permit, argv: Sequence[str]) -> None:
    """Whether a permit covers a command line. Raises Refusal."""
    never.check(argv, permit.person)
    if not any(_fits(shape, argv) for shape in permit.effects):
        text = f"{' '.join(argv)} is none of the effects of this playbook"
        raise Refusal("unknown_effect", text)


def _fits(shape: Shape, argv: Sequence[str]) -> bool:
    if shape[-1] == REPEATED:
        shape = (*shape[:-1], *[shape[-2]] * (len(argv) - len(shape) + 1))
    return len(shape) == len(argv) and all(map(re.fullmatch, shape, argv))


def _granted(host: str, answer: dict[str, Any]) -> None:
    if answer["granted"] is not True:
        raise Refusal(f"gate_{answer.get('reason', 'refused')}", f"{host}: {answer.get('text')}")
