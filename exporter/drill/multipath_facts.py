"""What stands fixed about a map while a drill runs: versions and settings, cheaply asked."""

import asyncio
import re
from collections.abc import Iterator

from collectors.host import Host, HostError, Output, Unreachable, loop_time
from collectors.multipathd import ask, refusal
from exporter.drill.multipath_find import Found

SECONDS = 5.0
KERNEL = ("uname", "-r")
PACKAGES = (
    ("rpm", "-q", "device-mapper-multipath"),
    ("dpkg-query", "-W", "multipath-tools"),
)
"""multipath itself is not asked for its version: an old one may take that for `make the maps`."""
FAILBACK = ("show", "maps", "raw", "format", "%w|%F")
"""0.6.0 and later (libmultipath/print.c, `mpd[]`)."""
_VERSION = re.compile(r"(?:device-mapper-multipath-|multipath-tools\s+)(\d\S*)")
_DAEMON = {"-": "manual, or deferred"}
"""What multipathd prints for both while no failback is pending (`snprint_failback`)."""

Fact = tuple[str, str]


async def facts_of(host: Host, found: Found) -> tuple[Fact, ...]:
    """Name and value of what the host tells; the rest is left out. Raises Unreachable."""
    commands = (KERNEL, ("dmsetup", "table", found.name), ask(*FAILBACK), *PACKAGES)
    answers = await asyncio.gather(*(_answer(host, argv) for argv in commands))
    kernel, table, failback, *packages = answers
    return (
        ("map", f"{found.wwid}, {found.path}, {found.device}"),
        *(("kernel", kernel.strip()) for _ in [0] if kernel.strip()),
        *(("multipath-tools", match[1]) for text in packages if (match := _VERSION.match(text))),
        *settings_of(table),
        *failback_of(failback, found.wwid),
    )


async def _answer(host: Host, argv: tuple[str, ...]) -> str:
    """What a command printed; nothing where it failed, refused or was late."""
    try:
        output = await host.run(argv, deadline=loop_time() + SECONDS)
    except Unreachable:
        raise
    except HostError:
        return ""
    return "" if _failed(output) else output.stdout


def _failed(output: Output) -> bool:
    return bool(output.exit_status) or refusal(output) is not None


def settings_of(table: str) -> Iterator[Fact]:
    """Features and hardware handler of `dmsetup table`: each a count and so many words.

    The kernel's own (drivers/md/dm-mpath.c, `multipath_status`), whatever multipathd was told.
    """
    words = table.split()[2:]
    if words[:1] != ["multipath"]:
        return
    rest = words[1:]
    for name in ("features", "hardware handler"):
        if not rest or not rest[0].isdecimal():
            return
        count = int(rest[0])
        yield name, " ".join(rest[1 : count + 1]) or "none"
        rest = rest[count + 1 :]


def failback_of(text: str, wwid: str) -> Iterator[Fact]:
    """When multipathd goes back to the best group."""
    for line in text.splitlines():
        name, mark, value = (part.strip() for part in line.partition("|"))
        if mark and name == wwid and value:
            yield "failback", _DAEMON.get(value, value)
