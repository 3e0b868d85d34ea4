"""Network namespaces of one lab, under names of its own, removed with whatever runs in them.

A lab holds a lock on its marker file for as long as it lives. A marker nobody locks belongs to
a run that crashed: the next lab removes what it left.
"""

import fcntl
import os
import re
import shutil
import signal
import string
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

MARKERS = Path("/run/xenlens-labs")
"""Only root can write here, so a marker is never someone else's wish to see something deleted."""
_PREFIX = re.compile(r"xl[0-9]+[a-z]$")


class Namespaces:
    """Namespaces made by one lab: `host` is `xl<pid>a-host` to the kernel."""

    def __init__(self, *roles: str) -> None:
        self.roles = roles
        self.prefix = ""
        self._marker: IO[str] | None = None

    def __enter__(self) -> Self:
        with _one_at_a_time():
            _sweep()
            self._claim()
        try:
            for role in self.roles:
                run("ip", "netns", "add", self.name(role))
                self.ip(role, "link", "set", "lo", "up")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def name(self, role: str) -> str:
        """What the kernel calls the namespace of this role."""
        if role not in self.roles:
            raise KeyError(f"no namespace {role!r}, there are {', '.join(self.roles)}")
        return f"{self.prefix}-{role}"

    def ip(self, role: str, *words: str) -> str:
        """`ip` inside a namespace. Raises CalledProcessError."""
        return run("ip", "-n", self.name(role), *words)

    def argv(self, role: str, *argv: str) -> list[str]:
        """The command line that runs `argv` in a namespace; `ip` replaces itself by `argv`."""
        ip = shutil.which("ip", path=environment()["PATH"]) or "ip"
        return [ip, "netns", "exec", self.name(role), *argv]

    def cable(self, role: str, port: str, other_role: str, other_port: str) -> None:
        """A network cable (veth pair) between two namespaces, both ends up."""
        near, far = self.name(role), self.name(other_role)
        run(*f"ip link add {port} netns {near} type veth".split(), "peer", other_port, "netns", far)
        self.ip(role, "link", "set", port, "up")
        self.ip(other_role, "link", "set", other_port, "up")

    def bridge(self, role: str, *ports: str) -> None:
        """A Linux bridge `br0` over ports of a namespace: a dumb switch."""
        self.ip(role, "link", "add", "br0", "type", "bridge")
        self.ip(role, "link", "set", "br0", "up")
        for port in ports:
            self.ip(role, "link", "set", port, "master", "br0")

    def close(self) -> None:
        """Kill what still runs in the namespaces, then remove them and the marker."""
        if self._marker is not None:
            with _one_at_a_time():
                _remove(self.prefix)
            self._marker.close()
            self._marker = None

    def _claim(self) -> None:
        taken = {marker.name for marker in MARKERS.iterdir()}
        wanted = (f"xl{os.getpid()}{letter}" for letter in string.ascii_lowercase)
        self.prefix = next(prefix for prefix in wanted if prefix not in taken)
        self._marker = (MARKERS / self.prefix).open("w")
        fcntl.flock(self._marker, fcntl.LOCK_EX)


def environment(**more: str) -> dict[str, str]:
    """Our environment with sbin in PATH, which a login that became root may lack."""
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"
    return {**os.environ, "PATH": path, "LC_ALL": "C", **more}


def run(*argv: str, **more: str) -> str:
    """Standard output of a command, with more environment. Raises CalledProcessError."""
    env = environment(**more)
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30, env=env)
    if done.returncode:
        error = subprocess.CalledProcessError(done.returncode, argv, done.stdout, done.stderr)
        error.add_note(done.stderr.strip())
        raise error
    return done.stdout


def namespaces_of(prefix: str) -> list[str]:
    """Existing namespaces of one lab."""
    names = [line.split()[0] for line in run("ip", "netns", "list").splitlines() if line]
    return [name for name in names if name.startswith(f"{prefix}-")]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    MARKERS.mkdir(mode=0o700, exist_ok=True)
    folder = os.open(MARKERS, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _sweep() -> None:
    """Remove what crashed labs left; a lab that lives holds its lock."""
    for marker in MARKERS.iterdir():
        with marker.open() as opened, suppress(BlockingIOError):
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _PREFIX.match(marker.name):
                _remove(marker.name)


def _remove(prefix: str) -> None:
    for name in namespaces_of(prefix):
        for pid in run("ip", "netns", "pids", name).split():
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        run("ip", "netns", "del", name)
    (MARKERS / prefix).unlink(missing_ok=True)
