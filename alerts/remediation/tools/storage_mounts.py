"""Where SRs are mounted, by /proc/mounts: `df`, `stat` and `ls` hang on a dead server's mount."""

from collections.abc import Mapping

from alerts.remediation.records import Refusal, Unreadable
from alerts.remediation.sight import Sight
from collectors.backends_servers import MOUNT_BASES
from collectors.parsing import ParseError
from collectors.proc_mounts import PROC_MOUNTS, Mount, parse_proc_mounts
from collectors.xapi.records import Pbd

_TYPES = frozenset({"cifs", "nfs", "nfs4", "smb3"})


async def mount_of(sight: Sight, host: str, sr: str) -> Mount | None:
    """What is mounted on a host at the place of an SR (its uuid). Raises Unreadable."""
    output = await sight.ask(host, PROC_MOUNTS)
    try:
        if output.exit_status != 0:
            raise Unreadable("mounts", f"{host}: {' '.join(PROC_MOUNTS)}: {output.stderr.strip()}")
        mounts: Mapping[str, Mount] = parse_proc_mounts(output.stdout)
    except ParseError as error:
        raise Unreadable("mounts", f"{host}: /proc/mounts: {error}") from None
    return next((mounts[p] for base in MOUNT_BASES if (p := f"{base}/{sr}") in mounts), None)


def check_mount(host: str, mount: Mount, pbd: Pbd) -> None:
    """That a mount is the one SM made of a PBD's location. Raises Refusal `other_mount`."""
    location = pbd.device_config.get("location", "")
    if mount.type not in _TYPES or _place(mount.device) != _place(location):
        text = (
            f"{host}: {mount.device} ({mount.type}) is mounted at {mount.point} where {location} "
            "should be: find out who did that"
        )
        raise Refusal("other_mount", text)


def _place(location: str) -> str:
    return location.replace("\\", "/").rstrip("/")
