"""The multipath maps that the hosts of a pool have, by our own reading of each host."""

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.multipath_reading import MultipathReading
from collectors.multipath_records import Map, path_healthy, worst_by_wwid
from collectors.registry import View
from collectors.storage_reading import StorageReading


@dataclass(frozen=True, slots=True)
class HostMaps:
    """The maps of one host by WWID, which is the SCSI id XAPI uses."""

    maps: Mapping[str, Map]
    seen: Mapping[str, int]
    """By WWID, the most paths the host had within a day."""
    complete: bool
    """Whether a map that is not there does not exist."""

    def lacks(self, scsi_id: str) -> bool | None:
        """Whether the host has no map of this LUN; None where a damaged one may be it."""
        if scsi_id in self.maps:
            return False
        return True if self.complete else None


def maps_by_host(reading: StorageReading, view: View) -> Mapping[str, HostMaps]:
    """By host uuid, the maps of every host of which there is a fresh multipath reading."""
    own: Mapping[str, MultipathReading] = view.members.get("multipath", {})
    return {
        uuid: HostMaps(worst_by_wwid(found.records), found.seen, found.damaged == 0)
        for uuid, name in reading.hosts.items()
        if (found := own.get(name)) is not None
    }


def healthy_paths(one: Map) -> int | None:
    """Healthy paths of a map; None where the health of one is not known."""
    health = [path_healthy(path, group) for group in one.groups for path in group.paths]
    return None if None in health else sum(map(bool, health))
