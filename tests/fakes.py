"""Injectable edges for tests: a host that answers from a table, a clock that is told the time."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from collectors.host import (
    NOT_FOUND,
    DeadlineExceeded,
    Host,
    Output,
    SocketUnavailable,
    Stream,
)

Answer = str | Output | Exception


@dataclass
class FakeHost:
    """Answers command lines from a table; one that is not in it does not exist (127).

    The entry `*` answers every command line without an entry of its own. `given` has what was
    last put on the standard input of a command line, of those that were given something.
    """

    answers: Mapping[str, Answer]
    name: str = "fake"
    asked: list[str] = field(default_factory=list)
    closed: bool = False
    hanging: dict[str, float] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        line = " ".join(argv)
        self.asked.append(line)
        if stdin:
            self.given[line] = stdin
        answer = self.answers.get(line, self.answers.get("*"))
        if answer is None:
            text = f"bash: {argv[0]}: command not found"
            return Output(tuple(argv), stderr=text, exit_status=NOT_FOUND)
        if isinstance(answer, Exception):
            raise answer
        if answer == "<hangs>":
            await asyncio.sleep(deadline - asyncio.get_running_loop().time())
            raise DeadlineExceeded(f"{line}: no answer in time")
        if isinstance(answer, str):
            return Output(tuple(argv), stdout=answer)
        return replace(answer, argv=tuple(argv))

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        raise SocketUnavailable(f"{path}: not on this host")

    def stuck(self) -> Mapping[str, float]:
        return self.hanging

    async def close(self) -> None:
        self.closed = True


@dataclass(frozen=True, slots=True)
class CommandsOnly:
    """A host whose unix sockets cannot be had, as behind an OpenSSH before 6.7."""

    host: Host

    @property
    def name(self) -> str:
        return self.host.name

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        return await self.host.run(argv, deadline=deadline, stdin=stdin)

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        raise SocketUnavailable(f"{path}: commands only")

    def stuck(self) -> Mapping[str, float]:
        return self.host.stuck()

    async def close(self) -> None:
        await self.host.close()


@dataclass
class FakeClock:
    """Unix time as told."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def refused(text: str, exit_status: int = 2) -> Output:
    """What a command prints when it refuses."""
    return Output((), stderr=text, exit_status=exit_status)
