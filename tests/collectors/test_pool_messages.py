"""XAPI's messages: counted once each, whatever the clocks say."""

from dataclasses import replace

import pytest

from collectors.pool import Pool
from collectors.pool_messages import (
    KNOWN_NAMES,
    RECENT_SECONDS,
    REMEMBER_SECONDS,
    MessageCounts,
    recent_trouble,
)
from collectors.registry import View
from collectors.xapi.access import PoolReading
from collectors.xapi.records import Message
from tests.collectors.pool_readings import NOW, STATE, look_at, reading
from tests.collectors.reading import samples

BOND = "BOND_STATUS_CHANGED"
COUNT = 'xenlens_pool_messages_total{message="%s"}'


def message(uuid: str, name: str = BOND, about: str = "uuid-b", ago: float = 60.0) -> Message:
    return Message(uuid, name, "Host", about, NOW - ago)


def told_of(*messages: Message) -> PoolReading:
    return reading(replace(STATE, messages=messages))


async def test_every_known_name_starts_at_0_and_another_comes_as_it_comes() -> None:
    pool = Pool()
    first = samples(pool, await look_at(pool, told_of()))
    assert {first[COUNT % name] for name in KNOWN_NAMES} == {0}
    assert COUNT % "SOMETHING_NEW" not in first
    seen = samples(pool, await look_at(pool, told_of(message("m1", "SOMETHING_NEW"))))
    assert seen[COUNT % "SOMETHING_NEW"] == 1


async def test_messages_of_the_first_look_are_no_new_events() -> None:
    pool = Pool()
    old = (message("m1"), message("m2", "HA_HOST_FAILED"), message("m3", "SOMETHING_NEW"))
    facts = await look_at(pool, told_of(*old))
    seen = samples(pool, facts)
    assert [seen[COUNT % name] for name in (BOND, "HA_HOST_FAILED", "SOMETHING_NEW")] == [0, 0, 0]
    assert [f.text for f in pool.findings(facts, View())] == [
        "XAPI message HA_HOST_FAILED, 1 min ago"
    ]


async def test_the_first_look_that_hears_messages_is_the_baseline() -> None:
    pool = Pool()
    await look_at(pool, reading())
    assert samples(pool, await look_at(pool, told_of(message("m1"))))[COUNT % BOND] == 0


async def test_a_message_is_counted_once_however_often_it_is_heard() -> None:
    pool = Pool()
    one, two = message("m1"), message("m2")
    for told in (told_of(), told_of(one), told_of(one), told_of(one, two)):
        facts = await look_at(pool, told)
    assert samples(pool, facts)[COUNT % BOND] == 2


async def test_a_way_that_does_not_tell_messages_has_no_series() -> None:
    pool = Pool()
    assert not [key for key in samples(pool, await look_at(pool, reading())) if "messages" in key]


def test_a_message_still_heard_is_remembered_for_ever_and_another_for_two_days() -> None:
    counts = MessageCounts()
    assert counts.update([], NOW)[BOND] == 0
    assert counts.update([message("m1"), message("m2")], NOW)[BOND] == 2
    later = NOW + REMEMBER_SECONDS
    assert counts.update([message("m1")], later)[BOND] == 2
    assert counts.update([message("m1")], later + 1)[BOND] == 2
    assert counts.update([message("m1"), message("m2")], later + 2)[BOND] == 3


def test_the_clock_of_the_pool_does_not_matter() -> None:
    counts = MessageCounts()
    old = message("m1", ago=10 * REMEMBER_SECONDS)
    counts.update([], NOW)
    for at in (NOW, NOW + 60, NOW - 60):
        assert counts.update([old], at)[BOND] == 1


@pytest.mark.parametrize(
    ("name", "ago"),
    [
        (BOND, 60.0),
        ("METADATA_LUN_HEALTHY", 60.0),
        ("HA_HOST_FAILED", RECENT_SECONDS + 1),
        ("HA_HOST_FAILED", -RECENT_SECONDS - 1),
    ],
)
def test_other_messages_and_old_ones_are_no_trouble(name: str, ago: float) -> None:
    assert recent_trouble([message("m1", name, ago=ago)], NOW) == {}


def test_a_lun_that_is_healthy_again_is_no_trouble() -> None:
    broken = message("m1", "METADATA_LUN_BROKEN", ago=120)
    healthy = message("m2", "METADATA_LUN_HEALTHY", ago=60)
    assert recent_trouble([healthy, broken], NOW) == {}
    assert recent_trouble([replace(healthy, timestamp=NOW - 180), broken], NOW)


async def test_recent_trouble_is_a_finding_that_names_its_object() -> None:
    pool = Pool()
    messages = (
        message("m1", "HA_HOST_FAILED", ago=300),
        message("m2", "HA_HOST_FAILED", ago=120),
        message("m3", "PBD_PLUG_FAILED_ON_SERVER_START", "sr-1"),
        message("m4", "METADATA_LUN_BROKEN", "nobody-knows"),
    )
    facts = await look_at(pool, reading(replace(STATE, messages=messages)))
    assert [(f.severity, f.subject, f.text) for f in pool.findings(facts, View())] == [
        ("warning", "b", "XAPI message HA_HOST_FAILED, 2 min ago"),
        ("warning", "IMS LUN0 (sr-1)", "XAPI message PBD_PLUG_FAILED_ON_SERVER_START, 1 min ago"),
        ("warning", "nobody-knows", "XAPI message METADATA_LUN_BROKEN, 1 min ago"),
    ]
