"""The command `dd`: one read of a block device to nowhere."""

from collections.abc import Sequence

from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.devices import device_at
from exporter.demo.speeds import ALONE, speed_of

_DEFAULT_BLOCK = 512


def dd(dom0: Dom0, argv: Sequence[str]) -> Result:
    """Read `if=DEVICE` with `bs=` and `count=`; a device behind which nothing answers hangs.

    One that is offline cannot even be opened (drivers/scsi/sd.c, `sd_open`).
    """
    options = dict(word.partition("=")[::2] for word in argv[1:])
    source, block, count = options.get("if", ""), options.get("bs", ""), options.get("count", "")
    if options.get("of") != "/dev/null" or not count.isdigit():
        return Result(stderr="dd: only reads of some blocks to /dev/null are simulated\n", status=1)
    path = dom0.state.storage.path(source.removeprefix("/dev/"))
    device = device_at(dom0.state.storage, source)
    if device is None:
        return _refused(source, "No such file or directory")
    if path is not None and path.offline:
        return _refused(source, "No such device or address")
    if device.controller is None:
        return HANGS
    size = int(count) * int(block or _DEFAULT_BLOCK)
    seconds = speed_of(dom0.model.chassis.arrays, device, ALONE, dom0.now).latencies.mean
    took = f"{size} bytes copied, {seconds:.6f} s, {size / seconds / 1e6:.1f} MB/s"
    return Result(stderr=f"{count}+0 records in\n{count}+0 records out\n{took}\n")


def _refused(path: str, why: str) -> Result:
    return Result(stderr=f"dd: opening `{path}': {why}\n", status=1)
