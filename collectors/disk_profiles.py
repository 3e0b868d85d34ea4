"""The bundled ways to measure a disk. The first two and the last two are the operator's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
Tool = Literal["fio", "hdparm", "seek"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is done to the disk, and the most it may cost.

    Sizes are in bytes, `rate` in bytes a second, times in seconds. All I/O is direct but that of
    hdparm: nothing is measured in the page cache, and nobody's pages are pushed out of it.
    """

    name: str
    tool: Tool
    rw: str = "randread"
    """As fio has it: randread, read or write."""
    block_size: int = 4 * KIB
    engine: str = "sync"
    depth: int = 1
    size: int = 128 * MIB
    """Of the file that is made for it; of a file or device, what is read at most."""
    runtime: float = 20.0
    """Of the measurement itself, without making the file."""
    rate: int | None = None
    """What it may take at most. A disk that reaches it is as fast as this probe can tell."""
    seeks: int = 0

    @property
    def writes(self) -> bool:
        """Whether it writes more than the file it needs: then it takes a directory only."""
        return self.rw == "write"

    @property
    def needs_file(self) -> bool:
        """Whether a file is laid out in a directory; hdparm reads the device below it."""
        return self.tool != "hdparm"


PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("random-read", "fio", rate=64 * MIB),
        Profile("random-read-aio", "fio", engine="libaio", depth=8, rate=256 * MIB),
        Profile("sequential-read", "fio", "read", 1 * MIB, size=256 * MIB, rate=1 * GIB),
        Profile("fsync-write", "fio", "write", size=4 * MIB, rate=4 * MIB),
        Profile("hdparm", "hdparm", "read", 2 * MIB),
        Profile("seek", "seek", runtime=10.0, seeks=1000),
    )
}
"""By name. `fsync-write` opens the file with O_SYNC: each write is flushed before it counts."""
