"""The command `umount` of a simulated dom0 (util-linux).

A mount whose server is dead waits for it, unless it is taken off lazily (`-l`).
"""

from collections.abc import Sequence

from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.config_files import nfs_mounts


def umount(dom0: Dom0, argv: Sequence[str]) -> Result:
    """`umount [-l] [-f] POINT`, of SRs on a file server only."""
    options = {word for word in argv[1:] if word.startswith("-")}
    points = [word for word in argv[1:] if not word.startswith("-")]
    if len(points) != 1 or not options <= {"-l", "-f"}:
        return Result(stderr="umount: bad usage\n", status=1)
    sr = dict(nfs_mounts(dom0)).get(points[0])
    if sr is None:
        return Result(stderr=f"umount: {points[0]}: not mounted\n", status=1)
    if "-l" not in options and not dom0.model.chassis.pool.nfs_answers:
        return HANGS
    dom0.model.unmount(dom0.name, sr)
    return Result()
