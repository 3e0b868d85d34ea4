"""The disk's paths as the host's kernel has them, and the faults of single paths."""

import re

from tests.labs.machine import Machine
from tests.labs.multipath.hardware import WWID

_NUMBER = r"\d+:\d+"
_PATH = re.compile(rf"({_NUMBER}) ([AF]) ")
_ACTIVE = re.compile(rf" A 0 \d+ \d+ ({_NUMBER}) ")
"""The first path of the group that the kernel uses (drivers/md/dm-mpath.c, `multipath_status`)."""
ATTEMPTS = 3
"""A daemon that does not get its lock in time says `timeout` (multipath.conf, uxsock_timeout)."""


def ask(machine: Machine, command: str) -> str:
    """What multipathd answers; asked again where it was busy. Raises CalledProcessError."""
    for _ in range(ATTEMPTS):
        done = machine.call("multipathd", "-k" + command)
        if "timeout" not in done.stdout + done.stderr:
            break
    done.check_returncode()
    return done.stdout


class Paths:
    """What single paths are, told by the kernel, and what can be done to them."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.target: dict[str, int | None] = {"scm1": 0, "scm2": None}
        """The SCSI target that each controller is at, None for one that is pulled."""

    def multipathd(self, command: str) -> str:
        """What the daemon answers. Raises CalledProcessError."""
        return ask(self.machine, command)

    def has_daemon(self) -> bool:
        """Whether multipathd runs."""
        return self.machine.call("pgrep", "-x", "multipathd").returncode == 0

    def start_daemon(self) -> None:
        """Start multipathd where it does not run."""
        if not self.has_daemon():
            self.machine.shell("multipathd")

    def paths(self, wwid: str = WWID) -> int:
        """How many paths the kernel has in a map; 0 where there is no such map."""
        return len(_PATH.findall(self._status(wwid)))

    def usable(self, wwid: str = WWID) -> int:
        """How many of them it has not failed."""
        return sum(state == "A" for _, state in _PATH.findall(self._status(wwid)))

    def serving(self, wwid: str = WWID) -> str | None:
        """The first device of the path group that the kernel uses, such as `sda`."""
        active = _ACTIVE.search(self._status(wwid))
        return self._name(active[1]) if active else None

    def best_group(self) -> int:
        """The number of the path group that SCM1 is in."""
        device = self.device("scm1")
        numbers = [self._name(number) for number, _ in _PATH.findall(self._status(WWID))]
        return numbers.index(device or "") + 1

    def device(self, controller: str) -> str | None:
        """The name, such as `sda`, of the disk as seen through a controller."""
        place = f"/sys/bus/scsi/devices/[01]:0:{self.target[controller]}:0/block"
        return self.machine.call("sh", "-c", f"ls {place}").stdout.strip() or None

    def set_state(self, device: str, state: str) -> None:
        """Set a SCSI device `offline` or `running`, as the kernel and people do."""
        self.machine.run("tee", f"/sys/block/{device}/device/state", stdin=f"{state}\n")

    def fail(self, device: str) -> None:
        """Fail a path in the kernel only, as an I/O error through it would."""
        number = self.machine.run("cat", f"/sys/block/{device}/dev").strip()
        self.machine.run("dmsetup", "message", WWID, "0", f"fail_path {number}")

    def delete(self, device: str) -> None:
        """Let the kernel forget a device; a scan of its SCSI host brings it back."""
        self.machine.run("tee", f"/sys/block/{device}/device/delete", stdin="1")

    def touch(self, wwid: str = WWID) -> None:
        """One read past the cache through a map: an idle map changes its group with the next."""
        source = f"if=/dev/mapper/{wwid}"
        self.machine.run("dd", source, "of=/dev/null", "bs=4096", "count=1", "iflag=direct")

    def _status(self, wwid: str) -> str:
        return self.machine.call("dmsetup", "status", wwid).stdout.replace("\n", " ")

    def _name(self, number: str) -> str:
        return self.machine.run("readlink", f"/sys/dev/block/{number}").strip().rpartition("/")[2]
