"""How many paths SM should have counted for a LUN: its own maximum is only the most it saw."""

from collections.abc import Mapping

from collectors.paths_expected import Expectation, Known, expected_paths
from collectors.registry import View
from collectors.storage_maps import HostMaps
from collectors.storage_reading import StorageReading


class ExpectedPaths:
    """Expectations by LUN; what the hosts had is looked through once."""

    def __init__(self, reading: StorageReading, maps: Mapping[str, HostMaps], view: View) -> None:
        self._inventory = view.inventory
        self._by_xapi = reading.most_paths
        self._seen: dict[str, tuple[int, int]] = {}
        """By LUN, the two highest counts of all hosts."""
        for own in maps.values():
            for scsi_id, count in own.seen.items():
                first, second = self._seen.get(scsi_id, (0, 0))
                self._seen[scsi_id] = max(first, count), max(second, min(first, count))

    def of(self, scsi_id: str, own: HostMaps | None) -> Expectation:
        """Paths a LUN should have on the host with the maps `own`, and who says so."""
        here = own.seen.get(scsi_id, 0) if own else 0
        first, second = self._seen.get(scsi_id, (0, 0))
        # Where the highest count is the host's own, the second is its peers'.
        known = Known(here, second if here == first else first, self._by_xapi.get(scsi_id, 0))
        return expected_paths(scsi_id, self._inventory, known)

    def counted(self, scsi_id: str, own: HostMaps | None) -> bool:
        """Whether SM should count paths of a LUN: it does on another host, or there is a map.

        SM counts for some SR types only (iscsi, lvmoiscsi, lvmohba, gfs2).
        """
        return scsi_id in self._by_xapi or (own is not None and scsi_id in own.maps)
