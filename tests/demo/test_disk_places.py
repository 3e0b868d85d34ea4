"""Where xenlens_disk.py may measure on a simulated host, and what it says of other places."""

import pytest

from collectors.disk_answer import read_answer
from tests.demo.measuring import PROBE, Login, reason
from tests.demo.simulated import Simulated


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("directory:/srv/ssd", "no_such_path"),
        ("directory:/tmp", "own_disk"),
        ("directory:/", "own_disk"),
        ("directory:/dev/dm-0", "wrong_kind"),
        ("file:/srv/file", "no_such_path"),
        ("file:/tmp", "wrong_kind"),
        ("file:/etc/redhat-release", "too_small"),
        ("device:/etc/redhat-release", "wrong_kind"),
        ("device:/tmp", "wrong_kind"),
        ("device:/dev/sdz", "no_such_path"),
    ],
)
def test_where_it_cannot_measure_it_says_why(pool: Simulated, place: str, expected: str) -> None:
    assert reason(pool, f"--at {place} --size 16777216 --seek 3") == expected


def test_a_directory_on_nfs_is_refused_or_hangs_with_its_server(pool: Simulated) -> None:
    mounts = [line.split() for line in pool.printed("xcp82", "cat /proc/mounts").splitlines()]
    on_nfs = [(words[1], words[3][:2]) for words in mounts if words[2] == "nfs"]
    iso, vhd = (next(path for path, how in on_nfs if how == wanted) for wanted in ("ro", "rw"))
    words = "--size 16777216 --seconds 5 --seek 3"
    assert reason(pool, f"--at directory:{iso} {words}") == "read_only"
    assert reason(pool, f"--at directory:{vhd} {words}") == "wrong_kind"
    pool.fault("nfs dead")
    assert reason(pool, f"--at directory:{vhd} {words}", patience=8.5) == "hung"


def test_dom0s_own_disk_is_measured_where_that_is_allowed(pool: Simulated) -> None:
    words = f"--at directory:/tmp --own-disk --size 16777216 --lay-out-rate 8388608 -- {PROBE}"
    answer = read_answer(Login(pool, "xcp82").disk_program(words).stdout)
    assert answer.phases["lay_out"] == pytest.approx(2.0)
    assert answer.facts == {
        "idle_io_class": "yes",
        "file_system": "ext3",
        "free_bytes": str(2 << 30),
    }
    assert reason(pool, words.replace("16777216", "16777216 --keep-free 2147483648")) == "no_space"
