"""One shell process: it walks through the commands of a line.

Nothing of the real machine is reached: commands, files and processes are the model's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.files import file_text, stat_line
from exporter.demo.network import connect
from exporter.demo.shell.builtins import BUILTINS, Ended
from exporter.demo.shell.expansion import fields, text
from exporter.demo.shell.streams import Streams
from exporter.demo.shell.syntax import Command, For, Group, Simple, Steps, parse
from exporter.demo.shell.timer import Timer
from exporter.demo.shell.tokens import Redirect, ShellError, Word
from exporter.demo.tools import EXEC_PATH, LINES, place_of, tool

NOT_FOUND = 127
_STAT = re.compile(r"/proc/(\d+)/stat")
_SYNTAX_ERROR = 2
_PATH = "/usr/bin:/bin:/usr/sbin:/sbin:/opt/xensource/bin"


class _Hanging(Exception):
    """The command does not end now."""


class Shell:
    """A shell. `run` may be called again and again, as at a prompt, until it has `ended`."""

    def __init__(self, dom0: Dom0, pid: int) -> None:
        self.dom0 = dom0
        self.variables = {"PATH": _PATH, "HOME": "/root"}
        self.name = "bash"
        self.positional: list[str] = []
        self.streams = Streams([], [])
        self.stdin: str | None = ""
        """What stands on standard input, whole; None as long as it has not ended."""
        self.status = 0
        self.ended = False
        self._pid = pid
        self.born = dom0.now
        self._timer: Timer | None = None

    def run(self, line: str) -> Result:
        """Run a line and collect what it prints. One that hangs may be run again."""
        timer = self._timer or Timer(self.dom0.now)
        timer.again()
        result = self._run(line, timer)
        self._timer = timer if result.hangs else None
        return result

    def give_up(self) -> None:
        """The line that hangs is not run again."""
        self._timer = None

    def _run(self, line: str, timer: Timer) -> Result:
        self._timer = timer
        out: list[str] = []
        err: list[str] = []
        self.streams = Streams(out, err, self.stdin)
        hangs = False
        try:
            self._steps(parse(line))
        except ShellError as error:
            self.answer(Result(stderr=f"bash: -c: line 0: {error}\n", status=_SYNTAX_ERROR))
        except Ended:
            self.ended = True
        except _Hanging:
            hangs = True
        return Result("".join(out), "".join(err), self.status, hangs)

    def run_inner(self, line: str, arguments: Sequence[str] = ()) -> int:
        """Run a line in a shell below this one (`sh -c`), with its `$0`, `$1` …"""
        if known := LINES.get(line):
            self.answer(known(self.dom0, arguments))
            return self.status
        inner = Shell(self.dom0, self._pid + 1)
        inner.name, inner.positional = (*arguments, inner.name)[0], list(arguments[1:])
        inner.stdin = self.streams.read
        self.answer(inner._run(line, self._timer or Timer(self.dom0.now)))
        return self.status

    def place_of(self, command: str, path: str) -> str | None:
        """The full path of a program, or None."""
        return place_of(self.dom0, command, path)

    def execute(
        self, argv: Sequence[str], environment: Mapping[str, str], missing: str = ""
    ) -> None:
        """Run a builtin or a tool. `missing` is what is said where there is neither."""
        builtin = BUILTINS.get(argv[0])
        if builtin is not None:
            self.status = builtin(self, list(argv))
            return
        found = tool(self.dom0, argv[0], environment.get("PATH", EXEC_PATH))
        if found is not None:
            self.answer(found(self.dom0, argv, environment, self.streams.read))
            return
        if "/" in argv[0]:
            missing = f"bash: {argv[0]}: No such file or directory"
        said = missing or f"bash: {argv[0]}: command not found"
        self.answer(Result(stderr=f"{said}\n", status=NOT_FOUND))

    def answer(self, result: Result) -> None:
        """Print a command's output and take over its status, once it has run long enough."""
        if self._timer and not self._timer.over(result.seconds, self.dom0.now):
            raise _Hanging
        self.streams.write(result)
        if result.hangs:
            raise _Hanging
        self.status = result.status

    def kill(self, pid: int) -> bool:
        """End a process of another session; False when there is none."""
        return self.dom0.processes.kill(pid)

    def file(self, path: str) -> str | None:
        """The contents of a file of this dom0, or None."""
        if match := _STAT.fullmatch(path):
            return self._stat(int(match[1]))
        return file_text(self.dom0, path)

    def _stat(self, pid: int) -> str | None:
        if pid == self._pid:
            return stat_line(pid, self.born)
        other = self.dom0.processes.find(pid)
        return None if other is None else stat_line(pid, other.born)

    def _steps(self, steps: Steps) -> None:
        for before, command in steps:
            if (before == "&&" and self.status) or (before == "||" and not self.status):
                continue
            self._command(command)

    def _command(self, command: Command) -> None:
        if isinstance(command, For):
            for value in self._fields(command.words):
                self.variables[command.name] = value
                self._steps(command.body)
            return
        with self._redirected(command.redirects) as usable:
            if usable and isinstance(command, Group):
                self._steps(command.body)
            elif usable and isinstance(command, Simple):
                self._simple(command)

    def _simple(self, command: Simple) -> None:
        own = {name: text(word, self._lookup) for name, word in command.assignments}
        argv = self._fields(command.words)
        if argv:
            self.execute(argv, self.variables | own)
        else:
            self.variables |= own
            self.status = 0

    def _fields(self, words: Sequence[Word]) -> list[str]:
        return [field for word in words for field in fields(word, self._lookup)]

    def _lookup(self, name: str) -> str:
        special = {"$": str(self._pid), "?": str(self.status), "#": str(len(self.positional))}
        special["0"] = self.name
        if name in special:
            return special[name]
        if name.isdigit():
            number = int(name)
            return self.positional[number - 1] if 0 < number <= len(self.positional) else ""
        return self.variables.get(name, "")

    @contextmanager
    def _redirected(self, redirects: Sequence[Redirect]) -> Iterator[bool]:
        """Streams during a command; False when a file to read is not there."""
        before = self.streams
        try:
            yield all(self._redirect(redirect) for redirect in redirects)
        finally:
            self.streams = before

    def _redirect(self, redirect: Redirect) -> bool:
        target = text(redirect.target, self._lookup)
        if redirect.operator == "<>":
            return self._connect(target)
        if redirect.operator != "<":
            self.streams = self.streams.aimed(redirect.descriptor, redirect.operator + target)
            return True
        contents = "" if target == "/dev/null" else self.file(target)
        if contents is None:
            self.answer(Result(stderr=f"bash: {target}: No such file or directory\n", status=1))
            return False
        self.streams = Streams(self.streams.out, self.streams.err, contents)
        return True

    def _connect(self, target: str) -> bool:
        """`/dev/tcp/ADDRESS/PORT`: a connection, which bash makes itself."""
        _, _, _, address, port, *_ = [*target.split("/"), "", "", ""]
        outcome = connect(self.dom0, address, port)
        if outcome == "connected":
            return True
        if outcome == "hangs":
            self.answer(HANGS)
        said = f"{self.name}: connect: {outcome}\n{self.name}: line 0: {target}: {outcome}\n"
        self.answer(Result(stderr=said, status=1))
        return False
