"""Captured states of the emulated host: `multipath -ll` and the daemon, read side by side.

Made by multipath-tools 0.9.4 on Linux 6.1 in one moment each.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.multipath_json import parse_maps_json
from collectors.multipath_records import Map, best_group_active, path_healthy
from collectors.multipath_text import parse_listing
from collectors.multipathd import complete, parse_raw_paths
from tests.labs.multipath.hardware import DISK_BYTES, WWID
from tests.live.multipath_looks import differences

FIXTURES = Path(__file__).parents[1] / "fixtures" / "multipath" / "0.9.4"
LUN = "360014050101010101010101010101010"
DIFFERENT: dict[str, dict[str, tuple[object, object]]] = {
    "failed-by-hand": {
        "sda checker_state": ("ready", "faulty"),
        f"{WWID} group 1 priority": (50, 0),
    },
    "standby-and-a-cut-port": {},
    "held-open-without-paths": {f"{WWID} size_bytes": (DISK_BYTES, None)},
}
"""By state, the fields in which the listing and the daemon differ, with what each says."""


def listed(state: str) -> tuple[Map, ...]:
    """The maps by `multipath -ll`."""
    return parse_listing((FIXTURES / state / "multipath-ll.txt").read_text()).records


def told(state: str) -> tuple[Map, ...]:
    """The maps by the daemon."""
    maps = parse_maps_json((FIXTURES / state / "maps.json").read_text())
    paths = parse_raw_paths((FIXTURES / state / "raw-paths.txt").read_text())
    assert (maps.damaged, paths.damaged) == (0, 0)
    return complete(maps.records, paths.records)


@pytest.mark.parametrize("state", DIFFERENT)
def test_listing_and_daemon_differ_in_no_other_field(state: str) -> None:
    assert differences(listed(state), told(state)) == DIFFERENT[state]


@pytest.mark.parametrize("read", [listed, told])
def test_ghosts_of_a_standby_controller_are_healthy_and_the_cut_port_is_not(
    read: Callable[[str], tuple[Map, ...]],
) -> None:
    (one,) = (one for one in read("standby-and-a-cut-port") if one.wwid == LUN)
    health = {p.device: path_healthy(p, group) for group in one.groups for p in group.paths}
    assert health == {"sdc": True, "sdd": False, "sde": True, "sdf": True}
    assert best_group_active(one) is True
