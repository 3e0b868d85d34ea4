"""How many paths a map should have: whose word counts."""

import pytest

from collectors.inventory import HostInventory
from collectors.multipath_expected import expectations
from collectors.multipath_reading import MultipathReading
from collectors.paths_expected import Expectation
from collectors.registry import View
from collectors.storage_reading import StorageReading
from tests.collectors.pool_readings import LUN, own_maps

ONE_PATH = own_maps("ready")


def told(maximum: int, **peers: int) -> View:
    """XAPI's maximum of the LUN, and what other hosts have seen of it."""
    storage = StorageReading((), "xe", most_paths={LUN: maximum})
    others = {name: own_maps("ready", seen=seen) for name, seen in peers.items()}
    return View(peers=others, pool={"storage": storage})


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (told(2), Expectation(2, "xapi")),
        (told(4, b=2), Expectation(4, "xapi")),
        (told(2, b=2), Expectation(2, "peers")),
        (told(1), Expectation(1, "seen")),
        (told(0), Expectation(1, "seen")),
        (View(), Expectation(1, "seen")),
    ],
)
def test_xapis_maximum_counts_where_it_is_more_than_anyone_saw(
    view: View, expected: Expectation
) -> None:
    assert expectations(ONE_PATH, view) == {LUN: expected}


def test_the_inventory_counts_before_xapi() -> None:
    view = View(HostInventory(paths_per_map=3), pool=told(4).pool)
    assert expectations(ONE_PATH, view) == {LUN: Expectation(3, "config")}


def test_a_lun_that_only_xapi_knows_is_not_expected_on_every_host() -> None:
    assert expectations(MultipathReading((), "multipath -ll"), told(4)) == {}
