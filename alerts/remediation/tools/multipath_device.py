"""The SCSI devices below a map: their state in the kernel, and whether they can be read."""

import re

from alerts.remediation.records import Facts, Refusal, Unreadable
from alerts.remediation.sight import Sight

DEVICE = "sd[a-z]{1,4}"
READ_SECONDS = 10.0
"""A read of one block takes milliseconds, and through a sick path for ever."""
_ONE_BLOCK = ("of=/dev/null", "bs=4096", "count=1", "iflag=direct")


def read_argv(device: str) -> tuple[str, ...]:
    """One direct read of one block of `/dev/DEVICE`: it asks the disk, no cache."""
    return ("dd", f"if=/dev/{device}", *_ONE_BLOCK)


def state_file(device: str) -> str:
    """Where the kernel tells the SCSI state of a device, and is told another."""
    return f"/sys/block/{device}/device/state"


async def device_state(host: str, device: str, sight: Sight) -> str:
    """The kernel's word: `running`, `offline`, … Raises Unreadable, and Refusal for no SCSI disk.

    0.4.7 does not print it, and `reinstate path` answers `ok` for an offline device.
    """
    if not re.fullmatch(DEVICE, device):
        raise Refusal("no_device", f"{host}: path {device!r} has no SCSI device: look at the map")
    output = await sight.ask(host, ("cat", state_file(device)))
    state = output.stdout.strip()
    if output.exit_status != 0 or not state:
        raise Unreadable("device_state", f"{host}: {output.stderr.strip() or state_file(device)}")
    return state


async def prove_readable(host: str, device: str, sight: Sight) -> Facts:
    """One read through a path, as evidence. Raises Refusal where it gives an error or hangs."""
    argv = read_argv(device)
    try:
        output = await sight.ask(host, argv, READ_SECONDS)
    except Unreadable as error:
        text = f"{host}: a read through {device} gave no answer: {error.text}"
        raise Refusal("path_does_not_read", text) from error
    if output.exit_status != 0:
        lines = output.stderr.strip().splitlines() or [f"exit status {output.exit_status}"]
        text = f"{host}: a read through {device} failed: {lines[0]}: look at its controller"
        raise Refusal("path_does_not_read", text)
    return {"read": " ".join(argv), "seconds": round(output.seconds, 3)}
