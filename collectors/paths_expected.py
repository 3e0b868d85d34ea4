"""How many paths a LUN should have on a host: whose word counts."""

from dataclasses import dataclass
from typing import Literal

from collectors.inventory import HostInventory

Source = Literal["config", "peers", "seen", "xapi"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """Paths a LUN should have (None: unknown), and who says so."""

    paths: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class Known:
    """The most paths that anyone knows of for one LUN; 0 for none."""

    here: int = 0
    """The host itself had within a day."""
    peers: int = 0
    """Any other host had within a day."""
    xapi: int = 0
    """The highest maximum that XAPI has on any host."""


def expected_paths(wwid: str, inventory: HostInventory, known: Known) -> Expectation:
    """What should be: the inventory's word, without it the most that anyone knows of.

    What the hosts saw counts before an equal number of XAPI's, and more hosts before one.
    """
    named = inventory.maps.get(wwid)
    configured = (named and named.paths) or inventory.paths_per_map
    if configured is not None:
        return Expectation(configured, "config")
    most = max(known.peers, known.here, known.xapi) or None
    if known.xapi > max(known.peers, known.here):
        return Expectation(most, "xapi")
    return Expectation(most, "peers" if known.peers >= known.here else "seen")
