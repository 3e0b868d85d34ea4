"""The effective configuration and the schema of the file."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from collectors.disk_profiles import PROFILES
from exporter.config import load
from exporter.config.load import loads
from exporter.config.model import Document
from exporter.config.section import Section
from exporter.config.show import as_yaml, effective, schema

FOLDER = Path(__file__).parent.parent / "fixtures" / "config" / "valid"
FILES = sorted(FOLDER.glob("*.yml"))


class Bearer(Section):
    """A section with a secret."""

    name: str
    token: SecretStr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_shown_reads_back_to_the_same(file: Path) -> None:
    found = load(file)
    again = loads(effective(found.document).encode(), Path("elsewhere.yml"))
    assert again.targets() == found.targets()
    assert again.disk_probes() == found.disk_probes()
    assert (again.listen, again.log, again.scrape) == (found.listen, found.log, found.scrape)


@given(st.from_regex(r"[0-9eEx_.+~-]{1,12}|(?i:yes|no|on|off|true|null)", fullmatch=True))
def test_names_that_look_like_numbers_or_flags_stay_text(wwid: str) -> None:
    text = yaml.safe_dump({"pools": {"p": {"hosts": {"h": {"local": {}}}}}})
    document = loads(text.encode(), Path("xenlens.yml")).document
    data = document.model_dump(mode="json", exclude_none=True)
    data["pools"]["p"]["multipath"]["maps"] = {wwid: {}}
    again = loads(as_yaml(Document.model_validate(data)).encode(), Path("xenlens.yml"))
    assert list(again.find("h").inventory.maps) == [wwid]


def test_a_host_is_shown_with_everything_it_inherits() -> None:
    shown = yaml.safe_load(effective(load(FOLDER / "modular.yml").document))
    assert shown["listen"] == ":10045"
    assert shown["scrape"] == {"timeout": "10s", "timeout_offset": "0.5s"}
    assert set(shown["pools"]["modular"]) == {"bonds", "xapi", "hosts", "guests", "disk_probes"}
    host = shown["pools"]["modular"]["hosts"]["xenserver1"]
    assert host["ssh"]["user"] == "root"
    assert host["bonds"]["bond0"] == {"members": ["eth0", "eth2"], "preferred": "eth2"}
    assert shown["pools"]["modular"]["xapi"] == {"ways": ["socket", "xe"]}


def test_a_secret_is_shown_as_stars() -> None:
    shown = as_yaml(Bearer(name="alertmanager", token=SecretStr("correct horse")))
    assert shown == "name: alertmanager\ntoken: '**********'\n"


def test_the_schema_knows_every_key_and_refuses_others() -> None:
    found = json.loads(schema())
    assert set(found["properties"]) == set(Document.model_fields)
    for section in [found, *found["$defs"].values()]:
        assert section["additionalProperties"] is False
        assert all(key.get("description") for key in section["properties"].values())


def test_the_schema_wants_exactly_one_way_to_a_host() -> None:
    host = json.loads(schema())["$defs"]["Host"]
    assert host["oneOf"] == [{"required": [way]} for way in ("ssh", "local", "recorded")]


def test_the_schema_wants_a_host_or_a_guest_of_a_pool() -> None:
    pool = json.loads(schema())["$defs"]["Pool"]
    assert pool["anyOf"] == [
        {"required": [machines], "properties": {machines: {"minProperties": 1}}}
        for machines in ("hosts", "guests")
    ]
    assert "required" not in pool


def test_the_schema_has_no_captured_outputs_for_a_guest() -> None:
    guest = json.loads(schema())["$defs"]["Guest"]
    assert set(guest["properties"]) == {"ssh", "local"}
    assert guest["oneOf"] == [{"required": ["ssh"]}, {"required": ["local"]}]


def test_the_schema_has_the_profiles_places_and_times_of_a_disk_probe() -> None:
    probe = json.loads(schema())["$defs"]["DiskProbe"]
    assert probe["properties"]["profile"]["enum"] == list(PROFILES)
    assert probe["required"] == ["host", "profile"]
    assert probe["oneOf"] == [{"required": [place]} for place in ("directory", "file", "device")]
    every = probe["properties"]["every"]["anyOf"][0]
    assert (every["minimum"], every["maximum"]) == (60.0, 604800.0)


def test_the_schema_wants_at_least_one_entry_where_the_check_does() -> None:
    sections = json.loads(schema())["$defs"]
    assert sections["Xapi"]["properties"]["ways"]["minItems"] == 1
    assert sections["Bond"]["properties"]["members"]["minItems"] == 1
    assert "minItems" not in sections["HostConfig"]["properties"]["hotfixes"]


def test_the_schema_takes_a_destination_as_an_address_or_as_a_mapping() -> None:
    sections = json.loads(schema())["$defs"]
    address = sections["BondDestination"]["properties"]["address"]["anyOf"]
    assert address == [{"const": "auto"}, {"type": "string", "format": "ipv4"}]
    found = sections["Bond"]["properties"]["destinations"]
    assert found["items"]["anyOf"] == [{"$ref": "#/$defs/BondDestination"}, *address]
    assert found["maxItems"] == 8


def test_the_schema_has_the_bounds_of_a_probe() -> None:
    probe = json.loads(schema())["$defs"]["Probe"]["properties"]
    bounds = {
        key: (probe[key]["anyOf"][0]["minimum"], probe[key]["anyOf"][0]["maximum"])
        for key in ("timeout", "interval")
    }
    assert bounds == {"timeout": (0.1, 10.0), "interval": (0.02, 1.0)}
    assert (probe["count"]["minimum"], probe["count"]["maximum"]) == (2, 10)
    assert probe["way"]["enum"] == ["auto", "raw", "openflow"]


def test_the_schema_has_no_null() -> None:
    def nulls(value: Any) -> bool:
        if isinstance(value, dict):
            return any(nulls(item) for item in value.values())
        return value is None or (isinstance(value, list) and any(map(nulls, value)))

    assert not nulls(json.loads(schema()))
