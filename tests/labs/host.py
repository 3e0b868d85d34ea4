"""What every lab with an Open vSwitch dom0 has: the host, its bonds, and the cables to it."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.labs.netns import Namespaces, run
from tests.labs.vswitch import Vswitch
from tests.labs.waiting import wait_for

HOST = "host"
_MEMBER = re.compile(r"member (\S+): (enabled|disabled)\n(  active member\n)?")


class HostLab:
    """A namespace `host` with a private Open vSwitch. Subclasses build the network around it."""

    def __init__(self, folder: Path, *other_namespaces: str) -> None:
        self.namespaces = Namespaces(HOST, *other_namespaces)
        self.vswitch = Vswitch(self.namespaces, HOST, folder / "ovs")
        self._folder = folder
        self._far_ends: dict[str, tuple[str, str]] = {}
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.enter_context(self.namespaces)
            undo.enter_context(self.vswitch)
            self.build(undo)
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._undo.close()

    def build(self, undo: ExitStack) -> None:
        """Build the network; what has to be undone beyond the namespaces goes to `undo`."""

    @property
    def rundir(self) -> Path:
        """Open vSwitch's run directory, what `/var/run/openvswitch` is on a real host."""
        return self.vswitch.rundir

    @property
    def ctl_socket(self) -> Path:
        """The control socket of ovs-vswitchd."""
        return self.vswitch.ctl_socket

    @property
    def env(self) -> dict[str, str]:
        """Variables to add so that a spawned `ovs-appctl` finds this instance."""
        return self.vswitch.env

    def appctl(self, *words: str) -> str:
        """What the real `ovs-appctl` prints. Raises CalledProcessError for a refusal."""
        return self.vswitch.appctl(*words)

    def exec(self, role: str, *argv: str) -> str:
        """Standard output of a command run in a namespace. Raises CalledProcessError."""
        return run(*self.namespaces.argv(role, *argv))

    def wait_for(self, predicate: Callable[[], object], timeout: float = 10.0) -> None:
        """Wait until `predicate` holds. Raises TimeoutError."""
        wait_for(predicate, timeout)

    def cable_nic(self, nic: str, role: str) -> None:
        """Connect a NIC of the host to a port of another namespace."""
        port = f"to-{nic}"
        self.namespaces.cable(HOST, nic, role, port)
        self._far_ends[nic] = (role, port)

    def carrier(self, nic: str, *, up: bool) -> None:
        """Give or take the carrier of a NIC, by the switch's end of its cable."""
        role, port = self._far_ends[nic]
        self.namespaces.ip(role, "link", "set", port, "up" if up else "down")

    def set_active(self, bond: str, member: str) -> str:
        """Make a member the active one; Open vSwitch has done it when this returns."""
        return self.appctl("bond/set-active-member", bond, member)

    def active(self, bond: str) -> str | None:
        """The active member as the text of `bond/show` marks it."""
        marked = [m[1] for m in _MEMBER.finditer(self.appctl("bond/show", bond)) if m[3]]
        return marked[0] if marked else None

    def enabled(self, bond: str) -> dict[str, bool]:
        """Members and whether the text of `bond/show` calls them enabled."""
        return {
            match[1]: match[2] == "enabled"
            for match in _MEMBER.finditer(self.appctl("bond/show", bond))
        }

    def all_enabled(self, bond: str) -> bool:
        """Whether the text of `bond/show` calls every member enabled."""
        return all(self.enabled(bond).values())
