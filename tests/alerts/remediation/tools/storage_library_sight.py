"""The ISO library of the small pool, its server dead, with all that xe tells of it."""

from collections.abc import Mapping
from typing import Any

from tests.alerts.remediation.tools.storage_sight import (
    DISC,
    ISOS,
    LOCATION,
    STATE,
    VBD,
    VM,
    A,
    B,
    Storage,
    line,
    pbd,
    printed,
)

SR_LINE = line(
    "sr",
    (
        "uuid",
        "name-label",
        "name-description",
        "type",
        "content-type",
        "shared",
        "is-tools-sr",
        "other-config",
        "sm-config",
    ),
    f"uuid={ISOS.uuid}",
)
PBD_LINE = line("pbd", ("uuid", "host-uuid", "device-config"), f"sr-uuid={ISOS.uuid}")
DISCS_LINE = line("vdi", ("uuid", "name-label", "location"), f"sr-uuid={ISOS.uuid}")
VDI_LINE = line("vdi", ("uuid",), f"sr-uuid={ISOS.uuid}")
POOL_LINE = line("pool", ("uuid", "ha-statefiles"))
VBD_LINE = line("vbd", ("uuid", "vm-uuid", "vm-name-label", "vdi-uuid", "empty"))
VM_LINE = line("vm", ("uuid", "ha-restart-priority", "ha-always-run"))
ELSEWHERE = "77777777-aaaa-bbbb-cccc-000000000001"
UNMOUNTED = "rootfs / rootfs rw 0 0\n"


def sr_text(**facts: str) -> str:
    """xe's record of the library."""
    sound = {
        "uuid": ISOS.uuid,
        "name-label": ISOS.name,
        "name-description": "it's old",
        "type": "iso",
        "content-type": "iso",
        "shared": "true",
        "is-tools-sr": "false",
        "other-config": "auto-scan: true",
        "sm-config": "iso_type: nfs_iso",
    }
    return printed({**sound, **{name.replace("_", "-"): value for name, value in facts.items()}})


def pbd_text(config: str = f"location: {LOCATION}; type: nfs_iso") -> str:
    """xe's records of its PBDs."""
    return printed(
        *(
            {"uuid": pbd(ISOS, host).uuid, "host-uuid": host, "device-config": config}
            for host in (A, B)
        )
    )


def vbd_text(vdi: str = DISC, empty: str = "false") -> str:
    """xe's record of a CD drive, and of a disk elsewhere."""
    drive = {"uuid": VBD, "vm-uuid": VM, "vm-name-label": "web", "vdi-uuid": vdi, "empty": empty}
    disk = {**drive, "uuid": f"{VBD[:-1]}9", "vdi-uuid": ELSEWHERE, "empty": "false"}
    return printed(drive, disk)


def vm_text(priority: str = "", always: str = "false") -> str:
    """xe's record of the VM."""
    return printed({"uuid": VM, "ha-restart-priority": priority, "ha-always-run": always})


def library(**facts: Any) -> Storage:
    """The pool with a library whose server is dead and that nobody uses."""
    asks: Mapping[str, Any] = {
        SR_LINE: sr_text(),
        PBD_LINE: pbd_text(),
        DISCS_LINE: printed({"uuid": DISC, "name-label": "cd.iso", "location": "cd.iso"}),
        VDI_LINE: printed({"uuid": DISC}),
        POOL_LINE: printed({"uuid": STATE.pool.uuid, "ha-statefiles": ELSEWHERE}),
        VBD_LINE: vbd_text("<not in database>", "true"),
        VM_LINE: vm_text(),
    }
    sound: dict[str, Any] = {"answers": {"a": False, "b": False}}
    return Storage(**{**sound, **facts, "asks": {**asks, **facts.get("asks", {})}})
