"""An array with ALUA in the machine: LIO, with two controllers of two ports each.

Every LUN has four paths, two to the controller that owns it (active/optimized, priority 50) and two
to the other (active/non-optimized, priority 10). ALUA is implicit: the array alone moves
ownership, as by an administrator's order. Each port is a SCSI host of the machine (tcm_loop), so
each path keeps its address. Facts: Documentation/target and drivers/target of Linux 6.1.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from tests.labs.machine import Machine

Controller = Literal["a", "b"]
Access = Literal["optimized", "non-optimized", "standby", "unavailable", "offline", "transitioning"]
PORTS: dict[Controller, tuple[int, ...]] = {"a": (0, 1), "b": (2, 3)}
"""The ports of each controller."""
PATHS = sum(map(len, PORTS.values()))
_STATES: dict[Access, int] = {
    "optimized": 0,
    "non-optimized": 1,
    "standby": 2,
    "unavailable": 3,
    "offline": 14,
    "transitioning": 15,
}
"""Asymmetric access states of SPC-4, 6.27."""
_TARGET = "/sys/kernel/config/target"
_LUN_BYTES = 32 << 20
_IMPLICIT = 1
_CONFIGURE = Path(__file__).parents[1] / "guest" / "configure.py"


class Array:
    """The array; `add` LUNs to it."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.luns: list[int] = []
        for module in ("configfs", "target_core_mod", "target_core_file", "tcm_loop"):
            machine.modprobe(module)
        machine.shell(
            "mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config"
        )
        self._configure(line for port in range(PATHS) for line in _port(port))

    def add(self, *luns: int) -> None:
        """Make LUNs of 32 MiB, owned by controller `a`, seen through every port.

        udev waits until all are there: else every path makes multipathd load its map anew.
        """
        self._machine.run("udevadm", "control", "--stop-exec-queue")
        for lun in luns:
            self._machine.run("truncate", "-s", str(_LUN_BYTES), _content(lun))
            self._configure((*_storage(lun), *_mapped(lun)))
            self.luns.append(lun)
        self._machine.run("udevadm", "control", "--start-exec-queue")

    def wwid(self, lun: int) -> str:
        """What the host calls the LUN: LIO's NAA name is made of the unit serial."""
        return f"36001405{_serial(lun)[:25]}"

    def move(self, lun: int, owner: Controller) -> None:
        """Make a controller the owner of a LUN."""
        for controller in PORTS:
            self.set_access(
                lun, controller, "optimized" if controller == owner else "non-optimized"
            )

    def set_access(self, lun: int, controller: Controller, access: Access) -> None:
        """Give a controller's ports a state for a LUN; the host learns it by asking."""
        self._configure([f"write {_group(lun, controller)}/alua_access_state {_STATES[access]}"])

    def cut(self, ports: Sequence[int]) -> None:
        """Cut links: every command through these ports fails in transport."""
        self._links(ports, "offline")

    def mend(self, ports: Sequence[int]) -> None:
        """Undo `cut`."""
        self._links(ports, "online")

    def _links(self, ports: Sequence[int], status: str) -> None:
        self._configure(f"write {_loop(port)}/transport_status {status}" for port in ports)

    def _configure(self, lines: Iterable[str]) -> None:
        self._machine.run_script(_CONFIGURE, *lines)


def _serial(lun: int) -> str:
    return f"{lun + 1:02x}" * 16


def _backstore(lun: int) -> str:
    return f"{_TARGET}/core/fileio_{lun}/lun{lun}"


def _group(lun: int, controller: Controller) -> str:
    return f"{_backstore(lun)}/alua/{controller}"


def _loop(port: int) -> str:
    return f"{_TARGET}/loopback/naa.60014050000000{port + 1:02x}/tpgt_1"


def _content(lun: int) -> str:
    return f"/lab/lun{lun}"


def _port(port: int) -> Iterator[str]:
    yield f"mkdir {_loop(port)}"
    yield f"write {_loop(port)}/nexus naa.60014050000001{port + 1:02x}"


def _storage(lun: int) -> Iterator[str]:
    store = _backstore(lun)
    yield f"mkdir {store}"
    yield f"write {store}/control fd_dev_name={_content(lun)},fd_dev_size={_LUN_BYTES}"
    yield f"write {store}/wwn/vpd_unit_serial {_serial(lun)}"
    yield f"write {store}/enable 1"
    # A LUN is in the default group for a moment, in which the host may ask for the first time.
    yield f"write {store}/alua/default_tg_pt_gp/alua_access_type {_IMPLICIT}"
    for number, controller in enumerate(PORTS, 1):
        group = _group(lun, controller)
        yield f"mkdir {group}"
        yield f"write {group}/tg_pt_gp_id {number}"
        yield f"write {group}/alua_access_type {_IMPLICIT}"
        yield f"write {group}/alua_access_state {number - 1}"


def _mapped(lun: int) -> Iterator[str]:
    for controller, ports in PORTS.items():
        for port in ports:
            place = f"{_loop(port)}/lun/lun_{lun}"
            yield f"mkdir {place}"
            yield f"link {_backstore(lun)} {place}/port"
            yield f"write {place}/alua_tg_pt_gp {controller}"
