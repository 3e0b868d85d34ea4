"""Where xenlens_disk.py would measure on a simulated host: a device, or why not."""

import errno
from dataclasses import dataclass

from exporter.demo.command import Dom0
from exporter.demo.devices import Device, device_at, map_of
from exporter.demo.faces.disk_program import BLOCK, OWN_PLACES, Options, failed, refused
from exporter.demo.files import file_text

_FREE = 2 << 30
"""Bytes that are free on every dom0's own file system."""


@dataclass(frozen=True, slots=True)
class Place:
    """A device, and what the program says on the way to it. Sizes in bytes, times in seconds."""

    device: Device
    size: int
    lines: tuple[str, ...] = ()
    laying_out: float | None = None
    """How long making the file takes; None where none is made."""


@dataclass(frozen=True, slots=True)
class NoPlace:
    """What the program says where it measures nothing; `hangs` when it cannot say that either."""

    lines: tuple[str, ...] = ()
    hangs: bool = False


def place_of(dom0: Dom0, options: Options) -> Place | NoPlace:
    """Where the options lead."""
    device = device_at(dom0.state.storage, options.path)
    if options.kind == "directory":
        return _directory(dom0, options, device)
    if options.kind == "file":
        return _file(dom0, options, device)
    if device is not None:
        return Place(device, min(options.size, device.size) // BLOCK * BLOCK)
    if _is_directory(options.path) or file_text(dom0, options.path) is not None:
        return _wrong_kind(options.path, "device")
    return _missing(options.path)


def _directory(dom0: Dom0, options: Options, device: Device | None) -> Place | NoPlace:
    path = options.path.rstrip("/") or "/"
    if device is not None or file_text(dom0, path) is not None:
        return _wrong_kind(options.path, "directory")
    if _mounted(dom0, path):
        return _on_nfs(dom0, path, options)
    if not _is_directory(path):
        return _missing(options.path)
    return _on_own_disk(dom0, options)


def _file(dom0: Dom0, options: Options, device: Device | None) -> NoPlace:
    """The few files of a simulated host are smaller than a block, or of the kernel's."""
    text = file_text(dom0, options.path)
    if device is not None or _is_directory(options.path):
        return _wrong_kind(options.path, "file")
    if text is None:
        return _missing(options.path)
    said = f"{options.path} is smaller than one block"
    return NoPlace((refused("too_small", said),))


def _on_own_disk(dom0: Dom0, options: Options) -> Place | NoPlace:
    facts: tuple[str, ...] = ("fact file_system ext3",)
    if not options.own_disk:
        said = f"{options.path} is on dom0's own file system /"
        return NoPlace((*facts, refused("own_disk", said)))
    facts = (*facts, f"fact free_bytes {_FREE}")
    size = options.size // BLOCK * BLOCK
    if _FREE - options.keep_free < size:
        text = f"{options.path} has {_FREE} bytes free: {size} for the file"
        said = f"{text} and {options.keep_free} in reserve do not fit"
        return NoPlace((*facts, refused("no_space", said)))
    storage = dom0.state.storage
    return Place(map_of(storage, storage.disks[0]), size, facts, size / options.lay_out_rate)


def _on_nfs(dom0: Dom0, path: str, options: Options) -> NoPlace:
    """The library of ISOs is mounted read-only; elsewhere an open file keeps a name on NFS."""
    if not dom0.model.chassis.pool.nfs_answers:
        return NoPlace(hangs=True)
    facts = ("fact file_system nfs", f"fact free_bytes {690 << 30}")
    if " ro," in _mounted(dom0, path):
        return NoPlace((*facts, failed(OSError(errno.EROFS, ""), options.path)))
    said = f"{options.path} does not take a file without a name"
    return NoPlace((*facts, refused("wrong_kind", said)))


def _mounted(dom0: Dom0, path: str) -> str:
    """The line of /proc/mounts of an NFS mount at that very path, or nothing."""
    lines = (file_text(dom0, "/proc/mounts") or "").splitlines()
    names = path, path.replace("/run/", "/var/run/", 1), path.replace("/var/run/", "/run/", 1)
    return next((f" {line} " for line in lines if line.split()[1] in names and " nfs " in line), "")


def _is_directory(path: str) -> bool:
    return (path.rstrip("/") or "/") in OWN_PLACES


def _missing(path: str) -> NoPlace:
    return NoPlace((failed(OSError(errno.ENOENT, ""), path),))


def _wrong_kind(path: str, kind: str) -> NoPlace:
    return NoPlace((refused("wrong_kind", f"{path} is no {kind}"),))
