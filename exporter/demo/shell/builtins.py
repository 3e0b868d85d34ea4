"""Builtins of the shell, and the few small programs around it (`cat`, `env`, `sh -c`)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from exporter.demo.command import HANGS, Result
from exporter.demo.shell.streams import Streams
from exporter.demo.tools import EXEC_PATH


class Ended(Exception):
    """The shell ends here: `exit`, or `exec` of a command."""


class Process(Protocol):
    """The shell, as its builtins see it."""

    variables: dict[str, str]
    positional: list[str]
    streams: Streams
    status: int

    def answer(self, result: Result) -> None:
        """Print a command's output and take over its status; what hangs ends the line here."""

    def execute(
        self, argv: Sequence[str], environment: Mapping[str, str], missing: str = ""
    ) -> None:
        """Run a builtin or a tool."""

    def run_inner(self, line: str, arguments: Sequence[str] = ()) -> int:
        """Run a line in a shell below this one; its `$0`, `$1` … are the arguments."""

    def place_of(self, command: str, path: str) -> str | None:
        """The full path of a program, or None."""

    def file(self, path: str) -> str | None:
        """The contents of a file, or None."""

    def kill(self, pid: int) -> bool:
        """End a process; False when there is none."""


def _exec(shell: Process, argv: list[str]) -> int:
    if len(argv) == 1:
        return 0
    missing = f"bash: line 0: exec: {argv[1]}: not found"
    shell.execute(argv[1:], shell.variables, missing)
    raise Ended


def _exit(shell: Process, argv: list[str]) -> int:
    if argv[1:] and argv[1].isdigit():
        shell.status = int(argv[1])
    raise Ended


def _echo(shell: Process, argv: list[str]) -> int:
    words, end = (argv[2:], "") if argv[1:2] == ["-n"] else (argv[1:], "\n")
    shell.streams.write(Result(" ".join(words) + end))
    return 0


def _input(shell: Process) -> str:
    """Standard input to its end, which is waited for."""
    if shell.streams.read is None:
        shell.answer(HANGS)
    return shell.streams.read or ""


def _read(shell: Process, argv: list[str]) -> int:
    line, newline, _ = _input(shell).partition("\n")
    names = [word for word in argv[1:] if not word.startswith("-")]
    shell.variables |= {name: line.strip() for name in names}
    return 0 if newline else 1


def _set(shell: Process, argv: list[str]) -> int:
    if argv[1:2] == ["--"]:
        shell.positional = argv[2:]
    return 0


def _test(shell: Process, argv: list[str]) -> int:
    words = argv[1:-1] if argv[0] == "[" else argv[1:]
    match words:
        case [left, "=", right]:
            return int(left != right)
        case [left, "!=", right]:
            return int(left == right)
        case ["-n", value] | [value]:
            return int(not value)
        case ["-z", value]:
            return int(bool(value))
        case ["-e" | "-r" | "-f", path]:
            return int(shell.file(path) is None)
    return 2


def _kill(shell: Process, argv: list[str]) -> int:
    """Only what hangs is still there when another session asks for its end."""
    process = argv[-1].lstrip("-")
    if process.isdigit() and shell.kill(int(process)):
        return 0
    complaint = f"bash: line 0: kill: ({process}) - No such process\n"
    shell.streams.write(Result(stderr=complaint))
    return 1


def _sh(shell: Process, argv: list[str]) -> int:
    return shell.run_inner(argv[2], argv[3:]) if argv[1:2] == ["-c"] and len(argv) > 2 else 0


def _cat(shell: Process, argv: list[str]) -> int:
    paths = argv[1:] or ["-"]
    found = [(path, _input(shell) if path == "-" else shell.file(path)) for path in paths]
    for path, contents in found:
        missing = "" if contents is not None else f"cat: {path}: No such file or directory\n"
        shell.streams.write(Result(contents or "", missing))
    return int(any(contents is None for _, contents in found))


def _env(shell: Process, argv: list[str]) -> int:
    words, environment = argv[1:], dict(shell.variables)
    if words[:1] == ["-i"]:
        words, environment = words[1:], {"PATH": EXEC_PATH}
    while words and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    if not words:
        shell.streams.write(Result("".join(f"{k}={v}\n" for k, v in environment.items())))
        return 0
    shell.execute(words, environment, f"env: {words[0]}: No such file or directory")
    return shell.status


def _command(shell: Process, argv: list[str]) -> int:
    """Only `command -v NAME`: where is it?"""
    place = shell.place_of(argv[-1], shell.variables["PATH"]) if argv[1:2] == ["-v"] else None
    shell.streams.write(Result(f"{place}\n" if place else ""))
    return int(place is None)


def _nothing(shell: Process, argv: list[str]) -> int:
    return int(argv[0] == "false")


BUILTINS: Mapping[str, Callable[[Process, list[str]], int]] = {
    ":": _nothing,
    "[": _test,
    "bash": _sh,
    "cat": _cat,
    "cd": _nothing,
    "command": _command,
    "echo": _echo,
    "env": _env,
    "exec": _exec,
    "exit": _exit,
    "export": _nothing,
    "false": _nothing,
    "kill": _kill,
    "read": _read,
    "set": _set,
    "sh": _sh,
    "test": _test,
    "true": _nothing,
}
