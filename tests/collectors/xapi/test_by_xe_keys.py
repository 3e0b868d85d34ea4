"""XAPI asked by xe: hotfixes, keys of maps, and how the commands are run."""

import pytest

from collectors.xapi.by_xe import MOST_LOOKUPS, XeXapi
from collectors.xapi.records import PathCount
from collectors.xapi.xe_lists import LISTS, UPDATES
from tests.collectors.xapi.xe_pool import (
    ISO_PBD,
    LUN_PBD,
    ROLLING,
    UPDATE,
    Record,
    answers,
    as_in_6_0,
    line,
    lists,
    lookup,
    no_key,
    read,
    state_of,
    uuid,
)
from tests.collectors.xe_printer import printed
from tests.fakes import Answer, FakeHost, refused


async def test_the_xe_of_6_0_gives_the_same_state_without_the_fields_it_lacks() -> None:
    host = FakeHost(answers(as_in_6_0(lists())))
    assert await read(XeXapi(host)) == await state_of(lists())
    assert line(*UPDATES.words) not in host.asked


async def test_a_rolling_upgrade_is_a_key_of_the_pool() -> None:
    assert not (await state_of(lists())).pool.rolling_upgrade
    assert (
        await read(XeXapi(FakeHost(answers(lists()) | {ROLLING: "true\n"})))
    ).pool.rolling_upgrade


async def test_a_map_that_can_be_read_two_ways_is_looked_up_key_by_key_once() -> None:
    pool = lists()
    pool["pbd"][1]["device-config"] = "location: a; b; location: 192.0.2.9:/iso; type: nfs_iso"
    more: dict[str, Answer] = {
        lookup("pbd", ISO_PBD, "device-config", "location"): "a; b; location: 192.0.2.9:/iso\n",
        lookup("pbd", ISO_PBD, "device-config", "type"): no_key("type"),
    }
    host = FakeHost(answers(pool) | more)
    source = XeXapi(host)
    for _ in range(2):
        state = await read(source)
        assert state.pbds[1].device_config == {"location": "a; b; location: 192.0.2.9:/iso"}
    assert [asked for asked in host.asked if "pbd-param-get" in asked] == list(more)


def ambiguous(number: int) -> list[Record]:
    """So many PBDs whose location cannot be told from their text."""
    text = "location: a; b; type: nfs_iso"
    mould = lists()["pbd"][1] | {"device-config": text}
    return [mould | {"uuid": uuid(f"f{n:02}")} for n in range(number)]


async def test_one_read_looks_up_a_few_keys_and_the_next_go_on() -> None:
    pbds = ambiguous(MOST_LOOKUPS)
    more: dict[str, Answer] = {
        lookup("pbd", pbd["uuid"], "device-config", key): f"{key} of {pbd['uuid']}\n"
        for pbd in pbds
        for key in ("location", "type")
    }
    host = FakeHost(answers(lists() | {"pbd": pbds}) | more)
    source = XeXapi(host)
    for whole in (MOST_LOOKUPS // 2, MOST_LOOKUPS, MOST_LOOKUPS):
        state = await read(source)
        assert [pbd.device_config["location"] for pbd in state.pbds] == [
            f"location of {pbd['uuid']}" for pbd in pbds[:whole]
        ]
        assert state.damaged == MOST_LOOKUPS - whole
        assert state.damaged_kinds == (("pbd",) if whole < MOST_LOOKUPS else ())
    assert [asked for asked in host.asked if "pbd-param-get" in asked] == list(more)


async def test_a_host_whose_version_is_not_looked_up_yet_stays() -> None:
    pool = lists()
    mould = pool["host"][0] | {"software-version": "product_version: 8; 3"}
    pool["host"] = [mould | {"uuid": uuid(f"c{n:02}")} for n in range(MOST_LOOKUPS + 1)]
    more: dict[str, Answer] = {
        lookup("host", host["uuid"], "software-version", "product_version"): "8; 3\n"
        for host in pool["host"]
    }
    source = XeXapi(FakeHost(answers(pool) | more))
    for unknown in (1, 0):
        state = await read(source)
        assert [host.product for host in state.hosts] == [
            *["XenServer 8; 3"] * (MOST_LOOKUPS + 1 - unknown),
            *[""] * unknown,
        ]
        assert state.damaged == 0


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("weird: x", {}),
        ("SCSIid: 36; options: a; b", {"SCSIid": "36"}),
        ("SCSIid: 36; username: u; weird: x; vers: 3", {"SCSIid": "36"}),
        ("SCSIid: 36; weird: x", None),
        ("weird: x; SCSIid: 36", None),
        ("SCSIid: 36; username: u; weird: x; type: y", None),
        ("SCSIid: 36; username: a; username: b", None),
    ],
)
async def test_a_key_that_is_new_to_us_is_a_doubt_only_beside_what_is_wanted(
    text: str, known: dict[str, str] | None
) -> None:
    pool = lists()
    pool["pbd"][0]["device-config"] = text
    table = answers(pool)
    said = "as looked up\n"
    for key in ("SCSIid", "type"):
        table[lookup("pbd", LUN_PBD, "device-config", key)] = said if key in text else no_key(key)
    host = FakeHost(table)
    config = (await read(XeXapi(host))).pbds[0].device_config
    assert any("pbd-param-get" in asked for asked in host.asked) == (known is None)
    keys = [key for key in ("SCSIid", "type") if key in text]
    assert config == (dict.fromkeys(keys, "as looked up") if known is None else known)


async def test_the_path_counts_of_a_value_of_another_form_say_nothing() -> None:
    pool = lists()
    pool["pbd"][0]["other-config"] = "mpath-36: [1; mpath-37: [2, 4]; multipathed: false"
    state = await state_of(pool)
    assert state.pbds[0].uuid == LUN_PBD
    assert (state.pbds[0].multipathed, state.pbds[0].path_counts) == (
        False,
        {"37": PathCount(2, 4)},
    )


async def test_a_hotfix_that_has_two_names_makes_those_of_its_hosts_unknown() -> None:
    named = printed([{"uuid": UPDATE, "name-label": name} for name in ("XS602E005", "other")])
    first, second = (
        await read(XeXapi(FakeHost(answers(lists()) | {line(*UPDATES.words): named})))
    ).hosts
    assert (first.hotfixes, second.hotfixes) == (None, ())


async def test_hotfixes_are_unknown_where_xe_does_not_name_them() -> None:
    table = answers(lists()) | {
        line(*UPDATES.words): refused("Unknown command: update-list\nFor usage run: 'xe help'\n", 1)
    }
    assert (await read(XeXapi(FakeHost(table)))).hosts[0].hotfixes is None
    table[line(*UPDATES.words)] = ""
    assert (await read(XeXapi(FakeHost(table)))).hosts[0].hotfixes is None


async def test_the_environment_is_clean_and_only_cheap_fields_are_asked_for() -> None:
    host = FakeHost(answers(lists()))
    await read(XeXapi(host))
    assert all(asked.startswith("env -i HOME=/nonexistent PATH=") for asked in host.asked)
    assert all("params=uuid," in asked or "-param-get uuid=" in asked for asked in host.asked)
    assert len(host.asked) == len(LISTS) + 2
