"""Level `probe`: xenlens's own programs that send packets or read disks, and what drills ask."""

from collections.abc import Iterator

from collectors.disk_commands import HDPARM_COMMAND
from collectors.dmsetup import LISTED, STATUS
from collectors.multipathd import ask
from collectors.onhost import DISK, HOST, READS
from exporter.drill import bond_facts, bond_log, logs, multipath_facts, pings
from exporter.keys.patterns import (
    ADDRESS,
    NAME,
    NUMBER,
    PATH,
    REPEATED,
    SECONDS,
    TEXT,
    Shape,
    exactly,
    literal,
    one_of,
    streamed,
)

_FIO = "(/usr/local/bin/|/usr/bin/)?fio"
_FIO_OPTION = "--[a-z_-]{1,30}(=[A-Za-z0-9{}._-]{1,80})?"
_PLACE = (
    *("--at", f"(directory|file|device):({PATH})", "--size", NUMBER, "--keep-free", NUMBER),
    *("--seconds", SECONDS, "--lay-out-rate", NUMBER),
)
_LOGS = tuple(name for group in logs.GROUPS for name in group)
_ALWAYS = (
    *(STATUS, LISTED, logs.DATE, logs.UPTIME, ("dmesg",)),
    *(command for _, command in bond_facts.VERSIONS.values()),
    *(multipath_facts.KERNEL, ask(*multipath_facts.FAILBACK), *multipath_facts.PACKAGES),
)
"""Command lines in which nothing varies."""


def shapes() -> Iterator[Shape]:
    """Every command line that the level adds for probes and drills."""
    yield from _programs()
    yield from map(exactly, _ALWAYS)
    yield from _of_logs()
    yield ("dmsetup", "table", NAME)
    yield (*exactly(("stat", "-c", "%N")), "/sys/dev/block/[0-9]{1,7}:[0-9]{1,7}", REPEATED)
    yield ("grep", "-H", "", f"/sys/class/net/{NAME}/carrier", REPEATED)
    yield (*exactly(("sh", "-c", pings.STAMPED, "ping")), "[0-9]{1,6}", ADDRESS)
    yield ("ping", "-n", "-c", "1", "-W", "[0-9]", "--", ADDRESS)


def _programs() -> Iterator[Shape]:
    """Each checks its own options: xenlens_disk.py those of fio, which must be one of these."""
    yield streamed(HOST, "probe", TEXT, REPEATED)
    for last in ((), ("--own-disk",)):
        place = (*_PLACE, *last)
        yield streamed(DISK, *place, "--seek-seconds", SECONDS, "--seek", NUMBER)
        yield streamed(DISK, *place, "--", _FIO, _FIO_OPTION, REPEATED)
        yield streamed(DISK, *place, "--", *exactly(HDPARM_COMMAND))
    yield (_FIO, "--version")
    device = f"/dev/(mapper/)?{NAME}"
    yield streamed(READS, device, "--seconds", SECONDS, "--every", SECONDS)


def _of_logs() -> Iterator[Shape]:
    files = one_of(_LOGS)
    yield (*exactly(logs.STAT), files, REPEATED)
    yield ("tail", "-c", r"\+[0-9]{1,20}", files)
    log = literal(bond_log.FILE)
    yield (*exactly(("sh", "-c", bond_log.SIZE, "log")), log)
    yield (*exactly(("sh", "-c", bond_log.GROWN, "log")), log, NUMBER)
