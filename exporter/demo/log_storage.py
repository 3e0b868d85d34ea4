"""What the kernel and multipathd log when a host's paths change.

The old words are those of the operator's logs (Linux 2.6.32, multipath-tools 0.4.7), the new ones
of Linux 4.19 and of multipathd/main.c of 0.4.9.
"""

from collections.abc import Iterable, Iterator

from exporter.demo.disks import Disk, Path
from exporter.demo.dm_tables import sectors, table
from exporter.demo.flavours import Flavour
from exporter.demo.storage import Storage

Line = tuple[str, str]
"""Program and text."""
_INQUIRY = "Direct-Access     Intel    Multi-Flex       0308 PQ: 0 ANSI: 5"
_GONE = "Result: hostbyte=DID_NO_CONNECT driverbyte=DRIVER_OK"


def storage_lines(flavour: Flavour, before: Storage, after: Storage) -> Iterator[Line]:
    """Lines in order: the kernel's on devices, then multipathd's, then which group serves."""
    if before == after:
        return
    old, new = ({(p.hctl, p.device): p for p in s.paths} for s in (before, after))
    gone = [path for key, path in old.items() if key not in new]
    come = [path for key, path in new.items() if key not in old]
    pairs = [(old[key], path) for key, path in new.items() if key in old]
    turned = [path for was, path in pairs if was.answers != path.answers]
    yield from (("kernel", text) for text in _of_kernel(flavour, after, gone, come, turned))
    texts = _of_multipathd(flavour, after, gone, come, turned)
    yield from (("multipathd", text) for text in texts)
    yield from (("kernel", text) for text in _taken_over(flavour, before, after))


def _of_kernel(
    flavour: Flavour,
    storage: Storage,
    gone: Iterable[Path],
    come: Iterable[Path],
    turned: Iterable[Path],
) -> Iterator[str]:
    for path in gone:
        yield f"sd {path.hctl}: [{path.device}] Synchronizing SCSI cache"
        failed = "" if _is_old(flavour) else "Synchronize Cache(10) failed: "
        yield f"sd {path.hctl}: [{path.device}] {failed}{_GONE}"
    for path in come:
        yield f"scsi {path.hctl}: {_INQUIRY}"
        yield f"sd {path.hctl}: [{path.device}] {_size(_disk(storage, path))}"
        yield f"sd {path.hctl}: [{path.device}] Attached SCSI disk"
    for path in turned:
        if not path.answers:
            yield f"device-mapper: multipath: Failing path {path.dev_t}."


def _of_multipathd(
    flavour: Flavour,
    storage: Storage,
    gone: Iterable[Path],
    come: Iterable[Path],
    turned: Iterable[Path],
) -> Iterator[str]:
    for paths, verb in ((gone, "remove"), (come, "add")):
        for path in paths:
            yield from _reloaded(flavour, storage, path, verb)
    for path in turned:
        yield from _checked(flavour, storage, path)


def _reloaded(flavour: Flavour, storage: Storage, path: Path, verb: str) -> Iterator[str]:
    old, disk = _is_old(flavour), _disk(storage, path)
    yield f"{path.device}: {verb} path ({'operator' if old else 'uevent'})"
    yield f"{path.wwid}: load table [{table(flavour, storage, disk)}]"
    if old:
        yield f"Path event for {path.wwid}, calling mpathcount"
    else:
        done = "removed from map" if verb == "remove" else "added to devmap"
        yield f"{path.device} [{path.dev_t}]: path {done} {path.wwid}"


def _checked(flavour: Flavour, storage: Storage, path: Path) -> Iterator[str]:
    state = "up" if path.answers else "down"
    who = path.device if _is_old(flavour) else f"{path.wwid}: {path.device} -"
    yield f"{who}{':' if _is_old(flavour) else ''} tur checker reports path is {state}"
    if path.answers:
        yield f"{path.dev_t}: reinstated"
    else:
        yield f"checker failed path {path.dev_t} in map {path.wwid}"
    left = len(storage.usable(_disk(storage, path)))
    yield f"{path.wwid}: remaining active paths: {left}"


def _taken_over(flavour: Flavour, before: Storage, after: Storage) -> Iterator[str]:
    """Later kernels do not tell when a port group becomes active."""
    for disk in after.disks if _is_old(flavour) else ():
        active = after.maps[disk.wwid].active
        if active in (None, before.maps[disk.wwid].active):
            continue
        for path in after.usable(disk):
            if path.controller == active:
                group = int(active[-1]) - 1
                yield f"sd {path.hctl}: alua: port group {group:02x} switched to state A"


def _disk(storage: Storage, path: Path) -> Disk:
    return next(disk for disk in storage.disks if disk.wwid == path.wwid)


def _size(disk: Disk) -> str:
    decimal = disk.gib * (1 << 30) / 1e9
    return f"{sectors(disk)} 512-byte logical blocks: ({decimal:.0f} GB/{disk.gib} GiB)"


def _is_old(flavour: Flavour) -> bool:
    return flavour.multipath == "0.4.7"
