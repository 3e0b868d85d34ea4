"""A session of a simulated dom0: a command that is run, or a prompt."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import asyncssh

from exporter.demo.command import Dom0, Result
from exporter.demo.processes import Process
from exporter.demo.shell import Shell

RETRY = 0.2
"""Seconds until a command that hangs is looked at again."""


class Session(asyncssh.SSHServerSession[str]):
    """A command that is run, or lines typed at a prompt."""

    def __init__(self, dom0: Dom0, pid: int) -> None:
        self._shell = Shell(replace(dom0, session=pid), pid)
        self._processes, self._runs = dom0.processes, dom0.runs
        self._pid = pid
        self._prompt = f"[root@{dom0.name} ~]# "
        self._command: str | None = None
        self._channel: asyncssh.SSHServerChannel[str] | None = None
        self._waiting: asyncio.Task[None] | None = None
        self._typed: list[str] = []
        self._sent: list[str] = []
        self._input_ended = asyncio.Event()

    def connection_made(self, chan: "asyncssh.SSHServerChannel[str]") -> None:
        """Called by asyncssh when the channel is open."""
        self._channel = chan

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncssh. It ends the input, but nothing that hangs, as on a real host."""
        self._channel = None
        self._end_input()

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: object
    ) -> bool:
        """A terminal is fine; asyncssh edits its lines."""
        return True

    def shell_requested(self) -> bool:
        """Give a prompt."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Run a command; what the client sends from now on is its standard input."""
        self._command = command
        self._shell.stdin = None
        return True

    def session_started(self) -> None:
        """Called by asyncssh once it is known what is wanted."""
        if self._command is None:
            self._write(Result(self._prompt))
        else:
            self._run(self._command)

    def data_received(self, data: str, datatype: asyncssh.DataType) -> None:
        """Lines at the prompt, or a command's standard input."""
        if self._command is not None:
            self._sent.append(data)
            return
        self._typed += data.splitlines()
        self._next_line()

    def break_received(self, msec: int) -> bool:
        """Ctrl-C at the prompt."""
        if self._command is not None or self._waiting is None:
            return False
        self._give_up()
        self._shell.give_up()
        self._write(Result(f"^C\n{self._prompt}"))
        return True

    def eof_received(self) -> bool:
        """Ctrl-D at the prompt, or the end of a command's standard input."""
        if self._command is not None:
            self._end_input()
        elif self._waiting is None:
            self._end(Result("logout\n"))
        return True

    def _end_input(self) -> None:
        self._shell.stdin = "".join(self._sent)
        self._input_ended.set()

    def _next_line(self) -> None:
        while self._typed and self._waiting is None and not self._shell.ended:
            self._run(self._typed.pop(0))

    def _run(self, line: str) -> None:
        result = self._shell.run(line)
        self._write(result)
        if not result.hangs:
            self._done(result)
            return
        self._waiting = asyncio.create_task(self._wait(line, result))
        self._processes.add(Process(self._pid, self._shell.born, self._killed))

    async def _wait(self, line: str, shown: Result) -> None:
        """Run the line again until it ends, and show what it prints more than before."""
        while shown.hangs:
            await self._pause()
            result = self._shell.run(line)
            out, err = result.stdout[len(shown.stdout) :], result.stderr[len(shown.stderr) :]
            self._write(Result(out, err))
            shown = result
        self._processes.remove(self._pid)
        self._waiting = None
        self._done(shown)
        self._next_line()

    async def _pause(self) -> None:
        """Until something may have changed: the input just ended, or some time is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._input_ended.wait(), RETRY)
        self._input_ended.clear()

    def _done(self, result: Result) -> None:
        """What follows a line: the end of the session, or another prompt."""
        if self._command is not None or self._shell.ended:
            self._end(Result(status=result.status))
        else:
            self._write(Result(self._prompt))

    def _give_up(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        self._processes.remove(self._pid)
        self._runs.forget(self._pid)

    def _killed(self) -> None:
        """SIGKILL ended the process group: sshd tells which signal it was (RFC 4254, 6.10)."""
        self._give_up()
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.exit_with_signal("KILL")

    def _write(self, result: Result) -> None:
        if self._channel is not None:
            self._channel.write(result.stdout)
            self._channel.write_stderr(result.stderr)

    def _end(self, result: Result) -> None:
        self._write(result)
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.exit(result.status)
