"""SR × host and LUN × host: attached, unplugged, missing, and what cannot be known."""

from dataclasses import replace

import pytest

from collectors.registry import View
from collectors.storage import Storage
from collectors.xapi.access import MemberAnswer, PoolReading
from collectors.xapi.records import Pbd, Sr
from tests.collectors.pool_readings import (
    HOSTS,
    LUN,
    SHARED,
    STATE,
    host,
    look_at,
    members,
    own,
    own_maps,
    pbd,
    reading,
    state_of_cell,
    with_pbd,
)
from tests.collectors.reading import samples

LOCAL = Sr("sr-2", "Local storage", "lvm", "user", False)
OTHER_LUN = "222ac00015543fe63"
NO_PBD = replace(STATE, pbds=STATE.pbds[:2])


async def page(told: PoolReading, view: View | None = None) -> dict[str, float]:
    storage = Storage()
    return samples(storage, await look_at(storage, told), view)


async def cells(told: PoolReading, view: View | None = None) -> dict[str, str]:
    """The states of the shared SR and of its LUN, `SR LUN`, by host."""
    seen = await page(told, view)
    return {
        name: f"{state_of_cell(seen, 'xenlens_sr_attachment', sr='sr-1', host=name)} "
        f"{state_of_cell(seen, 'xenlens_lun_attachment', scsi_id=LUN, host=name)}"
        for name in "abc"
    }


async def test_a_shared_sr_that_is_plugged_everywhere_is_attached_everywhere() -> None:
    assert await cells(reading()) == dict.fromkeys("abc", "attached attached")
    assert (await page(reading()))['xenlens_pbd_attached{sr="sr-1",host="c"}'] == 1


async def test_an_unplugged_pbd_is_unplugged() -> None:
    told = reading(with_pbd(attached=False))
    assert (await cells(told))["c"] == "unplugged unplugged"
    assert (await page(told))['xenlens_pbd_attached{sr="sr-1",host="c"}'] == 0


async def test_a_host_without_a_pbd_of_a_shared_sr_misses_it() -> None:
    assert (await cells(reading(NO_PBD)))["c"] == "missing missing"
    assert 'xenlens_pbd_attached{sr="sr-1",host="c"}' not in await page(reading(NO_PBD))


async def test_nothing_is_called_missing_while_pbd_records_are_damaged() -> None:
    damaged = replace(NO_PBD, damaged=1, damaged_kinds=("pbd",))
    assert (await cells(reading(damaged)))["c"] == "unknown unknown"


@pytest.mark.parametrize(
    ("live", "answers"), [(False, True), (True, False), (None, None), (None, False)]
)
async def test_of_a_host_that_may_be_dead_nothing_is_known(
    live: bool | None, answers: bool | None
) -> None:
    state = replace(STATE, hosts=(*HOSTS[:2], host("uuid-c", live=live)))
    told = reading(state, members=members(c=MemberAnswer("uuid-c", answers)))
    assert (await cells(told, own(c=own_maps("ready"))))["c"] == "unknown unknown"
    seen = await page(told)
    assert not [key for key in seen if 'host="c"' in key and "attachment" not in key]


@pytest.mark.parametrize(("live", "answers"), [(True, None), (None, True)])
async def test_one_word_for_a_host_is_enough_where_none_is_against_it(
    live: bool | None, answers: bool | None
) -> None:
    state = replace(STATE, hosts=(*HOSTS[:2], host("uuid-c", live=live)))
    told = reading(state, members=members(c=MemberAnswer("uuid-c", answers)))
    assert (await cells(told))["c"] == "attached attached"


async def test_a_local_sr_belongs_to_the_hosts_that_have_a_pbd() -> None:
    local = pbd("local", "b", sr="sr-2", device_config={"device": "/dev/sda3"}, path_counts={})
    seen = await page(reading(replace(STATE, srs=(SHARED, LOCAL), pbds=(*STATE.pbds, local))))
    attachments = [key for key in seen if key.startswith('xenlens_sr_attachment{sr="sr-2"')]
    assert len(attachments) == 4
    assert all('host="b"' in key for key in attachments)


async def test_a_lun_whose_map_the_host_does_not_have_is_missing_there() -> None:
    view = own(a=own_maps("ready", "ready"), c=own_maps())
    assert await cells(reading(), view) == {
        "a": "attached attached",
        "b": "attached attached",
        "c": "attached missing",
    }


async def test_a_map_that_may_be_the_damaged_one_is_not_missing() -> None:
    assert (await cells(reading(), own(c=own_maps(damaged=1))))["c"] == "attached unknown"


async def test_a_lun_without_multipathing_needs_no_map() -> None:
    told = reading(with_pbd(multipathed=False, path_counts={}))
    assert (await cells(told, own(c=own_maps())))["c"] == "attached attached"


async def test_a_pbd_that_names_another_lun_does_not_attach_this_one() -> None:
    other = {"device_config": {"SCSIid": OTHER_LUN}, "path_counts": {}}
    told = reading(with_pbd(**other))
    assert (await cells(told))["c"] == "attached missing"
    seen = await page(told)
    names = {"scsi_id": OTHER_LUN, "host": "a"}
    assert state_of_cell(seen, "xenlens_lun_attachment", **names) == "missing"


async def test_a_lun_known_only_by_its_mpath_key_is_a_lun() -> None:
    pbds = tuple(replace(one, device_config={}) for one in STATE.pbds)
    told = reading(replace(STATE, pbds=(*pbds[:2], replace(pbds[2], path_counts={}))))
    assert await cells(told) == dict.fromkeys("abc", "attached attached")


async def test_of_two_pbds_of_one_sr_and_host_the_attached_one_counts() -> None:
    both = (pbd("0", "c", attached=False), pbd("1", "c"), pbd("2", "c", attached=False))
    told = reading(replace(STATE, pbds=(*STATE.pbds[:2], *both)))
    assert (await cells(told))["c"] == "attached attached"


@pytest.mark.parametrize(
    ("stray", "expected"),
    [
        (pbd("x", "c", host=None), "unknown unknown"),
        (pbd("x", "c", sr=None), "unknown unknown"),
        (pbd("x", "c", sr=None, host=None), "unknown unknown"),
        (pbd("x", "c", sr="sr-2", host=None), "missing missing"),
        (pbd("x", "b", sr=None), "missing missing"),
        (pbd("x", "gone"), "missing missing"),
    ],
)
async def test_a_pbd_of_which_host_or_sr_is_not_known_may_be_the_one_that_is_not_there(
    stray: Pbd, expected: str
) -> None:
    seen = await cells(reading(replace(NO_PBD, pbds=(*NO_PBD.pbds, stray))))
    assert seen["c"] == expected
    assert (seen["a"], seen["b"]) == ("attached attached", "attached attached")
