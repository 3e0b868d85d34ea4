"""A dom0 with a disk behind two controllers, which can be pulled, and an SSH server.

    with MultipathLab(folder) as lab:
        lab.pull("scm2")

Everything in it is real: the kernel's device-mapper, multipath-tools 0.9.4, udev, the SCSI layer.
What is emulated is the hardware. The machine ends with the process that started it, however that
ends: its agent loses its line.
"""

import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncssh

from exporter.hosts.settings import Ssh
from tests.labs.machine import Machine
from tests.labs.machine_qemu import CHECKOUT
from tests.labs.multipath import hardware, setup
from tests.labs.multipath.hardware import CONTROLLERS, DISK_BYTES, WWID, Files
from tests.labs.multipath.paths import Paths
from tests.labs.multipath.qmp import Qmp
from tests.labs.multipath.waiting import wait_for
from tests.labs.ports import free_port

SETTLED = 60.0
"""Seconds for a map to be what it should be."""


def prepared() -> Path:
    """Where `.ci/multipath` unpacks the tools."""
    folder = os.environ.get("XENLENS_MULTIPATH") or CHECKOUT / ".cache" / "multipath"
    return Path(folder).absolute()


class MultipathLab(Paths):
    """The map `WWID` of two paths: sda by SCM1 at priority 50, sdb by SCM2 at 1."""

    def __init__(self, folder: Path, failback: str = "manual") -> None:
        self.files = Files(folder)
        self.port = free_port()
        self._next = {"scm1": 2, "scm2": 1}
        self._failback = failback
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._undo = ExitStack()
        words = hardware.devices(self.files, self.port)
        super().__init__(Machine(folder, *words, tools=prepared() / "root"))

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            with self.files.disk.open("wb") as content:
                content.truncate(DISK_BYTES)
            undo.enter_context(self.machine)
            self.control = undo.enter_context(Qmp(self.files.control))
            self._set_up()
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._undo.close()

    def _set_up(self) -> None:
        server = setup.ssh_server(*self._keys())
        self.machine.shell(setup.MODULES + setup.NETWORK + server)
        self.configure(self._failback)
        self.machine.shell(setup.DAEMONS)
        self.push("scm2")
        wait_for(lambda: self.paths() == len(CONTROLLERS), SETTLED, "a map of two paths")

    def _keys(self) -> tuple[str, str]:
        """The key that is let in, and the server's own."""
        folder, server = self.files.folder, asyncssh.generate_private_key("ssh-ed25519")
        self._key.write_private_key(str(folder / "key"))
        (folder / "key").chmod(0o600)
        known = f"[127.0.0.1]:{self.port} {server.export_public_key().decode()}"
        (folder / "known_hosts").write_text(known)
        return self._key.export_public_key().decode(), server.export_private_key().decode()

    def settings(self) -> Ssh:
        """How xenlens reaches the host."""
        known = self.files.folder / "known_hosts"
        return Ssh("127.0.0.1", self.port, key=self.files.folder / "key", known_hosts=known)

    def configure(self, failback: str = "manual", extra: str = "", polling: int = 1) -> None:
        """Write multipath.conf; the daemon reads it at its start, or by `reconfigure`."""
        text = setup.configuration(failback, extra, polling)
        self.machine.run("tee", "/etc/multipath.conf", stdin=text)

    def pull(self, controller: str) -> None:
        """Pull a controller out, as a hand would; returns when the host has let go of it."""
        self.control.execute("device_del", id=controller)
        self.control.wait_for("DEVICE_DELETED", device=controller)
        self.target[controller] = None

    def push(self, controller: str) -> None:
        """Push a controller back in: at the next target of its own, as an array's would be."""
        target = self._next[controller]
        self._next[controller] += len(CONTROLLERS)
        self.control.execute("device_add", **hardware.controller(controller))
        self.control.execute("device_add", **hardware.disk(controller, target))
        self.target[controller] = target

    def _found(self, controller: str) -> str | None:
        """The device behind a controller; one that was deleted is scanned for."""
        device = self.device(controller)
        if device is None:
            address = f"0 {self.target[controller]} 0"
            scans = "/sys/class/scsi_host/host[01]/scan"
            self.machine.call("sh", "-c", f"echo {address} | tee {scans}")
        return device

    def heal(self) -> None:
        """The daemon runs, both controllers are in, both paths ready, the preferred one serves."""
        self.start_daemon()
        for controller, target in self.target.items():
            if target is None:
                self.push(controller)
        wait_for(self._settled, SETTLED, "the best group active")

    def _settled(self) -> bool:
        devices = [self._found(controller) for controller in CONTROLLERS]
        for device in filter(None, devices):
            self.set_state(device, "running")
            # A new or deleted device is one that the daemon does not know yet.
            self.machine.call("multipathd", f"-kreinstate path {device}")
            if self.paths() != len(CONTROLLERS):
                self.machine.call("multipathd", f"-kadd path {device}")
        if None in devices or self.paths() != len(CONTROLLERS):
            return False
        if self.serving() != devices[0]:
            # Refused while the daemon does not know the map yet; then asked again.
            switch = f"-kswitchgroup map {WWID} group {self.best_group()}"
            if self.machine.call("multipathd", switch).returncode == 0:
                self.touch()
        return self.serving() == devices[0] and self.usable() == len(CONTROLLERS)
