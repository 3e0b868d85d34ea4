"""QEMU's command line for the emulated machine, over what `.ci/machine` prepares.

QEMU emulates every instruction (TCG): /dev/kvm is not there on every runner, and where it was
tried it opened and the kernel then hung before its first line.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

QEMU = "qemu-system-x86_64"
CHECKOUT = Path(__file__).parents[2]
CHANNEL = (
    *("-device", "virtio-serial-pci"),
    *("-device", "virtserialport,chardev=agent,name=agent"),
    "-chardev",
)
"""Words before that of the socket that leads to the agent."""
_SHARED = "local,security_model=none,readonly=on,multidevs=remap"
_AGENT = Path(__file__).parent / "guest" / "agent.py"


def prepared() -> Path:
    """Where `.ci/machine` puts the kernel, its modules and the initramfs."""
    return Path(os.environ.get("XENLENS_MACHINE") or CHECKOUT / ".cache" / "machine").absolute()


def hardware(folder: Path, memory_mib: int, tools: Path | None = None) -> Iterable[str]:
    """A machine whose console goes to a file in `folder` and whose / is ours, below `tools`."""
    machine = prepared()
    return (
        *("-nodefaults", "-display", "none", "-no-reboot", "-accel", "tcg"),
        *("-m", str(memory_mib), "-serial", f"file:{folder / 'console.log'}"),
        *("-kernel", str(machine / "kernel"), "-initrd", str(machine / "initramfs")),
        *("-append", f"console=ttyS0 panic=-1 quiet {_environment_of_init(machine, tools)}"),
        *("-virtfs", f"{_SHARED},path=/,mount_tag=root"),
        *(("-virtfs", f"{_SHARED},path={tools},mount_tag=tools") if tools else ()),
    )


def _environment_of_init(machine: Path, tools: Path | None) -> str:
    """Words for the kernel, which hands to its first program what it does not know itself."""
    (modules,) = (machine / "lib" / "modules").iterdir()
    names: dict[str, object] = {
        "XENLENS_MODULES": modules,
        "XENLENS_PYTHON": sys.executable,
        "XENLENS_AGENT": _AGENT,
    }
    if tools is not None:
        names["XENLENS_TOOLS"] = "shared"
    return " ".join(f'{name}="{value}"' for name, value in names.items())
