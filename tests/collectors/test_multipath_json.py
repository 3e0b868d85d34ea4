"""`multipathd show maps json`: the same maps as the topology, without addresses and sizes."""

import json
from typing import Any

import pytest

from collectors.multipath_any import parse_any
from collectors.multipath_json import parse_maps_json
from collectors.multipath_records import Group, Map, Path
from collectors.parsing import ParseError, ToolError

WWID = "3600a0980383036374f2b4d3947576b31"


def path(**facts: Any) -> dict[str, Any]:
    one = {"dev": "sdb", "dev_t": "8:16", "dm_st": "active", "dev_st": "running", "chk_st": "ready"}
    return one | {"checker": "tur", "pri": 50} | facts


def group(*paths: dict[str, Any], **facts: Any) -> dict[str, Any]:
    one = {"selector": "service-time 0", "pri": 50, "dm_st": "active", "group": 1}
    return one | {"paths": list(paths or (path(),))} | facts


def one_map(*groups: dict[str, Any], **facts: Any) -> dict[str, Any]:
    one = {"name": "mpatha", "uuid": WWID, "sysfs": "dm-3", "queueing": "5 chk", "paths": 1}
    one |= {"write_prot": "rw", "dm_st": "active", "features": "1 queue_if_no_path"}
    one |= {"hwhandler": "1 alua", "vend": "NETAPP  ", "prod": "LUN C-Mode      "}
    return one | {"path_groups": list(groups or (group(),))} | facts


def printed(*maps: dict[str, Any]) -> str:
    return json.dumps({"major_version": 0, "minor_version": 1, "maps": list(maps)}, indent=3)


def only(text: str) -> Map:
    (one,) = parse_maps_json(text).records
    return one


def test_a_map_reads_into_this_record() -> None:
    standby = group(path(dev="sdc", dev_t="65:32", chk_st="i/o pending"), pri=10, dm_st="enabled")
    assert only(printed(one_map(group(), standby))) == Map(
        WWID,
        "mpatha",
        "dm-3",
        "NETAPP",
        "LUN C-Mode",
        None,
        ("queue_if_no_path",),
        True,
        "alua",
        "rw",
        (
            Group(
                "service-time 0",
                50,
                "active",
                (Path(None, "sdb", 8, 16, "active", "ready", "running"),),
            ),
            Group(
                "service-time 0",
                10,
                "enabled",
                (Path(None, "sdc", 65, 32, "active", "i/o pending", "running"),),
            ),
        ),
    )


def test_a_map_named_by_its_wwid_has_no_alias() -> None:
    assert only(printed(one_map(name=WWID))).alias is None


def test_a_path_whose_device_is_gone_has_no_device_and_no_number() -> None:
    (one,) = only(printed(one_map(group(path(dev="-", dev_t="#:#"))))).paths
    assert (one.device, one.major, one.minor) == (None, None, None)


def test_a_map_without_paths_has_no_groups_and_no_vendor() -> None:
    one = only(printed(one_map() | {"path_groups": [], "vend": "##", "prod": "##"}))
    assert (one.groups, one.vendor, one.product) == ((), None, None)


def test_a_map_that_is_not_loaded_has_no_device() -> None:
    assert only(printed(one_map(sysfs="undef"))).device is None


@pytest.mark.parametrize(
    "document",
    [{"major_version": 0, "map": one_map()}, one_map()],
    ids=["show map X json", "one map by itself"],
)
def test_one_map_reads_as_it_does_in_a_list(document: dict[str, Any]) -> None:
    assert only(json.dumps(document)) == only(printed(one_map()))


@pytest.mark.parametrize(
    ("before", "after", "noise"),
    [
        ("multipathd> list maps json\n", "\nmultipathd> exit\n", [1, -1]),
        ("multipathd> ", "\nmultipathd> ", [1, -1]),
        ("Oct 28 14:02:44 | sdc: alua not supported\n", "", [1]),
        ("\n\n", "\n\n", []),
    ],
)
def test_prompts_and_log_lines_around_the_json_are_noise(
    before: str, after: str, noise: list[int]
) -> None:
    text = before + printed(one_map()) + after
    parsed = parse_any(text)
    assert parsed.records == (only(printed(one_map())),)
    lines = text.rstrip("\n").count("\n") + 1
    assert [one.line for one in parsed.noise] == [n if n > 0 else lines for n in noise]


@pytest.mark.parametrize("vendor", ["A\x01B", 'A"B', "A\\B", "A\tB", "{A}", "A\\u00"])
def test_strings_that_multipathd_did_not_escape_are_read_as_they_are(vendor: str) -> None:
    text = printed(one_map(vend="VENDOR")).replace("VENDOR", vendor)
    assert only(text).vendor == vendor


@pytest.mark.parametrize("text", ["", " \n", "ok\n", "multipathd> \n", printed()])
def test_a_daemon_without_maps_has_none(text: str) -> None:
    assert parse_maps_json(text).records == ()


def without(facts: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != key}


@pytest.mark.parametrize(
    "damaged",
    [
        without(one_map(), "uuid"),
        without(one_map(), "path_groups"),
        one_map(path_groups="none"),
        one_map(uuid=7),
        one_map(without(group(), "pri")),
        one_map(group(pri="50")),
        one_map(group(pri=True)),
        one_map(without(group(), "dm_st")),
        one_map(group(without(path(), "chk_st"))),
        one_map(group(without(path(), "dm_st"))),
        one_map(group(path(dm_st=None))),
        one_map(group(path(dev_t="8"))),
        one_map(features=5),
        {"name": "x"},
        "map",
        None,
        [],
    ],
)
def test_a_map_with_a_missing_or_wrong_field_is_left_out_and_counted(damaged: Any) -> None:
    parsed = parse_maps_json(printed(damaged, one_map()))
    assert (len(parsed.records), parsed.damaged) == (1, 1)


@pytest.mark.parametrize("kept", [1, 40, 200, 600])
def test_json_that_ends_early_is_refused(kept: int) -> None:
    with pytest.raises(ParseError, match=r"^line \d+: expected whole JSON"):
        parse_maps_json(printed(one_map(), one_map())[:kept])


@pytest.mark.parametrize("text", ["{}", '{"maps": {}}', '{"paths": []}', "{" * 5000, "{[" * 5000])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match=r"^line 1: expected"):
        parse_maps_json(text)


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    with pytest.raises(ParseError):
        parse_maps_json(printed(one_map()).replace('"paths": 1', '"paths": ' + "1" * 6000))


def test_text_that_is_not_json_is_refused_with_its_line() -> None:
    with pytest.raises(ParseError, match=r"^line 2: expected multipathd's JSON"):
        parse_maps_json("\nmpatha dm-0\n")


def test_the_help_text_of_a_daemon_that_knows_no_json_is_not_an_answer() -> None:
    with pytest.raises(ToolError) as caught:
        parse_maps_json("multipath-tools v0.4.9\nCLI commands reference:\n list|show paths\n")
    assert caught.value.kind == "not-understood"
