"""The command `multipath`: `-ll` and `-l`, for all maps or one."""

from collections.abc import Sequence

from exporter.demo.command import Dom0, Result
from exporter.demo.faces.topology import topology

_USAGE = "Usage: multipath\t[-v level] [-d] [-l|-ll|-f|-F] [device]\n"


def multipath(dom0: Dom0, argv: Sequence[str]) -> Result:
    """List maps. An unknown map is no error: nothing is printed, the status is the same.

    0.4.7 exits 1 after every listing (multipath/main.c: `configure` leaves before it sets 0).
    Without an option real multipath sets up the maps that are missing; here none ever is.
    """
    options, names = _sorted_out(argv[1:])
    if not set(options) <= {"-l", "-ll"}:
        return Result(stderr=_USAGE, status=1)
    if not options:
        return Result()
    host = dom0.state
    chosen = [disk for disk in host.storage.disks if not names or disk.wwid in names]
    asked = "-ll" in options
    listed = (topology(host.flavour, host.storage, disk, asked_disks=asked) for disk in chosen)
    return Result("".join(listed), status=1 if host.flavour.multipath == "0.4.7" else 0)


def _sorted_out(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Options and map names; the verbosity, `-v2` or `-v 2`, changes nothing here."""
    options, names = [], []
    rest = iter(words)
    for word in rest:
        if word == "-v":
            next(rest, None)
        elif word.startswith("-"):
            options += [] if word.startswith("-v") else [word]
        else:
            names.append(word)
    return options, names
