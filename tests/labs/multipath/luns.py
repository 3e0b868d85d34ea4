"""A second LUN behind one controller: a map of one path, whose way is the first LUN's as well."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.waiting import wait_for

WWN = 0x5001E671D1225301
WWID = f"3{WWN:016x}"
_BYTES = 16 << 20
_PATIENCE = 60.0


@contextmanager
def second_lun(lab: MultipathLab, controller: str) -> Iterator[None]:
    """LUN 1 at the controller's target as long as the block runs."""
    name = f"{controller}-second"
    content = lab.files.folder / f"{name}.raw"
    with content.open("wb") as made:
        made.truncate(_BYTES)
    lab.control.execute("blockdev-add", driver="file", **{"node-name": name}, filename=str(content))
    try:
        _plug(lab, controller, name)
        wait_for(lambda: lab.paths(WWID) == 1, _PATIENCE, "a map of the second LUN")
        yield
    finally:
        lab.control.execute("device_del", id=name)
        lab.control.wait_for("DEVICE_DELETED", device=name)
        lab.control.execute("blockdev-del", **{"node-name": name})
        wait_for(lambda: lab.paths(WWID) == 0, _PATIENCE, "the map's end")


def _plug(lab: MultipathLab, controller: str, name: str) -> None:
    place = {"bus": f"{controller}.0", "channel": 0, "scsi-id": lab.target[controller], "lun": 1}
    shown = {"vendor": "Intel", "product": "Multi-Flex", "ver": "0308", "wwn": WWN, "drive": name}
    lab.control.execute("device_add", driver="scsi-hd", id=name, **place, **shown)
