"""The pool collector: what its samples say of the pool, its hosts and its tasks."""

from dataclasses import replace

import pytest

from collectors.pool import Pool
from collectors.registry import CollectorFailed, Look, NotPresent, View
from collectors.xapi.access import MemberAnswer, PoolReading
from collectors.xapi.records import Task
from tests.collectors.pool_readings import (
    HOSTS,
    NOW,
    POOL,
    STATE,
    host,
    look_at,
    members,
    reading,
    refused,
)
from tests.collectors.reading import samples
from tests.fakes import FakeHost


async def page(told: PoolReading) -> dict[str, float]:
    pool = Pool()
    return samples(pool, await look_at(pool, told))


async def test_a_sound_pool_names_its_coordinator_and_its_hosts() -> None:
    seen = await page(reading())
    assert seen['xenlens_pool_info{name="modular",coordinator="a"}'] == 1
    assert seen["xenlens_pool_coordinator_answers"] == 1
    assert seen['xenlens_host_coordinator{host="a"}'] == 1
    assert seen['xenlens_host_coordinator{host="b"}'] == 0
    assert seen['xenlens_host_info{host="b",uuid="uuid-b",product="XCP-ng 8.3.0"}'] == 1


async def test_a_host_is_enabled_and_live_as_xapi_says() -> None:
    hosts = (host("uuid-a"), host("uuid-b", enabled=False), host("uuid-c", live=False))
    seen = await page(reading(replace(STATE, hosts=hosts)))
    assert [seen[f'xenlens_host_enabled{{host="{name}"}}'] for name in "abc"] == [1, 0, 1]
    assert [seen[f'xenlens_host_live{{host="{name}"}}'] for name in "abc"] == [1, 1, 0]


async def test_what_xapi_does_not_say_has_no_series() -> None:
    state = replace(STATE, pool=replace(POOL, coordinator=None), hosts=(host("uuid-a", live=None),))
    seen = await page(reading(state))
    assert seen['xenlens_pool_info{name="modular",coordinator=""}'] == 1
    unknown = ("host_live", "host_coordinator", "ha_plan", "ha_failures", "ha_overcommitted")
    assert not [key for key in seen if any(word in key for word in unknown)]


async def test_high_availability_is_told_as_xapi_has_it() -> None:
    pool = replace(
        POOL,
        ha_enabled=True,
        ha_failures_to_tolerate=2,
        ha_plan_exists_for=1,
        ha_overcommitted=True,
        rolling_upgrade=True,
    )
    seen = await page(reading(replace(STATE, pool=pool)))
    told = ("ha_enabled", "ha_failures_to_tolerate", "ha_plan_exists_for", "ha_overcommitted")
    assert [seen[f"xenlens_pool_{name}"] for name in told] == [1, 2, 1, 1]
    assert seen["xenlens_pool_rolling_upgrade"] == 1


async def test_who_answers_is_told_of_members_that_were_asked() -> None:
    told = members(b=refused("stuck"), c=refused("host_is_slave"), d=MemberAnswer(None, None))
    seen = await page(reading(members=told))
    answers = {key: value for key, value in seen.items() if "_xapi_answers" in key}
    assert answers == {
        'xenlens_host_xapi_answers{host="a"}': 1,
        'xenlens_host_xapi_answers{host="b"}': 0,
        'xenlens_host_xapi_answers{host="c"}': 1,
    }
    assert 'xenlens_host_answers{host="d"}' not in seen


async def test_a_member_that_could_not_be_asked_this_way_says_nothing_of_its_xapi() -> None:
    seen = await page(reading(members=members(b=refused("socket_unavailable"))))
    assert 'xenlens_host_xapi_answers{host="b"}' not in seen


async def test_a_pending_task_has_an_age_and_a_finished_one_has_not() -> None:
    tasks = (
        Task("t1", "VM.clean_shutdown", "pending", 0.5, NOW - 90),
        Task("t2", "SR.scan", "cancelling", 0.5, NOW + 30),
        Task("t3", "VM.start", "success", 1.0, NOW - 60),
        Task("t4", "VM.start", "pending"),
    )
    seen = await page(reading(replace(STATE, tasks=tasks)))
    ages = {key: value for key, value in seen.items() if key.startswith("xenlens_task_age")}
    assert ages == {
        'xenlens_task_age_seconds{task="t1",name="VM.clean_shutdown"}': 90,
        'xenlens_task_age_seconds{task="t2",name="SR.scan"}': 0,
    }
    assert seen["xenlens_pool_tasks_pending"] == 3


async def test_tasks_are_not_counted_when_one_could_not_be_read() -> None:
    seen = await page(reading(replace(STATE, damaged=1, damaged_kinds=("task",))))
    assert "xenlens_pool_tasks_pending" not in seen


async def test_a_host_is_called_as_the_reading_names_it() -> None:
    names = {"uuid-a": "xenserver1", "uuid-b": "b", "uuid-c": "b (uuid-c)"}
    seen = await page(reading(names=names))
    enabled = [key for key in seen if key.startswith("xenlens_host_enabled")]
    assert enabled == [f'xenlens_host_enabled{{host="{name}"}}' for name in names.values()]
    assert seen['xenlens_pool_info{name="modular",coordinator="xenserver1"}'] == 1


async def test_damaged_records_are_counted_for_the_frame_to_tell() -> None:
    told = await look_at(Pool(), reading(replace(STATE, damaged=3, damaged_kinds=("host",))))
    assert (told.damaged, told.via, told.records) == (3, "a, JSON-RPC over the unix socket", HOSTS)


async def test_a_lost_coordinator_is_a_fact_and_the_pools_other_facts_have_no_series() -> None:
    hanging = replace(refused("deadline_exceeded", "no answer in time"), waited=9.0)
    told = reading(None, members=members(a=hanging, b=hanging, c=hanging))
    pool = Pool()
    facts = await look_at(pool, told)
    assert samples(pool, facts) == {
        "xenlens_pool_coordinator_answers": 0,
        **{f'xenlens_host_xapi_answers{{host="{name}"}}': 0 for name in "abc"},
        **{f'xenlens_host_answers{{host="{name}"}}': 1 for name in "abc"},
    }
    assert not facts.records


async def test_a_pool_without_any_xapi_is_no_failure() -> None:
    absent = refused("not_found")
    with pytest.raises(NotPresent, match="no XAPI"):
        await page(reading(None, members={"a": absent, "b": absent}))


async def test_a_look_without_a_pool_is_no_failure() -> None:
    with pytest.raises(NotPresent):
        await Pool().read(Look(FakeHost({}), 0.0))


async def test_the_samples_are_of_declared_families_only() -> None:
    seen = await page(reading(replace(STATE, messages=())))
    declared = {family.name for family in Pool().families}
    assert {key.partition("{")[0] for key in seen} <= declared


async def test_nothing_is_wrong_with_a_sound_pool() -> None:
    pool = Pool()
    assert list(pool.findings(await look_at(pool, reading()), View())) == []


async def test_a_pool_nobody_could_ask_is_a_failure_with_a_reason() -> None:
    with pytest.raises(CollectorFailed, match="could be asked") as failure:
        await page(reading(None, members={}))
    assert failure.value.reason == "unreachable"
