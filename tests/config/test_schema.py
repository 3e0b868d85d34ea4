"""The JSON Schema of the file, as an editor uses it: examples pass, and most mistakes do not."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

from exporter.config.problems import ConfigError
from exporter.config.show import schema
from exporter.config.source import parse

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "config"
INVALID = [*FIXTURES.glob("invalid/*.yml"), *Path(__file__).parent.glob("invalid/*.yml")]
VALID = [*FIXTURES.glob("valid/*.yml"), *ROOT.glob("deploy/[ek]*/xenlens*.yml")]
BEYOND = re.compile(
    r": (DIR|/)\S*: "  # files
    r"|already a (host|member) of|pool is named|unknown (bond|storage class)|not a member of"
    r"|leaves nothing of|is listed \d+ times|apart take|is not less than|the same as address"
    r"|knows no \w+; leave it out|writes, and only into|without (user|password_file)"
    r"|has no webhook|ends before it begins|192\.0\.2\.256"
)
"""What depends on several values, or on more than the file; no schema tells that."""


@pytest.fixture(scope="module")
def checker() -> Validator:
    found = json.loads(schema())
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    kind = validator_for(found)
    assert kind is jsonschema.Draft202012Validator
    kind.check_schema(found)
    return kind(found)


def examples() -> Iterator[tuple[str, bytes]]:
    """Every whole configuration of docs and deploy, and of the tests."""
    for file in VALID:
        yield file.name, file.read_bytes()
    for page in [*ROOT.glob("docs/*.md"), ROOT / "README.md"]:
        for text in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL):
            if re.search(r"^pools:", text, re.MULTILINE) and "..." not in text:
                yield page.name, text.encode()


def data_of(text: bytes, name: str) -> Any:
    """What a YAML reader makes of a file."""
    return parse(text, name).data


def stands_in_one_place(file: Path) -> bool:
    """Whether one value is wrong by itself. What is no YAML, an editor says itself."""
    try:
        source = parse(file.read_bytes(), file.name)
    except ConfigError:
        return False
    lines = file.with_suffix(".txt").read_text().splitlines()
    return not source.problems and not all(map(BEYOND.search, lines))


ONE_PLACE = sorted(filter(stands_in_one_place, INVALID))


@pytest.mark.parametrize(("name", "text"), list(examples()), ids=lambda value: str(value)[:40])
def test_every_example_is_valid(checker: Validator, name: str, text: bytes) -> None:
    assert [str(error) for error in checker.iter_errors(data_of(text, name))] == []


@pytest.mark.parametrize("file", ONE_PLACE, ids=lambda file: file.stem)
def test_a_mistake_that_stands_in_one_place_is_refused(checker: Validator, file: Path) -> None:
    assert not checker.is_valid(data_of(file.read_bytes(), file.name))


def test_most_mistakes_are_of_that_sort() -> None:
    assert len(ONE_PLACE) > len(INVALID) / 2
