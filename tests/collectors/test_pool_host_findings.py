"""What the pool collector finds wrong with hosts: of XAPI, and of the inventory."""

from dataclasses import replace
from typing import Any

import pytest

from collectors.pool import Pool
from collectors.registry import View
from collectors.xapi.access import MemberAnswer, PoolReading
from collectors.xapi.records import PoolState
from tests.collectors.pool_readings import HOSTS, STATE, host, look_at, members, reading


async def found(told: PoolReading) -> list[tuple[str, str, str]]:
    pool = Pool()
    facts = await look_at(pool, told)
    return [(f.severity, f.subject, f.text) for f in pool.findings(facts, View())]


def with_host(**facts: Any) -> PoolState:
    return replace(STATE, hosts=(*HOSTS[:2], host("uuid-c", **facts)))


async def test_a_disabled_host_is_named_with_what_it_is_doing() -> None:
    state = with_host(enabled=False, current_operations=("evacuate",))
    assert await found(reading(state)) == [
        ("warning", "c", "the host is disabled: no VM starts there (evacuate)")
    ]


async def test_a_host_that_xapi_still_calls_live_but_does_not_answer_is_critical() -> None:
    told = reading(members=members(c=MemberAnswer("uuid-c", False)))
    ((severity, subject, text),) = await found(told)
    assert (severity, subject) == ("critical", "c")
    assert text.startswith("the host does not answer, though XAPI still calls it live")


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        (None, "XAPI calls the host dead"),
        (False, "XAPI calls the host dead, and it does not answer"),
        (
            True,
            "XAPI calls the host dead, though it answers: its XAPI hangs or lost its coordinator",
        ),
    ],
)
async def test_a_dead_host_is_told_once_with_what_it_answers(
    answers: bool | None, text: str
) -> None:
    told = reading(
        with_host(live=False, enabled=False), members=members(c=MemberAnswer("uuid-c", answers))
    )
    assert await found(told) == [("critical", "c", text)]


async def test_a_host_xapi_says_nothing_of_is_unknown() -> None:
    assert [f[:2] for f in await found(reading(with_host(live=None)))] == [("unknown", "c")]


async def test_a_coordinator_that_is_not_in_the_inventory_is_a_finding() -> None:
    told = members()
    del told["a"]
    assert await found(reading(members=told)) == [
        ("warning", "a", "the coordinator is not in the inventory: xenlens does not look at it")
    ]


async def test_a_member_that_never_told_its_uuid_may_be_the_coordinator() -> None:
    told = members(first=MemberAnswer(None, False))
    del told["a"]
    assert await found(reading(members=told)) == []


async def test_entries_of_the_inventory_for_one_host_are_a_finding() -> None:
    told = members(d=MemberAnswer("uuid-b", False), e=MemberAnswer("uuid-b", None))
    text = "b, d and e are the same host (uuid uuid-b): give each host one entry"
    assert await found(reading(members=told)) == [("warning", "b", text)]


async def test_entries_for_one_host_are_told_though_the_coordinator_is_lost() -> None:
    lost = MemberAnswer("uuid-b", True, "still booting", "emergency_mode")
    told = reading(None, members={"b": lost, "d": lost})
    text = "b and d are the same host (uuid uuid-b): give each host one entry"
    assert [f[0] for f in await found(told)] == ["warning", "critical"]
    assert (await found(told))[0] == ("warning", "b", text)


async def test_a_host_that_answers_at_one_of_its_entries_answers() -> None:
    told = {"d": MemberAnswer("uuid-b", False), **members(), "e": MemberAnswer("uuid-b", False)}
    assert [f[0] for f in await found(reading(members=told))] == ["warning"]


async def test_entries_of_hosts_that_never_told_their_uuid_may_differ() -> None:
    told = members(b=MemberAnswer(None, True), c=MemberAnswer(None, True))
    assert await found(reading(members=told)) == []


async def test_a_live_host_of_which_nobody_knows_whether_it_answers_is_not_called_dead() -> None:
    assert await found(reading(members=members(c=MemberAnswer("uuid-c", None)))) == []


async def test_a_host_of_the_inventory_that_xapi_does_not_have_is_a_finding() -> None:
    told = reading(members=members(d=MemberAnswer("uuid-d", True)))
    assert await found(told) == [
        ("warning", "d", "the inventory has it in this pool, XAPI has not (host uuid-d)")
    ]
    damaged = replace(STATE, damaged=1, damaged_kinds=("host",))
    assert await found(replace(told, state=damaged)) == []
