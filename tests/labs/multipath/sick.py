"""A map whose paths answer no command at all until the kernel gives each up: Linux's scsi_debug.

Two SCSI hosts show the same disk, at numbers far from the controllers'. While sick, every command
through either is lost, so each waits out its time: this is what makes `multipath -ll` block.
"""

from tests.labs.machine import Machine

WWID = "333333330000007d0"
"""What scsi_debug's first disk is called, through every host (`vpd_use_hostno=0`)."""
_PARAMETERS = "/sys/bus/pseudo/drivers/scsi_debug"
_IGNORE, _EVERY = 4, -1
"""SDEBUG_OPT_TIMEOUT of drivers/scsi/scsi_debug.c, for every command from the first on."""


class SickMap:
    """The map `WWID` of two paths, healthy at first."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        machine.modprobe("scsi_debug", "add_host=2", "vpd_use_hostno=0", "dev_size_mb=16")

    def fall_sick(self) -> None:
        """From now on nothing is answered."""
        self._set(_IGNORE, _EVERY)

    def recover(self) -> None:
        """Everything is answered again; what is under way waits its time out."""
        self._set(0, 0)

    def _set(self, options: int, every: int) -> None:
        self._machine.shell(
            f"echo {options} > {_PARAMETERS}/opts\necho {every} > {_PARAMETERS}/every_nth"
        )
