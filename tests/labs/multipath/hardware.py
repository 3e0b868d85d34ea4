"""QEMU's words for the host's controllers: two, over one disk, each at its own SCSI target.

As on an Intel Modular Server, whose storage controller modules (SCM) are targets of one another's
number, and get a new one each time they are pushed back in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTROLLERS = ("scm1", "scm2")
DISK_BYTES = 100 << 30
"""Of the file, which is sparse."""
WWN = 0x5001E671D1225300
WWID = f"3{WWN:016x}"
"""As scsi_id gives it: 3 for an NAA name (udev's scsi_id, page 0x83)."""
GUEST = "10.0.2.15"
_DISK = {"vendor": "Intel", "product": "Multi-Flex", "ver": "0308", "serial": "SCM-VD-1"}


@dataclass(frozen=True, slots=True)
class Files:
    """Where the machine keeps its disk, its control socket and its console."""

    folder: Path

    @property
    def disk(self) -> Path:
        """The disk's content, as raw as it is."""
        return self.folder / "disk.raw"

    @property
    def control(self) -> Path:
        """QEMU's control socket."""
        return self.folder / "qmp.sock"


def devices(files: Files, ssh_port: int) -> Iterator[str]:
    """The words for the network and the first controller; the second is pushed in later.

    So the disk is sda through SCM1 and sdb through SCM2, which Linux's asynchronous probing of both
    would leave to chance.
    """
    yield from ("-smp", "2", "-qmp", f"unix:{files.control},server=on,wait=off")
    yield from ("-netdev", f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{ssh_port}-{GUEST}:22")
    yield from ("-device", "virtio-net-pci,netdev=net,romfile=")
    for name in CONTROLLERS:
        yield from ("-blockdev", f"driver=file,node-name={name},filename={files.disk},locking=off")
    yield from ("-device", _words(controller(CONTROLLERS[0])))
    yield from ("-device", _words(disk(CONTROLLERS[0], 0)))


def controller(name: str) -> dict[str, Any]:
    """A controller, as `device_add` takes it."""
    return {"driver": "virtio-scsi-pci", "id": name}


def disk(name: str, target: int) -> dict[str, Any]:
    """The disk as seen through a controller."""
    place = {"bus": f"{name}.0", "channel": 0, "scsi-id": target, "lun": 0}
    shown = {"id": f"{name}-disk", "drive": name, "share-rw": True, "wwn": WWN, **_DISK}
    return {"driver": "scsi-hd", **place, **shown}


def _words(device: dict[str, Any]) -> str:
    said = {name: "on" if value is True else value for name, value in device.items()}
    return said.pop("driver") + "".join(f",{name}={value}" for name, value in said.items())
