"""What the demo takes from xenlens_gate.py itself, with the types that Python 2.4 cannot tell.

Its texts have a character for every byte; those of the demo have one for every character.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectors.onhost import xenlens_gate
from collectors.onhost.xenlens_gate import (
    ANNOUNCE,
    KILL_PATIENCE,
    MOST_OUTPUT,
    NOT_FOUND,
    PATH,
    WRITE,
    Refused,
    Usage,
)
from exporter.demo.faces.gate_memory import GateMemory, Record

__all__ = [
    "ANNOUNCE",
    "KILL_PATIENCE",
    "MOST_OUTPUT",
    "NOT_FOUND",
    "PATH",
    "WRITE",
    "Options",
    "Refused",
    "Usage",
]

_PROGRAM: Any = xenlens_gate


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for. `asked` is the program's own record of it; `deadline` in seconds."""

    asked: Any
    verb: str
    object: str
    owner: str
    step: str
    deadline: float
    argv: tuple[str, ...]
    """In the demo's characters."""


def read_options(words: Sequence[str]) -> Options:
    """The options of a command line. Raises Usage."""
    found = _PROGRAM.read_options([native(word) for word in words])
    argv = tuple(characters(word) for word in found.argv)
    deadline = found.deadline or 0.0
    return Options(found, found.verb, found.object, found.owner, found.step, deadline, argv)


def decided(options: Options, memory: GateMemory, boot: str, uptime: float) -> Record:
    """What is answered to a verb that runs nothing. Raises Refused."""
    decide = _PROGRAM.VERBS[options.verb]
    answer: Record = decide(options.asked, memory, _PROGRAM.Moment(boot, uptime))
    return answer


def begun(options: Options, memory: GateMemory, boot: str, uptime: float) -> Record:
    """The step that is to be run now. Raises Refused."""
    step: Record = _PROGRAM.begin(options.asked, memory, _PROGRAM.Moment(boot, uptime))
    return step


def printed(verb: str, found: Mapping[str, Any] | Refused) -> str:
    """The document that the program prints."""
    text: str = _PROGRAM.json_of(_PROGRAM.document(verb, found))
    return f"{text}\n"


def missing(name: str) -> str:
    """What is said of a program that is not there."""
    text: str = _PROGRAM.complaint(name, "No such file or directory")
    return text


def native(text: str) -> str:
    """A text as the program has it."""
    found: str = _PROGRAM.native(text.encode())
    return found


def characters(text: str) -> str:
    """A text of the program's, in characters."""
    found: str = _PROGRAM.characters(text)
    return found


def usage_of(program: str) -> str:
    """What the program prints where it is asked how it is used."""
    _, usage, _ = program.split('"""', 2)
    return f"{usage.strip()}\n"


def asks_for_help(words: Sequence[str]) -> bool:
    """Whether the program tells its usage instead of doing anything."""
    return not words or words[0] in ("help", "-h", "--help")
