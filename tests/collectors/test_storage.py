"""The storage collector: what its samples say of SRs and their paths."""

from dataclasses import replace

import pytest

from collectors.registry import CollectorFailed, NotPresent, View
from collectors.storage import Storage
from collectors.xapi.access import PoolReading
from collectors.xapi.records import PathCount, Sr
from tests.collectors.pool_readings import (
    LUN,
    STATE,
    look_at,
    own,
    own_maps,
    pbd,
    reading,
    refused,
    with_pbd,
)
from tests.collectors.reading import samples


async def page(told: PoolReading, view: View | None = None) -> dict[str, float]:
    storage = Storage()
    return samples(storage, await look_at(storage, told), view)


async def test_an_sr_is_told_with_its_sizes() -> None:
    seen = await page(reading())
    info = 'xenlens_sr_info{sr="sr-1",name="IMS LUN0",kind="lvmohba",content="",shared="true"}'
    assert seen[info] == 1
    assert seen['xenlens_sr_size_bytes{sr="sr-1"}'] == 1000
    assert seen['xenlens_sr_utilisation_bytes{sr="sr-1"}'] == 100
    assert 'xenlens_sr_virtual_allocation_bytes{sr="sr-1"}' not in seen


async def test_path_counts_are_told_as_sm_and_as_the_host_have_them() -> None:
    seen = await page(reading(), own(c=own_maps("ready", "ready", "faulty")))
    paths = f'xenlens_pbd_multipath_paths{{sr="sr-1",host="c",scsi_id="{LUN}",kind="%s"}}'
    assert [seen[paths % kind] for kind in ("current", "maximum", "multipath")] == [2, 2, 3]


async def test_without_a_count_and_a_map_there_are_no_path_series() -> None:
    seen = await page(reading(with_pbd(path_counts={})))
    assert not [key for key in seen if "multipath_paths" in key and 'host="c"' in key]


async def test_the_maximum_of_a_lun_is_the_most_of_any_host_that_has_it_attached() -> None:
    pbds = (
        pbd("a", "a", path_counts={LUN: PathCount(1, 1)}),
        pbd("b", "b", path_counts={LUN: PathCount(1, 3)}),
        pbd("c", "c", path_counts={LUN: PathCount(4, 4)}, attached=False),
    )
    told = await look_at(Storage(), reading(replace(STATE, pbds=pbds)))
    assert told.most_paths == {LUN: 3}


async def test_damaged_records_of_other_kinds_are_told_by_the_pool_alone() -> None:
    vm = replace(STATE, damaged=2, damaged_kinds=("vm",))
    assert (await look_at(Storage(), reading(vm))).damaged == 0
    sr = replace(STATE, damaged=2, damaged_kinds=("sr",))
    assert (await look_at(Storage(), reading(sr))).damaged == 2


async def test_a_lost_coordinator_leaves_no_storage_series() -> None:
    hanging = replace(refused("stuck"), waited=60.0)
    with pytest.raises(CollectorFailed) as failure:
        await page(reading(None, members={"a": hanging, "b": hanging}))
    assert failure.value.reason == "coordinator_lost"


async def test_a_pool_without_xapi_has_no_storage_to_tell_of() -> None:
    with pytest.raises(NotPresent):
        await page(reading(None, members={"a": refused("not_found")}))


async def test_every_series_is_there_once_in_a_pool_of_2000_srs() -> None:
    srs = tuple(Sr(f"sr-{n:04}", "SR", "nfs", "", True) for n in range(2000))
    pbds = tuple(pbd(f"{n:04}", "a", sr=sr.uuid) for n, sr in enumerate(srs))
    storage = Storage()
    told = await look_at(storage, reading(replace(STATE, srs=srs, pbds=pbds)))
    seen = samples(storage, told)
    assert sum(key.startswith("xenlens_sr_attachment") for key in seen) == 2000 * 3 * 4
    assert sum(key.startswith("xenlens_lun_attachment") for key in seen) == 3 * 4
    assert {key.partition("{")[0] for key in seen} <= {f.name for f in storage.families}
    await storage.close()
