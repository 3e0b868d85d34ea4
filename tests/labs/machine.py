"""An emulated machine: another Linux kernel, Debian's, over the files of this machine.

The guest's / is this machine's /, read-only below a memory file system, so programs, the checkout
and .venv are at the same paths there, and nothing the guest writes ever leaves it. A file made here
after the machine has started may stay unseen there: give commands what they need on standard
input. It has no network but the devices it is given.
"""

import json
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.labs.machine_qemu import CHANNEL, QEMU, hardware

BOOT_TIMEOUT = 90.0
"""Seconds. Eight to twelve were measured, on two busy cores."""
REPLY_GRACE = 20.0
"""Seconds beyond a command's own timeout until the machine counts as hung."""
WITH_US = ("setpriv", "--pdeathsig", "KILL")
"""The machine ends with the process that started it, also when its agent hears nothing any more."""


class MachineGone(ChildProcessError):
    """The machine ended or answers no more; the text holds the end of its console."""


class Machine:
    """A running machine. What it and QEMU say goes to files in `folder`.

    `devices` are more words of QEMU's command line: network cards, disks. `tools` is a folder with
    more programs, laid over this machine's / there.
    """

    def __init__(
        self, folder: Path, *devices: str, memory_mib: int = 1024, tools: Path | None = None
    ) -> None:
        self.kernel = ""
        self._folder = folder
        self._words = (*hardware(folder, memory_mib, tools), *devices)
        self._undo = ExitStack()
        self._channel: socket.socket | None = None

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            self._start(undo)
            self.kernel = self._reply(BOOT_TIMEOUT)["kernel"]
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._undo.close()

    def call(
        self, *argv: str, stdin: str = "", timeout: float = 60.0
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as root there and return its end, whichever.

        Raises TimeoutExpired when it was killed after `timeout` seconds, MachineGone.
        """
        self._send({"argv": argv, "stdin": stdin, "timeout": timeout})
        answer = self._reply(timeout + REPLY_GRACE)
        if answer["status"] is None:
            raise subprocess.TimeoutExpired(argv, timeout, answer["stdout"], answer["stderr"])
        return subprocess.CompletedProcess(
            argv, answer["status"], answer["stdout"], answer["stderr"]
        )

    def run(self, *argv: str, stdin: str = "", timeout: float = 60.0) -> str:
        """Standard output of a command. Raises CalledProcessError, and what `call` raises."""
        done = self.call(*argv, stdin=stdin, timeout=timeout)
        if done.returncode:
            error = subprocess.CalledProcessError(done.returncode, argv, done.stdout, done.stderr)
            error.add_note(done.stderr.strip())
            raise error
        return done.stdout

    def shell(self, script: str, timeout: float = 60.0) -> str:
        """Run lines of shell up to the first that fails, whose trace is then in the error."""
        return self.run("sh", "-ex", stdin=script, timeout=timeout)

    def run_script(self, path: Path, *words: str, timeout: float = 60.0) -> str:
        """Run a Python program of this side there, standard library only."""
        python = (sys.executable, "-I", "-S", "-")
        return self.run(*python, *words, stdin=path.read_text(), timeout=timeout)

    def modprobe(self, module: str, *parameters: str) -> None:
        """Load a kernel module with what it depends on. Raises CalledProcessError."""
        self.run("modprobe", module, *parameters)

    def _start(self, undo: ExitStack) -> None:
        ours, theirs = socket.socketpair()
        self._channel = undo.enter_context(ours)
        with theirs, (self._folder / "qemu.log").open("wb") as log:
            channel = (*CHANNEL, f"socket,id=agent,fd={theirs.fileno()}")
            process = subprocess.Popen(
                [*WITH_US, shutil.which(QEMU) or QEMU, *self._words, *channel],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs.fileno()],
            )
        undo.callback(_kill, process)
        self._lines = undo.enter_context(ours.makefile("rb"))

    def _send(self, message: dict[str, Any]) -> None:
        assert self._channel is not None, "the machine has not been started"
        try:
            self._channel.sendall(json.dumps(message).encode() + b"\n")
        except OSError as error:
            raise MachineGone(f"the machine takes no command ({error}){self._log()}") from error

    def _reply(self, timeout: float) -> dict[str, Any]:
        assert self._channel is not None, "the machine has not been started"
        self._channel.settimeout(timeout)
        try:
            line = self._lines.readline()
        except OSError as error:
            raise MachineGone(f"no answer within {timeout} s ({error}){self._log()}") from error
        if not line:
            raise MachineGone(f"the machine ended{self._log()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _log(self) -> str:
        names = ("qemu.log", "console.log")
        files = [self._folder / name for name in names if (self._folder / name).exists()]
        return "".join(f"\n{file}:\n{file.read_text(errors='replace')[-3000:]}" for file in files)


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
