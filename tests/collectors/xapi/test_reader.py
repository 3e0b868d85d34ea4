"""One pool read once for all who ask, by whichever member answers."""

import asyncio
from dataclasses import replace

import pytest

from collectors.host import DeadlineExceeded, Stuck, Unreachable
from collectors.xapi.members import Member
from collectors.xapi.reader import PoolReader
from collectors.xapi.records import Message, Pool, PoolState
from collectors.xapi.source import XapiFailed, XapiSource
from tests.fake_sources import COORDINATOR, OTHER, STATE, FakeSource
from tests.fakes import Answer, FakeClock, FakeHost

STRAY = "33333333-3333-3333-3333-333333333333"


def member(
    name: str,
    *sources: XapiSource,
    uuid: str | None = None,
    addresses: frozenset[str] = frozenset(),
) -> Member:
    answers: dict[str, Answer] = {}
    if uuid:
        answers["cat /etc/xensource-inventory"] = f"INSTALLATION_UUID='{uuid}'\n"
    return Member(name, FakeHost(answers, name), sources, addresses)


def soon(seconds: float = 2.0) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_sixteen_who_ask_at_once_cost_one_read() -> None:
    source = FakeSource(STATE)
    reader = PoolReader([member("a", source)], FakeClock())
    readings = await asyncio.gather(*(reader.read(soon()) for _ in range(16)))
    assert len(source.asked) == 1
    assert all(reading is readings[0] for reading in readings)
    assert readings[0].state is not None


async def test_a_reading_is_shared_for_seconds_and_then_read_anew() -> None:
    for shared_seconds, reads in ((60.0, 1), (0.0, 2)):
        source = FakeSource(STATE)
        reader = PoolReader([member("a", source)], FakeClock(), shared_seconds)
        await reader.read(soon())
        await reader.read(soon())
        assert len(source.asked) == reads


async def test_a_fresh_read_begins_after_it_was_asked_for() -> None:
    source = FakeSource(STATE)
    reader = PoolReader([member("a", source)], FakeClock(), 60.0)
    shared = asyncio.ensure_future(reader.read(soon()))
    await asyncio.sleep(0)
    fresh = await reader.fresh(soon())
    assert len(source.asked) == 2
    assert fresh is not await shared
    assert await reader.read(soon()) is fresh


async def test_the_next_member_is_asked_when_the_coordinator_is_gone() -> None:
    for failure in (
        XapiFailed("unreachable", "no route"),
        XapiFailed("stuck", "still hangs"),
        None,
    ):
        dead, alive = FakeSource(failure, "dead"), FakeSource(STATE, "alive")
        reader = PoolReader([member("a", dead), member("b", alive)], FakeClock())
        reading = await reader.read(soon(0.6))
        assert reading.state is not None
        assert reading.via == "b, alive"
        assert reading.members["a"].reason == (failure.reason if failure else "deadline_exceeded")
        assert reading.members["b"].refusal == ""


async def test_the_member_that_answered_last_is_asked_first() -> None:
    dead, alive = FakeSource(XapiFailed("unreachable", "no route")), FakeSource(STATE)
    reader = PoolReader([member("a", dead), member("b", alive)], FakeClock(), 0.0)
    await reader.read(soon())
    await reader.read(soon())
    assert (len(dead.asked), len(alive.asked)) == (1, 2)


async def test_every_members_best_way_comes_before_anyones_second() -> None:
    refused = XapiFailed("socket_unavailable", "no forwarding")
    socket, xe, other = (
        FakeSource(refused, "socket"),
        FakeSource(STATE, "xe"),
        FakeSource(STATE, "b"),
    )
    reader = PoolReader([member("a", socket, xe), member("b", other)], FakeClock())
    assert (await reader.read(soon())).via == "b, b"
    assert xe.asked == []


async def test_a_member_whose_xapi_hangs_is_not_asked_another_way() -> None:
    for failure in (XapiFailed("stuck", "hangs"), XapiFailed("deadline_exceeded", "late")):
        hanging, xe, other = FakeSource(failure), FakeSource(STATE, "xe"), FakeSource(STATE, "b")
        reader = PoolReader([member("a", hanging, xe), member("b", other)], FakeClock())
        assert (await reader.read(soon())).via == "b, b"
        assert xe.asked == []


async def test_a_slow_coordinator_is_given_time_before_a_second_member_is_asked() -> None:
    slow, other = FakeSource(STATE, "slow", delay=0.4), FakeSource(STATE)
    reader = PoolReader([member("a", slow), member("b", other)], FakeClock())
    assert (await reader.read(soon(1.0))).via == "a, slow"
    assert other.asked == []


async def test_the_first_answer_counts_also_of_a_member_that_kept_us_waiting() -> None:
    slow, hanging = FakeSource(STATE, "slow", delay=0.8), FakeSource(None)
    reader = PoolReader([member("a", slow), member("b", hanging)], FakeClock())
    reading = await reader.read(soon(1.0))
    assert reading.via == "a, slow"
    assert reading.members["b"].reason == "deadline_exceeded"


async def test_a_hint_at_a_member_that_has_failed_is_no_unknown_coordinator() -> None:
    slave = XapiFailed("host_is_slave", "ask 192.0.2.13", parameters=("192.0.2.13",))
    gone = XapiFailed("unreachable", "no route")
    members = [
        member("a", FakeSource(slave)),
        member("c", FakeSource(gone), addresses=frozenset({"192.0.2.13"})),
        member("b", FakeSource(slave)),
    ]
    reading = await PoolReader(members, FakeClock()).read(soon())
    assert reading.members["b"].refusal == "ask 192.0.2.13"


async def test_a_supporters_hint_leads_to_its_coordinator() -> None:
    slave = XapiFailed("host_is_slave", "ask the coordinator", parameters=("192.0.2.13",))
    first, second, third = FakeSource(slave), FakeSource(slave), FakeSource(STATE)
    members = [
        member("a", first, addresses=frozenset({"192.0.2.11"})),
        member("b", second, addresses=frozenset({"192.0.2.12"})),
        member("c", third, addresses=frozenset({"192.0.2.13"})),
    ]
    reading = await PoolReader(members, FakeClock()).read(soon())
    assert reading.state is not None
    assert second.asked == []


async def test_a_hint_is_understood_by_the_addresses_xapi_itself_told_before() -> None:
    sources = [FakeSource(STATE), FakeSource(STATE), FakeSource(STATE)]
    members = [member(n, s) for n, s in zip(("ims-1", "x", "ims-2"), sources, strict=True)]
    reader = PoolReader(members, FakeClock(), 0.0)
    await reader.read(soon())
    sources[0].answer = XapiFailed("host_is_slave", "no", parameters=("192.0.2.12",))
    assert (await reader.read(soon())).via == "ims-2, fake"
    assert sources[1].asked == []


async def test_a_coordinator_outside_the_inventory_is_named() -> None:
    slave = XapiFailed("host_is_slave", "ask the coordinator", parameters=("192.0.2.99",))
    reading = await PoolReader([member("a", FakeSource(slave))], FakeClock()).read(soon())
    assert reading.state is None
    assert reading.members["a"].reason == "unknown_coordinator"
    assert "192.0.2.99" in reading.members["a"].refusal


async def test_when_nobody_answers_every_refusal_is_told_and_the_coordinator_remembered() -> None:
    source = FakeSource(STATE)
    reader = PoolReader([member("a", source, uuid=COORDINATOR)], FakeClock(), 0.0)
    await reader.read(soon())
    source.answer = XapiFailed("emergency_mode", "HOST_STILL_BOOTING")
    reading = await reader.read(soon())
    assert reading.state is None
    assert reading.via == ""
    assert reading.last_coordinator == "a"
    assert reading.members["a"].refusal == "HOST_STILL_BOOTING"
    assert reading.members["a"].answers is True


async def test_all_members_hang_and_the_asker_still_hears_in_time() -> None:
    members = [member(name, FakeSource(None)) for name in "abcdef"]
    started = asyncio.get_running_loop().time()
    reading = await PoolReader(members, FakeClock()).read(soon(0.5))
    assert reading.state is None
    assert asyncio.get_running_loop().time() - started <= 0.5
    assert all(reading.members[name].reason == "deadline_exceeded" for name in "abcdef")


async def test_an_asker_with_less_time_than_the_running_read_leaves_in_time() -> None:
    reader = PoolReader([member("a", FakeSource(None))], FakeClock())
    patient = asyncio.ensure_future(reader.read(soon(1.0)))
    await asyncio.sleep(0)
    with pytest.raises(DeadlineExceeded):
        await reader.read(soon(0.05))
    assert (await patient).state is None


async def test_an_asker_that_gives_up_does_not_end_the_read_of_the_others() -> None:
    source = FakeSource(None)
    reader = PoolReader([member("a", source)], FakeClock())
    impatient = asyncio.ensure_future(reader.read(soon(0.3)))
    await asyncio.sleep(0)
    impatient.cancel()
    reading = await reader.read(soon(1.0))
    assert reading.members["a"].reason == "deadline_exceeded"


async def test_a_host_tells_who_it_is_and_that_it_lives() -> None:
    mute = Member("c", FakeHost({"*": Unreachable("connection refused")}, "c"), ())
    members = [member("a", FakeSource(STATE), uuid=OTHER), member("b"), mute]
    reading = await PoolReader(members, FakeClock()).read(soon())
    answers = {name: answer.answers for name, answer in reading.members.items()}
    assert answers == {"a": True, "b": True, "c": False}
    assert reading.members["a"].uuid == OTHER
    assert reading.name_of(OTHER) == "a"
    assert reading.uuid_of("a") == OTHER


async def test_a_host_that_cannot_be_asked_is_known_by_label_hostname_or_address() -> None:
    for name, addresses in (
        ("ims one", frozenset[str]()),
        ("ims-1", frozenset[str]()),
        ("any", frozenset({"192.0.2.11"})),
    ):
        one = member(name, FakeSource(STATE), addresses=addresses)
        reading = await PoolReader([one], FakeClock()).read(soon())
        assert reading.name_of(COORDINATOR) == name
        assert reading.name_of(OTHER) == "ims two"


async def test_an_address_that_two_members_share_names_neither() -> None:
    shared = frozenset({"192.0.2.11"})
    members = [member(n, FakeSource(STATE), addresses=shared) for n in ("a", "b")]
    reading = await PoolReader(members, FakeClock()).read(soon())
    assert reading.name_of(COORDINATOR) == "ims one"


async def test_two_hosts_of_one_label_keep_apart() -> None:
    twins = tuple(replace(host, name="xen", hostname="xen") for host in STATE.hosts)
    for member_name in ("a", "xen"):
        source = FakeSource(replace(STATE, hosts=twins))
        reading = await PoolReader([member(member_name, source)], FakeClock()).read(soon())
        assert reading.names == {uuid: f"xen ({uuid})" for uuid in (COORDINATOR, OTHER)}


async def test_a_stranger_never_takes_the_name_of_a_host_of_the_inventory() -> None:
    stranger, ours = STATE.hosts
    source = FakeSource(replace(STATE, hosts=(replace(stranger, name="a"), ours)))
    reading = await PoolReader([member("a", source, uuid=OTHER)], FakeClock()).read(soon())
    assert reading.names == {OTHER: "a", COORDINATOR: f"a ({COORDINATOR})"}


async def test_messages_are_asked_from_the_newest_known_and_kept_for_a_day() -> None:
    clock = FakeClock()
    first = Message("m1", "VM_CRASHED", "VM", "v", clock.now - 50)
    second = Message("m2", "VM_CRASHED", "VM", "v", clock.now + 30)
    source = FakeSource(replace(STATE, messages=(first,)))
    reader = PoolReader([member("a", source)], clock, 0.0)
    await reader.read(soon())
    clock.now += 60
    source.answer = replace(STATE, messages=(second,))
    reading = await reader.read(soon())
    assert [round(inquiry.messages_since - clock.now) for inquiry in source.asked] == [-86460, -110]
    assert reading.state is not None
    assert reading.state.messages == (first, second)
    clock.now += 2 * 86400
    source.answer = replace(STATE, messages=())
    reading = await reader.read(soon())
    assert reading.state is not None
    assert reading.state.messages == (second,)


async def test_evidence_stuck_requests_and_log_outs_reach_every_source() -> None:
    source = FakeSource(XapiFailed("unreachable", "gone"), hanging={"VM.get_all_records": 5.0})
    spare = FakeSource(STATE)
    reader = PoolReader([member("a", source, spare)], FakeClock())
    reading = await reader.read(soon())
    heard = sorted(output.argv[0] for output in reading.outputs)
    assert heard == ["cat", "xapi", "xapi"]
    assert reader.stuck() == {"a: VM.get_all_records": 5.0}
    await reader.close()
    assert source.closed
    assert spare.closed


async def test_a_failure_for_want_of_time_is_not_told_to_who_has_more() -> None:
    source = FakeSource(STATE, delay=1.0)
    reader = PoolReader([member("a", source)], FakeClock())
    assert (await reader.read(soon(0.5))).state is None
    assert (await reader.read(soon(0.5))).state is None
    assert len(source.asked) == 1
    assert (await reader.read(soon(10.0))).state is not None


async def test_a_patient_asker_that_joins_an_impatient_read_asks_again() -> None:
    source = FakeSource(STATE, delay=1.0)
    reader = PoolReader([member("a", source)], FakeClock())
    impatient = asyncio.ensure_future(reader.read(soon(0.5)))
    await asyncio.sleep(0)
    assert (await reader.read(soon(10.0))).state is not None
    assert (await impatient).state is None


async def test_a_member_of_another_pool_does_not_speak_for_this_one() -> None:
    """It was ejected, or stands in the wrong list; the coordinator hangs meanwhile."""
    ours = FakeSource(STATE)
    stray = FakeSource(
        PoolState(Pool("f1", "stray", STRAY), (replace(STATE.hosts[1], uuid=STRAY),))
    )
    members = [member("a", ours, uuid=COORDINATOR), member("b", stray, uuid=STRAY)]
    reader = PoolReader(members, FakeClock(), 0.0)
    assert (await reader.read(soon())).told_by == "a"
    ours.answer = XapiFailed("stuck", "hangs")
    reading = await reader.read(soon())
    assert reading.state is None
    assert reading.members["b"].reason == "wrong_pool"


async def test_a_way_with_a_fault_of_its_own_costs_only_itself() -> None:
    broken = FakeSource(STATE, crashes=KeyError("uuid"))
    reader = PoolReader([member("a", broken), member("b", FakeSource(STATE))], FakeClock())
    reading = await reader.read(soon())
    assert reading.told_by == "b"
    assert reading.members["a"].reason == "internal_error"


async def test_how_long_a_member_kept_us_waiting_is_told() -> None:
    hanging = FakeSource(None)
    reader = PoolReader([member("a", hanging)], FakeClock(), 0.0)
    assert 0.5 < (await reader.read(soon(1.0))).members["a"].waited < 2.0
    hanging.answer = XapiFailed("stuck", "hangs")
    hanging.hanging = {"VM.get_all_records": 70.0}
    assert (await reader.read(soon(0.2))).members["a"].waited == 70.0


async def test_only_silence_says_that_a_host_does_not_answer() -> None:
    answers = {"a": Stuck("hangs"), "b": DeadlineExceeded("late"), "c": Unreachable("no route")}
    members = [Member(n, FakeHost({"*": answer}, n), ()) for n, answer in answers.items()]
    reading = await PoolReader(members, FakeClock()).read(soon())
    found = {name: answer.answers for name, answer in reading.members.items()}
    assert found == {"a": None, "b": False, "c": False}


async def test_a_member_that_keeps_us_waiting_is_not_asked_another_way_meanwhile() -> None:
    hanging, xe = FakeSource(None), FakeSource(STATE, "xe")
    reading = await PoolReader([member("a", hanging, xe)], FakeClock()).read(soon(0.5))
    assert reading.state is None
    assert reading.members["a"].waited > 0.3
    assert xe.asked == []
