"""Asking a host for its maps: the kernel by dmsetup, multipathd by its socket, names by sysfs."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collectors.dmsetup import STATUS, KernelMap, parse_status
from collectors.host import NOT_FOUND, Host, HostError, Output, Unreachable, loop_time
from collectors.multipath_records import Group, Map, Path
from collectors.multipath_text import parse_listing
from collectors.multipathd import RAW_PATHS, TOPOLOGY, RawPath, ask, parse_raw_paths, refusal
from collectors.parsing import ParseError, ToolError

KERNEL_SECONDS = 3.0
DAEMON_SECONDS = 1.0
"""multipathd is waited for no longer: while it is busy with a failure, the kernel still tells."""

Number = tuple[int, int]
_LINK = re.compile(r"/sys/dev/block/(\d+):(\d+)\W.*?(\d+:\d+:\d+:\d+)/block/([^\s/'`\"]+)")
"""`stat -c %N`: a link and its end, in quotes of any sort."""


class Unreadable(HostError):
    """A tool answered, and not with what it was asked for."""

    reason = "unparsable"


async def kernel_maps(host: Host, seconds: float = KERNEL_SECONDS) -> tuple[KernelMap, ...]:
    """The kernel's maps. Raises HostError."""
    output = await host.run(STATUS, deadline=loop_time() + seconds)
    try:
        return parse_status(answer_of(output)).records
    except (ParseError, ToolError) as error:
        raise Unreadable(f"dmsetup status: {error}", output) from error


def answer_of(output: Output) -> str:
    """What a command printed. Raises Unreadable where it failed, with its own last words."""
    if output.exit_status == 0:
        return output.stdout
    said = (output.stderr or output.stdout).strip().splitlines() or ["it said nothing"]
    raise Unreadable(f"{output.command}: {said[-1]}", output)


@dataclass(slots=True)
class DaemonPaths:
    """multipathd's list of paths, in the best form that it knows; that is found out once."""

    host: Host
    by_topology: bool = False
    """Before 0.6.0 it knows no raw format; its topology lacks paths that are in no map."""

    async def read(self) -> tuple[RawPath, ...] | None:
        """Its paths; None where it is away, late or refuses. Raises Unreachable."""
        deadline = loop_time() + DAEMON_SECONDS
        try:
            if not self.by_topology:
                return _raw(await self.host.run(ask(*RAW_PATHS), deadline=deadline))
            return _topology(await self.host.run(ask(*TOPOLOGY), deadline=deadline))
        except Unreachable:
            raise
        except ToolError as error:
            self.by_topology |= error.kind == "not-understood"
        except (HostError, ParseError):
            return None
        return None


def _raw(output: Output) -> tuple[RawPath, ...] | None:
    return parse_raw_paths(_said(output)).records or None


def _topology(output: Output) -> tuple[RawPath, ...] | None:
    """The paths of its maps; a group's priority is that of its paths."""
    maps = parse_listing(_said(output)).records
    rows = (_row(path, group, one) for one in maps for group in one.groups for path in group.paths)
    return tuple(rows) or None


def _row(path: Path, group: Group, one: Map) -> RawPath:
    return RawPath(
        path.hctl,
        path.device,
        path.major,
        path.minor,
        path.dm_state,
        path.checker_state,
        path.device_state,
        group.priority,
        one.wwid,
        one.alias or one.wwid,
    )


def _said(output: Output) -> str:
    """Raises ToolError for a refusal, whatever its exit status; an empty answer is none."""
    if output.exit_status == NOT_FOUND:
        raise ToolError("bad-command", "no multipathd on this host")
    error = refusal(output)
    if error is not None:
        raise error
    return output.stdout


async def names_in_sysfs(host: Host, numbers: Sequence[Number]) -> Mapping[Number, str]:
    """Device and address of SCSI disks by number, as the kernel has them; gone ones are left out.

    Raises HostError.
    """
    if not numbers:
        return {}
    links = (f"/sys/dev/block/{major}:{minor}" for major, minor in numbers)
    output = await host.run(("stat", "-c", "%N", *links), deadline=loop_time() + KERNEL_SECONDS)
    found = map(_LINK.search, output.stdout.splitlines())
    return {(int(m[1]), int(m[2])): f"{m[4]} {m[3]}" for m in found if m}


async def both(
    host: Host, daemon: DaemonPaths
) -> tuple[tuple[KernelMap, ...], tuple[RawPath, ...] | None]:
    """What the kernel and multipathd say at one time. Raises HostError."""
    kernel, paths = await asyncio.gather(kernel_maps(host), daemon.read(), return_exceptions=True)
    if isinstance(kernel, BaseException):
        raise kernel
    if isinstance(paths, BaseException):
        raise paths
    return kernel, paths
