"""`make lab-multipath`: the lab for a person, with a prompt for its faults."""

import cmd
import subprocess
import tempfile
from pathlib import Path

from exporter.hosts.settings import Ssh
from tests.labs.multipath.array import Array
from tests.labs.multipath.failover import HOST, configuration
from tests.labs.multipath.hardware import CONTROLLERS
from tests.labs.multipath.lab import MultipathLab

_INTRO = """
A host with one disk behind the storage controllers scm1 (preferred) and scm2 is up.
In another terminal, look at it with

  {ssh} multipath -ll

and record a failover test with

  .venv/bin/xenlens drill multipath {host} --config {config}

Here: pull scm2, push scm2, offline sda, running sda, fail sda, array 8, heal, shell, quit.
"""


class Prompt(cmd.Cmd):
    """One command per fault."""

    prompt = "lab> "

    def __init__(self, lab: MultipathLab, ssh: list[str]) -> None:
        super().__init__()
        self._lab = lab
        self._ssh = ssh

    def do_pull(self, controller: str) -> None:
        """pull scm1|scm2: pull a storage controller out."""
        if self._known(controller) and self._lab.target[controller] is not None:
            self._lab.pull(controller)

    def do_push(self, controller: str) -> None:
        """push scm1|scm2: push it back in; the disk then has another address."""
        if self._known(controller) and self._lab.target[controller] is None:
            self._lab.push(controller)

    def do_offline(self, device: str) -> None:
        """offline sda: set a path's SCSI device offline."""
        self._tried(("tee", f"/sys/block/{device}/device/state"), "offline\n")

    def do_running(self, device: str) -> None:
        """running sda: undo offline."""
        self._tried(("tee", f"/sys/block/{device}/device/state"), "running\n")

    def do_fail(self, device: str) -> None:
        """fail sda: let multipathd fail a path, which then stays so until it is reinstated."""
        self._tried(("multipathd", f"-kfail path {device}"))

    def do_array(self, luns: str) -> None:
        """array 8: add an ALUA array with so many LUNs of four paths each."""
        Array(self._lab.machine).add(*range(int(luns or 1)))

    def do_heal(self, _: str) -> None:
        """heal: both controllers in, both paths ready, scm1 serving."""
        self._lab.heal()

    def do_shell(self, _: str) -> None:
        """shell: a shell on the host, by SSH."""
        subprocess.run(self._ssh, check=False)

    def do_quit(self, _: str) -> bool:
        """quit: end the machine."""
        return True

    do_EOF = do_quit

    def _known(self, controller: str) -> bool:
        if controller not in CONTROLLERS:
            print(f"there are {' and '.join(CONTROLLERS)}")
        return controller in CONTROLLERS

    def _tried(self, argv: tuple[str, ...], stdin: str = "") -> None:
        done = self._lab.machine.call(*argv, stdin=stdin)
        print((done.stdout + done.stderr).strip())


def main() -> None:
    """Boot the machine, say how to reach it, and obey until the person is done."""
    with tempfile.TemporaryDirectory(prefix="xenlens-lab-") as made:
        folder = Path(made)
        print("booting the machine: 15 to 30 seconds", flush=True)
        with MultipathLab(folder) as lab:
            config = folder / "xenlens.yml"
            config.write_text(configuration(lab))
            ssh = _ssh(lab.settings())
            print(_INTRO.format(ssh=" ".join(ssh), host=HOST, config=config))
            Prompt(lab, ssh).cmdloop()


def _ssh(to: Ssh) -> list[str]:
    known = f"UserKnownHostsFile={to.known_hosts}"
    return ["ssh", "-p", str(to.port), "-i", str(to.key), "-o", known, f"root@{to.address}"]


if __name__ == "__main__":
    main()
