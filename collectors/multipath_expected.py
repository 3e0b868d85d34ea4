"""How many paths a map should have, and which maps should be there.

The inventory's word counts; without it, the most that XAPI, this host or the other hosts of the
pool had for the same LUN. A controller pulled for the whole pool takes the same path from every
host, so what the peers have *now* is not enough.
"""

from collections.abc import Iterable, Mapping

from collectors.multipath_reading import MultipathReading
from collectors.paths_expected import Expectation, Known, expected_paths
from collectors.registry import View
from collectors.storage_reading import StorageReading

SHARED_BY = 2
"""A LUN that so many other hosts have is shared, so its absence here is a fault.

One other host is not enough: boot LUNs belong to one host each.
"""


def expectations(reading: MultipathReading, view: View) -> Mapping[str, Expectation]:
    """By WWID, every map that is there or should be."""
    here = {one.wwid for one in reading.records}
    named = set(view.inventory.maps) | set(reading.seen) | _shared_luns(view)
    wanted = here | _known_to_be_gone(named - here, reading)
    return {
        wwid: expected_paths(wwid, view.inventory, _known(wwid, reading, view))
        for wwid in sorted(wanted)
    }


def _known_to_be_gone(absent: Iterable[str], reading: MultipathReading) -> set[str]:
    """Those of `absent` that are not among the maps left out because their lines are damaged."""
    torn = {wwid for wwid in absent if any(wwid in line for line in reading.unread)}
    return set(absent) - torn if reading.damaged <= len(torn) else set()


def _known(wwid: str, reading: MultipathReading, view: View) -> Known:
    own = reading.seen.get(wwid, 0)
    return Known(own, _most_on_peers(wwid, view), _most_by_xapi(wwid, view))


def _most_on_peers(wwid: str, view: View) -> int:
    """The most paths that any other host of the pool has or had for this LUN."""
    counts = [peer.seen.get(wwid, 0) for peer in view.peers.values()]
    return max(counts, default=0)


def _most_by_xapi(wwid: str, view: View) -> int:
    """The highest maximum XAPI has for this LUN on any host: from before xenlens watched.

    Of any host, since a collector does not know which of XAPI's hosts its own is; and since a PBD
    replugged while degraded forgets its maximum, which the other hosts keep.
    """
    storage: StorageReading | None = view.pool.get("storage")
    return storage.most_paths.get(wwid, 0) if storage is not None else 0


def _shared_luns(view: View) -> set[str]:
    """WWIDs that at least two other hosts of the pool have now."""
    hosts: dict[str, int] = {}
    for peer in view.peers.values():
        for wwid in {one.wwid for one in peer.records}:
            hosts[wwid] = hosts.get(wwid, 0) + 1
    return {wwid for wwid, count in hosts.items() if count >= SHARED_BY}
