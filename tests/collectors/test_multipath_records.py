"""What is true of paths, groups and maps."""

import pytest

from collectors.multipath_records import (
    Group,
    Map,
    Path,
    best_group_active,
    is_queueing,
    path_healthy,
    usable,
)


def path(dm: str | None = "active", checker: str | None = "ready", scsi: str = "running") -> Path:
    return Path("0:0:0:0", "sda", 8, 0, dm, checker, scsi)


def group(priority: int | None, state: str | None, *paths: Path) -> Group:
    return Group("round-robin 0", priority, state, paths or (path(),))


def mapped(*groups: Group) -> Map:
    return Map("3600", None, "dm-0", "V", "P", 1, (), False, "alua", "rw", groups)


READY, FAILED, UNKNOWN = path(), path("failed", "faulty"), path("active", "undef")


@pytest.mark.parametrize("state", ["active", "enabled", "disabled", "undef", None])
def test_a_ready_path_is_healthy_in_any_group(state: str | None) -> None:
    assert path_healthy(READY, group(50, state)) is True


@pytest.mark.parametrize(
    ("dm", "checker"),
    [
        ("failed", "ready"),
        ("failed", "faulty"),
        ("active", "faulty"),
        ("active", "shaky"),
        ("failed", "delayed"),
        ("active", "i/o timeout"),
        ("active", "disconnected"),
        ("undef", "faulty"),
        ("failed", "undef"),
    ],
)
def test_a_path_that_either_observer_calls_bad_is_neither_healthy_nor_usable(
    dm: str, checker: str
) -> None:
    one = path(dm, checker)
    assert path_healthy(one, group(50, "active")) is False
    assert usable(one) is False


@pytest.mark.parametrize(
    ("dm", "checker"),
    [
        ("active", "undef"),
        ("active", "i/o pending"),
        ("undef", "ready"),
        ("active", None),
        (None, None),
        ("n/a", "optimized"),
        ("active", "dadada"),
    ],
)
def test_a_path_of_which_one_observer_knows_nothing_is_unknown(
    dm: str | None, checker: str | None
) -> None:
    assert path_healthy(path(dm, checker), group(50, "enabled")) is None
    assert usable(path(dm, checker)) is None


def test_a_failed_path_is_not_healthy_because_its_scsi_device_runs() -> None:
    assert path_healthy(path("failed", "faulty", "running"), group(50, "active")) is False


@pytest.mark.parametrize(
    ("state", "healthy"),
    [("enabled", True), ("disabled", True), ("active", False), ("undef", None), (None, None)],
)
def test_a_ghost_is_healthy_only_in_a_standby_group(state: str, healthy: bool | None) -> None:
    ghost = path("active", "ghost")
    assert path_healthy(ghost, group(1, state)) is healthy
    assert usable(ghost) is True


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (mapped(group(50, "active"), group(10, "enabled")), True),
        (mapped(group(50, "enabled"), group(10, "active")), False),
        (mapped(group(50, "enabled"), group(50, "active")), True),
        (mapped(group(50, "enabled"), group(10, "enabled")), None),
        (mapped(group(0, "enabled", FAILED), group(10, "active")), True),
        (mapped(group(50, "enabled", FAILED), group(10, "active")), True),
        (mapped(group(50, "active", FAILED), group(10, "enabled")), False),
        (mapped(group(0, "active", FAILED)), None),
        (mapped(group(None, "active"), group(10, "enabled")), None),
        (mapped(group(-1, "active"), group(-1, "enabled")), None),
        (mapped(group(0, "active", UNKNOWN), group(0, "enabled", UNKNOWN)), None),
        (mapped(group(50, "enabled", UNKNOWN), group(10, "active")), None),
        (mapped(group(5, "enabled", UNKNOWN), group(10, "active")), True),
        (mapped(group(50, "active", UNKNOWN), group(10, "enabled")), None),
        (mapped(group(10, "active", UNKNOWN), group(50, "enabled")), False),
        (mapped(), None),
    ],
    ids=[
        "best active",
        "other controller active",
        "equal priorities",
        "idle after a reload",
        "better group failed, priority 0",
        "better group failed",
        "active group has no usable path",
        "everything failed",
        "priority not printed",
        "priority undefined",
        "multipath -l",
        "better group unknown",
        "worse group unknown",
        "active group unknown, worse one usable",
        "active group unknown, better one usable",
        "no groups",
    ],
)
def test_best_group_active(one: Map, answer: bool | None) -> None:
    """The group of highest priority among the usable ones is to be the active one."""
    assert best_group_active(one) is answer


def test_queueing_is_a_feature_and_unknown_without_features() -> None:
    assert is_queueing(("queue_if_no_path", "pg_init_retries", "50")) is True
    assert is_queueing(("retain_attached_hw_handler", "queue_mode", "bio")) is False
    assert is_queueing(()) is False
    assert is_queueing(None) is None
