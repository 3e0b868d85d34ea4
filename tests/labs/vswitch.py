"""A private Open vSwitch: its own ovsdb-server and ovs-vswitchd, database, sockets and logs.

Measured with Debian 12's Open vSwitch 3.1.0:

- `ovs-appctl`, `ovs-vsctl` and both daemons follow OVS_RUNDIR; unix sockets are not bound to a
  network namespace, so a client in any namespace finds the instance.
- Files in the run directory: `ovs-vswitchd.pid` (decimal and a newline),
  `ovs-vswitchd.<pid>.ctl`, `db.sock`, `<bridge>.mgmt`, `<bridge>.snoop`, and the same pair of
  pid and ctl for ovsdb-server. All sockets are mode 0750.
- The control socket takes JSON-RPC with or without a newline at the end and answers without
  one: `{"id":0,"result":"…","error":null}`. A refusal has no `result` at all:
  `{"id":2,"error":"no such bond\\n"}`. What is not JSON-RPC closes the connection unanswered.
- One connection serves any number of requests (2000 `bond/show` in a row, 0.15 ms each), also
  when several are sent at once.
- `lacp/show` without a LACP bond is an empty result, `lacp/show bond0` of a bond without LACP
  the error `no such lacp object`.
"""

import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.labs.netns import Namespaces, environment, run
from tests.labs.waiting import wait_for

SCHEMA = Path("/usr/share/openvswitch/vswitch.ovsschema")
START_TIMEOUT = 20.0
STOP_TIMEOUT = 5.0


class Vswitch:
    """One instance in the namespace of `role`; every file it makes is in `folder`."""

    def __init__(self, namespaces: Namespaces, role: str, folder: Path) -> None:
        self.rundir = folder.absolute()
        self._namespaces = namespaces
        self._role = role
        self._stop = ExitStack()
        self._vswitchd: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.rundir.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:
            self._start(undo)
            self._stop = undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._stop.close()

    @property
    def env(self) -> dict[str, str]:
        """The variables that lead Open vSwitch's tools to this instance."""
        names = ("OVS_RUNDIR", "OVS_DBDIR", "OVS_SYSCONFDIR", "OVS_LOGDIR")
        return dict.fromkeys(names, str(self.rundir))

    @property
    def pid(self) -> int:
        """Process id of ovs-vswitchd, from its pidfile."""
        return int((self.rundir / "ovs-vswitchd.pid").read_text())

    @property
    def ctl_socket(self) -> Path:
        """The control socket of ovs-vswitchd."""
        return self.rundir / f"ovs-vswitchd.{self.pid}.ctl"

    def appctl(self, *words: str) -> str:
        """What the real `ovs-appctl` prints. Raises CalledProcessError for a refusal."""
        return run("ovs-appctl", *words, **self.env)

    def vsctl(self, *words: str) -> str:
        """Run `ovs-vsctl`, which returns once ovs-vswitchd has done it."""
        return run("ovs-vsctl", "--timeout=20", *words, **self.env)

    def _start(self, undo: ExitStack) -> None:
        database = self.rundir / "conf.db"
        run("ovsdb-tool", "create", str(database), str(SCHEMA))
        db_socket = self.rundir / "db.sock"
        server = self._spawn(undo, "ovsdb-server", f"--remote=punix:{db_socket}", str(database))
        wait_for(lambda: _answers(db_socket, server), START_TIMEOUT, "ovsdb-server's start")
        self._start_vswitchd(undo)

    def restart_vswitchd(self) -> None:
        """End ovs-vswitchd and start another one: new process id, new control socket."""
        assert self._vswitchd is not None
        _end(self._vswitchd)
        self._start_vswitchd(self._stop)

    def _start_vswitchd(self, undo: ExitStack) -> None:
        database = f"unix:{self.rundir / 'db.sock'}"
        self._vswitchd = self._spawn(undo, "ovs-vswitchd", database, "--disable-system")
        # ovs-vsctl waits for ovs-vswitchd only where it changed something.
        self.vsctl("set", "Open_vSwitch", ".", f"external_ids:started={self._vswitchd.pid}")

    def _spawn(self, undo: ExitStack, program: str, *words: str) -> subprocess.Popen[bytes]:
        """Start a daemon in the foreground, so that it is our child and is reaped."""
        daemon = (program, "--pidfile", "--log-file", "-vconsole:off", "--no-chdir", *words)
        process = subprocess.Popen(
            self._namespaces.argv(self._role, *daemon),
            env=environment(**self.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        undo.callback(_end, process)
        return process


def _answers(path: Path, server: subprocess.Popen[bytes]) -> bool:
    if server.poll() is not None:
        raise ChildProcessError(f"{server.args!r} exited with {server.returncode}")
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
