"""Runs commands inside the emulated machine, one at a time, as its first process.

Each line read from the virtio port `agent` is one command as JSON,

    {"argv": ["ip", "link"], "stdin": "", "timeout": 60.0}

and is answered by one line `{"status": 0, "stdout": "…", "stderr": "…"}`. The status is null for
a command killed at its timeout, 127 for one that could not be started, negative for a signal.
The first line written is `{"kernel": "6.1.0-…"}`. When the other side goes away, so does the
machine.
"""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Any

PORTS = Path("/sys/class/virtio-ports")
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C.UTF-8",
}
NOT_STARTED = 127
"""What a shell returns for a command it cannot start."""


def main() -> None:
    """Serve in a child process; the first process of a system has to reap everybody's."""
    serving = os.fork()
    if serving == 0:
        serve()
    while os.wait()[0] != serving:
        pass
    Path("/proc/sysrq-trigger").write_text("b")


def serve() -> None:
    """Answer commands until the other side closes the port."""
    subprocess.run(["ip", "link", "set", "lo", "up"], env=ENVIRONMENT, check=True)
    port = os.open(port_named("agent"), os.O_RDWR)
    answer(port, {"kernel": os.uname().release})
    with os.fdopen(port, "rb", closefd=False) as lines:
        for line in lines:
            answer(port, perform(**json.loads(line)))
    os._exit(0)


def port_named(name: str) -> str:
    """The device of a virtio port, without udev's help."""
    for port in PORTS.iterdir():
        if (port / "name").read_text().strip() == name:
            return f"/dev/{port.name}"
    raise FileNotFoundError(f"no virtio port named {name}")


def answer(port: int, message: dict[str, Any]) -> None:
    """Write one line; the kernel takes at most 32 KiB at once."""
    unsent = json.dumps(message).encode() + b"\n"
    while unsent:
        unsent = unsent[os.write(port, unsent) :]


def perform(argv: list[str], stdin: str, timeout: float) -> dict[str, Any]:
    """Run one command. Files take its output, so what it leaves behind holds nobody up."""
    file = tempfile.TemporaryFile
    with file() as given, file() as out, file() as err:
        given.write(stdin.encode())
        given.seek(0)
        status = run(argv, given, out, err, timeout)
        return {"status": status, "stdout": text(out), "stderr": text(err)}


def run(
    argv: list[str], stdin: IO[bytes], out: IO[bytes], err: IO[bytes], timeout: float
) -> int | None:
    """Exit status of a command, None where it had to be killed with its process group."""
    try:
        process = subprocess.Popen(
            argv, stdin=stdin, stdout=out, stderr=err, env=ENVIRONMENT, start_new_session=True
        )
    except OSError as error:
        err.write(f"{error}\n".encode())
        return NOT_STARTED
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.wait(timeout)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return None


def text(written: IO[bytes]) -> str:
    """Everything in a file, as text."""
    written.seek(0)
    return written.read().decode(errors="replace")


if __name__ == "__main__":
    main()
