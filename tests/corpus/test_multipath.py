"""Every multipath sample of the corpus reads as its facts say, or is refused if damaged."""

from dataclasses import replace
from pathlib import Path as File
from typing import Any

import pytest
import yaml

from collectors.multipath_any import parse_any
from collectors.multipath_json import parse_maps_json
from collectors.multipath_lines import size_bytes
from collectors.multipath_records import Group, Map, Path
from collectors.multipathd import RawPath, daemon_pid, parse_raw_paths
from collectors.parsing import Parsed, ParseError, ToolError
from tests.real import CORPUS

pytestmark = pytest.mark.corpus
TORN_FROM_ITS_MAP = "multipath-ll/072-csm296-grep-fault"
"""Path lines without any header: no map, and one left out."""
ERROR_KINDS = {"multipathd-not-running": "not-running"}
RAW_FORMATS = {"002-xcpng-paths-degraded": "%m|%d|%D|%t|%T|%o|%p"}


def samples(folder: str, *kinds: str) -> list[Any]:
    """Text and facts of the samples of a folder that are of the given kinds."""
    found = []
    for path in sorted((CORPUS / folder).glob("*.yaml")):
        facts = yaml.safe_load(path.read_text())
        if facts["expected"]["kind"] in kinds:
            found.append(pytest.param(_text(path.with_suffix(".txt")), facts, id=path.stem))
    return found or [pytest.param("", {}, id=f"no-{folder}")]


def _text(path: File) -> str:
    return path.read_bytes().decode()


def numbers(devt: str | None) -> tuple[int | None, int | None]:
    """`8:16` as numbers; nothing for an unknown device."""
    if devt in (None, "#:#"):
        return None, None
    major, minor = str(devt).split(":")
    return int(major), int(minor)


def words(text: str | None) -> tuple[str, ...]:
    """The words after the count."""
    return tuple((text or "").split()[1:])


def handler(text: str | None) -> str | None:
    """The name after the count; native NVMe prints it without one."""
    names = (text or "0").split()
    return None if names in (["0"], ["n/a"]) else names[-1]


def listed(facts: dict[str, Any]) -> Map:
    """A map of a listing, from its facts."""
    groups = tuple(
        Group(
            group["policy"],
            group["prio"],
            group["status"],
            tuple(
                Path(
                    *(path["hctl"], path["dev"], *numbers(path["devt"])),
                    *(path["dm_st"], path["path_st"], path["dev_st"]),
                )
                for path in group["paths"]
            ),
        )
        for group in facts["groups"]
    )
    return Map(
        facts["wwid"],
        facts["alias"],
        facts["dm"],
        facts["vendor"],
        facts["product"],
        size_bytes(facts["size"]),
        words(facts["features"]),
        facts["queueing"],
        handler(facts["hwhandler"]),
        facts["wp"],
        groups,
    )


@pytest.mark.parametrize(("text", "facts"), samples("multipath-ll", "topology"))
def test_a_listing_reads_as_its_facts_say(text: str, facts: Any) -> None:
    parsed = parse_any(text)
    expected = facts["expected"]
    assert list(parsed.records) == [listed(one) for one in expected["maps"]]
    assert parsed.damaged == (facts["id"] == TORN_FROM_ITS_MAP)
    if isinstance(expected["noise_lines"], list):
        assert [noise.text for noise in parsed.noise] == [
            line.rstrip() for line in expected["noise_lines"]
        ]


def from_json(facts: dict[str, Any]) -> dict[str, Any]:
    """The asserted facts of a map in JSON, under our names."""
    return {
        "wwid": facts["uuid"],
        "alias": None if facts["name"] == facts["uuid"] else facts["name"],
        "device": facts["sysfs"],
        "vendor": facts["vend"],
        "product": facts["prod"],
        "features": words(facts["features"]),
        "hardware_handler": handler(facts["hwhandler"]),
        "groups": tuple(_json_group(group) for group in facts["groups"]),
    }


def _json_group(facts: dict[str, Any]) -> Group:
    paths = tuple(
        Path(
            *(None, path["dev"], *numbers(path["devt"])),
            *(path["dm_st"], path["chk_st"], path["dev_st"]),
        )
        for path in facts["paths"]
    )
    return Group(facts["selector"], facts["pri"], facts["dm_st"], paths)


@pytest.mark.parametrize(("text", "facts"), samples("multipathd-json", "json-maps"))
def test_json_reads_as_its_facts_say(text: str, facts: Any) -> None:
    parsed = parse_any(text)
    expected = [from_json(one) for one in facts["expected"]["maps"]]
    shown = (
        [
            {key: getattr(one, key) for key in from_json(facts["expected"]["maps"][0])}
            for one in parsed.records
        ]
        if expected
        else list(parsed.records)
    )
    assert shown == expected
    assert parsed.damaged == 0


@pytest.mark.parametrize(
    ("text", "facts"), samples("multipathd-json", "json-path", "maps-raw-format")
)
def test_other_answers_of_the_daemon_are_refused(text: str, facts: Any) -> None:
    with pytest.raises(ParseError):
        parse_any(text)


@pytest.mark.parametrize(("text", "facts"), samples("multipathd-raw-format", "raw-paths"))
def test_raw_paths_read_as_their_facts_say(text: str, facts: Any) -> None:
    number = facts["id"].rsplit("/", 1)[1]
    if number not in RAW_FORMATS:
        with pytest.raises(ParseError):
            parse_raw_paths(text)
        return
    expected = [
        RawPath(
            None,
            path["dev"],
            *numbers(path["devt"]),
            *(path["dm_st"], path["chk_st"], path["dev_st"], path["pri"]),
            map=None if path["map"] == "[orphan]" else path["map"],
        )
        for path in facts["expected"]["paths"]
    ]
    assert list(parse_raw_paths(text, RAW_FORMATS[number]).records) == expected


@pytest.mark.parametrize(("text", "facts"), samples("multipathd-raw-format", "daemon"))
def test_the_sign_of_life_reads_as_its_facts_say(text: str, facts: Any) -> None:
    assert daemon_pid(text) == facts["expected"]["pid"]


@pytest.mark.parametrize(("text", "facts"), samples("multipathd-errors", "error"))
def test_an_error_text_is_no_data(text: str, facts: Any) -> None:
    for parse in (parse_any, parse_maps_json, parse_raw_paths):
        with pytest.raises(ToolError) as caught:
            parse(text)
        assert caught.value.kind == ERROR_KINDS[facts["expected"]["error_class"]]
        assert facts["expected"]["message"] in str(caught.value)


@pytest.mark.parametrize(
    ("text", "facts"), samples("multipathd-show-paths", "show-paths-table", "show-paths-format")
)
def test_a_table_of_paths_holds_no_maps(text: str, facts: Any) -> None:
    assert parse_any(text).records == ()


@pytest.mark.parametrize(("text", "facts"), samples("multipathd-show-paths", "show-maps-table"))
def test_a_table_of_map_names_is_refused(text: str, facts: Any) -> None:
    with pytest.raises(ParseError):
        parse_any(text)


def states() -> list[Any]:
    """The folders of the lab's states."""
    return [pytest.param(f, id=f.name) for f in sorted((CORPUS / "multipath-live").glob("*"))] or [
        pytest.param(File(), id="no-multipath-live")
    ]


def captured(state: File, name: str) -> Parsed[Map] | None:
    """A captured answer, which must be whole; None where the state has none."""
    path = state / name
    if not path.is_file():
        return None
    parsed = parse_any(_text(path))
    assert parsed.damaged == 0
    assert [noise.text for noise in parsed.noise if noise.text != "ok"] == []
    return parsed


@pytest.mark.parametrize("state", states())
def test_json_and_topology_of_a_lab_state_agree_in_every_field_that_both_have(state: File) -> None:
    shown = captured(state, "show_maps_json.out")
    topology = captured(state, "show_topology.out")
    captured(state, "multipath_ll.out")
    if shown is None or topology is None:
        return
    assert list(shown.records) == [
        without_addresses(one) for one in topology.records if not _is_foreign(one)
    ]


def _is_foreign(one: Map) -> bool:
    """Native NVMe is in the topology alone."""
    return (one.device or "").startswith("[nvme]")


def without_addresses(one: Map) -> Map:
    """The map as JSON knows it: no H:C:T:L, no size."""
    groups = tuple(
        replace(group, paths=tuple(replace(path, hctl=None) for path in group.paths))
        for group in one.groups
    )
    return replace(one, size_bytes=None, groups=groups)
