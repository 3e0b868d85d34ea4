"""What xenlens_disk.py printed, as facts, or as the reason why there are none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from collectors.disk_reasons import FAILED, SKIPPED, DiskProbeFailed

_HEAD = "xenlens_disk 1"
_BODY = re.compile(r"^stdout (\d{1,9})\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answer:
    """A command that ended by itself. Times in seconds."""

    exit_status: int
    stdout: str
    stderr: str
    facts: Mapping[str, str]
    phases: Mapping[str, float]


def read_answer(text: str) -> Answer:
    """Read it. Raises DiskProbeFailed with the machine's own reason, or when it is not whole."""
    try:
        return _answer(*_taken_apart(text))
    except ValueError as error:
        raise DiskProbeFailed("unparsable", f"xenlens_disk.py: {error}") from error


def _answer(head: str, stdout: str, stderr: str) -> Answer:
    facts, phases, endings = {}, {}, []
    for line in head.splitlines()[1:]:
        word, _, rest = line.partition(" ")
        name, _, value = rest.partition(" ")
        if word == "fact":
            facts[name] = value
        elif word == "took":
            phases[name] = float(value)
        elif word in ("refused", "failed", "ended"):
            endings.append((word, name, value))
    return Answer(_exit_status(endings), stdout, stderr, facts, phases)


def _exit_status(endings: list[tuple[str, str, str]]) -> int:
    """The first verdict counts: a worker that refused ends well afterwards."""
    for word, name, value in endings:
        if word == "ended":
            if name == "signal":
                text = f"it was ended by signal {value}: by a person, or for lack of memory"
                raise DiskProbeFailed("killed", text)
            return int(value)
        known = SKIPPED if word == "refused" else FAILED
        raise DiskProbeFailed(name if name in known else "failed", value or name)
    raise DiskProbeFailed("unparsable", "xenlens_disk.py does not say how the measurement ended")


def _taken_apart(text: str) -> tuple[str, str, str]:
    """The lines before the outputs, and both outputs, which are counted in characters."""
    body = _BODY.search(text)
    if not text.startswith(f"{_HEAD}\n") or body is None or not text.endswith("\nend\n"):
        raise DiskProbeFailed("unparsable", "xenlens_disk.py did not print its answer to the end")
    begin = body.end()
    end = begin + int(body[1])
    tail = re.compile(r"\nstderr (\d{1,9})\n").match(text, end)
    if tail is None or len(text) != tail.end() + int(tail[1]) + len("\nend\n"):
        raise DiskProbeFailed("unparsable", "xenlens_disk.py printed more or less than it counted")
    return text[: body.start()], text[begin:end], text[tail.end() : -len("\nend\n")]
