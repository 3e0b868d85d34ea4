"""Which map a drill is of, by every name that a map has."""

import pytest

from collectors.dmsetup import LISTED, STATUS
from collectors.host import HostError
from exporter.drill.multipath_find import find
from exporter.drill.subject import NoSubject
from tests.fakes import FakeHost, refused

A = "mpatha: 0 2097152 multipath 2 0 0 0 1 1 A 0 1 2 8:0 A 0 0 1 \n"
B = "3600c0ff000445566: 0 2097152 multipath 2 0 0 0 1 1 A 0 1 2 8:16 A 0 0 1 \n"
DEVICES = (
    "vg-lv|LVM-abc|254|0\n"
    "mpatha|mpath-3600c0ff000112233|254|1\n"
    "3600c0ff000445566|mpath-3600c0ff000445566|254|2\n"
)


def a_host(maps: str = A + B, devices: str = DEVICES) -> FakeHost:
    """A host as dmsetup shows it."""
    return FakeHost({" ".join(STATUS): maps, " ".join(LISTED): devices}, "dom0")


@pytest.mark.parametrize("name", ["3600c0ff000112233", "mpatha", "dm-1", "/dev/mapper/mpatha"])
async def test_a_map_is_found_by_its_wwid_alias_or_device(name: str) -> None:
    found = await find(a_host(), name)
    assert (found.name, found.path, found.device) == ("mpatha", "/dev/mapper/mpatha", "dm-1")
    assert str(found) == "3600c0ff000112233 (mpatha)"


async def test_a_map_without_an_alias_has_one_name() -> None:
    assert str(await find(a_host(), "dm-2")) == "3600c0ff000445566"


async def test_the_only_map_needs_no_name() -> None:
    assert (await find(a_host(A), None)).name == "mpatha"


async def test_a_map_without_multipaths_uuid_goes_by_its_name() -> None:
    found = await find(a_host(A, "mpatha||254|0\n"), None)
    assert (found.wwid, found.device) == ("mpatha", "dm-0")


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (None, "dom0 has 2 multipath maps, name one of "),
        ("mpathz", "dom0 has no multipath map mpathz, but "),
        ("vg-lv", "dom0 has no multipath map vg-lv, but "),
    ],
)
async def test_a_map_that_is_not_clear_is_refused_with_the_names_of_those_there_are(
    wanted: str | None, said: str
) -> None:
    with pytest.raises(NoSubject) as refusal:
        await find(a_host(), wanted)
    assert str(refusal.value) == f"{said}3600c0ff000112233 (mpatha) dm-1, 3600c0ff000445566 dm-2"


async def test_a_host_without_maps_or_dmsetup_says_so() -> None:
    with pytest.raises(NoSubject, match=r"dom0 has no multipath map$"):
        await find(a_host("No devices found\n", "No devices found\n"), None)
    with pytest.raises(NoSubject, match="dom0 has no dmsetup"):
        await find(FakeHost({}, "dom0"), None)


async def test_a_dmsetup_that_may_not_ask_the_kernel_is_no_host_without_maps() -> None:
    denied = refused("/dev/mapper/control: open failed: Permission denied", 1)
    with pytest.raises(HostError, match="Permission denied"):
        await find(FakeHost({"*": denied}), None)
