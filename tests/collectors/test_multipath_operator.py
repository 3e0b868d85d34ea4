"""The operator's captures while storage controllers were pulled and pushed back."""

from pathlib import Path as File

import pytest

from collectors.multipath_records import Map, best_group_active, path_healthy
from collectors.multipath_text import parse_multipath

FIXTURES = File(__file__).parents[1] / "fixtures" / "multipath"
GIB = 1024**3
PREFERRED, OTHER = ("round-robin 0", 50, "active"), ("round-robin 0", 1, "enabled")
LEFT_ALONE = ("round-robin 0", 1, "active")

STATES = {
    "healthy": [(PREFERRED, "0:0:0:0", "sda"), (OTHER, "0:0:1:0", "sdb")],
    "one-disk": [(PREFERRED, "0:0:0:0", "sda"), (OTHER, "0:0:1:0", "sdb")],
    "no-hardware-handler": [(PREFERRED, "0:0:0:0", "sda"), (OTHER, "0:0:1:0", "sdb")],
    "scm2-pulled-1": [(PREFERRED, "0:0:0:0", "sda")],
    "scm2-pushed-back-1": [(PREFERRED, "0:0:0:0", "sda"), (OTHER, "0:0:2:0", "sdb")],
    "scm2-pulled-2": [(PREFERRED, "0:0:0:0", "sda")],
    "scm2-pushed-back-2": [(PREFERRED, "0:0:0:0", "sda"), (OTHER, "0:0:3:0", "sdb")],
    "scm1-pulled-1": [(LEFT_ALONE, "0:0:3:0", "sdb")],
    "scm1-pushed-back-1": [(PREFERRED, "0:0:4:0", "sda"), (OTHER, "0:0:3:0", "sdb")],
    "scm1-pulled-2": [(LEFT_ALONE, "0:0:3:0", "sdb")],
    "scm1-pushed-back-2": [(PREFERRED, "0:0:5:0", "sda"), (OTHER, "0:0:3:0", "sdb")],
}
NUMBERS = {"sda": (8, 0), "sdb": (8, 16), "sdc": (8, 32), "sdd": (8, 48), "sde": (8, 64)}


def captured(state: str) -> tuple[Map, ...]:
    """The maps of a capture, which must be whole."""
    parsed = parse_multipath((FIXTURES / f"{state}.txt").read_text())
    assert parsed.damaged == 0
    return parsed.records


@pytest.mark.parametrize("state", STATES)
def test_a_captured_state_shows_these_groups_and_paths(state: str) -> None:
    (one,) = captured(state)
    shown = [
        ((group.policy, group.priority, group.state), path.hctl, path.device)
        for group in one.groups
        for path in group.paths
    ]
    assert shown == STATES[state]
    for path in one.paths:
        assert (path.major, path.minor) == NUMBERS[path.device or ""]
        states = (path.dm_state, path.checker_state, path.device_state)
        assert states == ("active", "ready", None)


@pytest.mark.parametrize("state", STATES)
def test_in_every_captured_state_what_is_left_is_healthy_and_on_the_best_group(state: str) -> None:
    (one,) = captured(state)
    assert all(path_healthy(path, group) for group in one.groups for path in group.paths)
    assert best_group_active(one) is True


@pytest.mark.parametrize("state", [state for state in STATES if state != "no-hardware-handler"])
def test_the_map_keeps_its_name_through_every_pull(state: str) -> None:
    (one,) = captured(state)
    assert (one.wwid, one.alias, one.device) == ("22202000155fdb615", None, "dm-0")
    assert (one.vendor, one.product) == ("Intel", "Multi-Flex")
    assert (one.size_bytes, one.write_protect) == (100 * GIB, "rw")
    assert (one.features, one.queueing) == (("queue_if_no_path",), True)
    assert one.hardware_handler == "alua"


def test_a_map_without_a_hardware_handler_says_so() -> None:
    (one,) = captured("no-hardware-handler")
    assert (one.wwid, one.hardware_handler, one.size_bytes) == (
        "2223700015563b1df",
        None,
        16 * GIB,
    )


def test_an_idle_map_has_no_active_group_and_nothing_is_said_of_its_controller() -> None:
    busy, idle = captured("two-maps")
    assert [(one.wwid, one.device, one.size_bytes) for one in (busy, idle)] == [
        ("22202000155fdb615", "dm-0", 100 * GIB),
        ("222ac00015543fe63", "dm-5", 420 * GIB),
    ]
    assert [group.state for group in idle.groups] == ["enabled", "enabled"]
    assert [path.hctl for path in idle.paths] == ["0:0:2:10", "0:0:1:10"]
    assert (best_group_active(busy), best_group_active(idle)) == (True, None)


@pytest.mark.parametrize("state", ["healthy", "scm2-pulled-1"])
def test_the_echoed_command_is_noise(state: str) -> None:
    text = (FIXTURES / f"{state}.txt").read_text()
    (noise,) = parse_multipath(text).noise
    assert (noise.line, noise.text) == (1, "[root@xenserver1 ~]# multipath -ll")
