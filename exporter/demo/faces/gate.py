"""What xenlens_gate.py answers when it runs on a simulated host.

It decides as the program itself does; only what it remembers is in memory, and what it runs are
the simulated programs.
"""

import shlex
from collections.abc import Callable, Sequence
from signal import SIGKILL

from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.faces.gate_memory import Record, Running
from exporter.demo.faces.gate_program import (
    ANNOUNCE,
    KILL_PATIENCE,
    MOST_OUTPUT,
    NOT_FOUND,
    PATH,
    WRITE,
    Options,
    Refused,
    Usage,
    asks_for_help,
    begun,
    decided,
    missing,
    native,
    printed,
    read_options,
    usage_of,
)
from exporter.demo.faces.gate_writes import write

_BOOT = "the only one"
_SECONDS = 0.004
"""How long an effect takes that does not hang."""
_SMALL = frozenset(("bash", "cat", "echo", "env", "false", "kill", "sh", "test", "true", "["))
"""Programs that are the simulated shell's own."""


def xenlens_gate(dom0: Dom0, program: str, words: Sequence[str]) -> Result:
    """Run a verb of the program; its own text is needed where it prints how it is used."""
    if asks_for_help(words):
        return Result(usage_of(program))
    try:
        options = read_options(words)
    except Usage as error:
        said = " ".join(str(error).splitlines())
        return Result(stderr=f"xenlens_gate: {said}\n", status=2)
    try:
        found = _found(dom0, options)
    except Refused as refused:
        return Result(printed(options.verb, refused))
    return HANGS if found is None else Result(printed(options.verb, found))


def _found(dom0: Dom0, options: Options) -> Record | None:
    """What is answered; None while an effect runs, after which the session looks again."""
    memory = dom0.gate
    running = memory.running.get(options.object)
    if running is None or not running.is_of(dom0.session, options.owner, options.step):
        memory.forget_overdue(dom0.now - KILL_PATIENCE)
        if options.verb != "act":
            return decided(options, memory, _BOOT, dom0.now)
        running = _begin(dom0, options)
    result = running.result()
    if result is not None:
        memory.finish(running.step, result)
    return result


def _begin(dom0: Dom0, options: Options) -> Running:
    step = begun(options, dom0.gate, _BOOT, dom0.now)
    until = dom0.now + options.deadline
    running = Running(dom0.session, step, until, _effect(dom0, options, dom0.now))
    dom0.gate.running[options.object] = running
    return running


def _effect(dom0: Dom0, options: Options, began: float) -> Callable[[], Record | None]:
    """What tells whether an effect has ended, and how."""
    run = _runner(dom0, options.argv)

    def result() -> Record | None:
        found, lasted = run(), dom0.now - began
        if not found.hangs:
            return _result(found, found.status, max(_SECONDS, lasted))
        if lasted < options.deadline:
            return None
        return _result(found, -SIGKILL, lasted, timed_out=True)

    return result


def _result(found: Result, status: int, seconds: float, timed_out: bool = False) -> Record:
    return {
        "exit_status": status,
        "stdout": native(found.stdout)[:MOST_OUTPUT],
        "stderr": native(found.stderr)[:MOST_OUTPUT],
        "seconds": seconds,
        "timed_out": timed_out,
        "still_there": False,
    }


def _runner(dom0: Dom0, argv: Sequence[str]) -> Callable[[], Result]:
    """What runs the effect, and looks at it again as long as it hangs."""
    if argv[0] == ANNOUNCE:
        return Result
    if argv[0] == WRITE:
        return lambda: write(dom0, argv[1], argv[2])
    # Not above: python is itself one of the programs that a shell finds.
    from exporter.demo.shell import Shell

    shell = Shell(dom0, dom0.session + 1)
    shell.variables |= {"PATH": PATH, "LC_ALL": "C"}
    if argv[0] not in _SMALL and shell.place_of(argv[0], PATH) is None:
        return lambda: Result(stderr=missing(argv[0]), status=NOT_FOUND)
    return lambda: shell.run(shlex.join(argv))
