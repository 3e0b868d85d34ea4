"""Sizes as people write them, and back."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.config.show import schema
from exporter.config.sizes import SIZE, size_within, written

read = size_within(0, 2**50, "any size")


@pytest.mark.parametrize(
    ("text", "found"),
    [("1KiB", 1024), ("128MiB", 134217728), ("1GiB", 2**30), ("2TiB", 2**41), (4096, 4096)],
)
def test_units_are_powers_of_1024_and_a_number_is_bytes(text: str | int, found: int) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    "value",
    ["", "MiB", "1", "1MB", "1M", "1mib", "1 MiB", "-1MiB", "1.5GiB", "٣MiB", 1.0, True, None],
)
def test_anything_else_is_no_size(value: object) -> None:
    with pytest.raises(ValueError, match=r"is not allowed.*; allowed: any size$"):
        read(value)


@pytest.mark.parametrize("text", ["64M", "64m", "64MB", "64mb", "64Mib", "64 MiB", "64 M"])
def test_a_unit_written_otherwise_is_told_in_full(text: str) -> None:
    """Said: the very text that would be read."""
    with pytest.raises(ValueError, match=r'is not allowed \(did you mean "64MiB"\?\); allowed: '):
        read(text)


@pytest.mark.parametrize(
    "text", ["", "64", "M", "64X", "64MiBs", "64  MiB", "6.4M", "2048T", "2PiB"]
)
def test_nothing_is_suggested_that_would_not_be_read_either(text: str) -> None:
    """2048T is more than the largest size here."""
    with pytest.raises(ValueError, match=r'" is not allowed; allowed: '):
        read(text)


@pytest.mark.parametrize(
    ("found", "text"),
    [(2**30, "1GiB"), (1536 * 2**20, "1536MiB"), (2**40 + 1, 2**40 + 1), (1000, 1000), (0, 0)],
)
def test_a_size_is_written_in_the_largest_unit_of_which_it_is_whole(
    found: int, text: str | int
) -> None:
    assert written(found) == text


@given(st.integers(0, 2**50))
def test_every_size_reads_back_from_how_it_is_written(found: int) -> None:
    assert read(written(found)) == found


def test_the_schema_takes_a_size_as_text_or_as_a_number_of_bytes() -> None:
    probe = json.loads(schema())["$defs"]["DiskProbe"]["properties"]
    number, text = probe["size"]["anyOf"]
    assert number == {"type": "integer", "minimum": 2**20, "maximum": 2**34}
    assert text == {"type": "string", "pattern": f"^{SIZE}$"}
    assert re.search(text["pattern"], "128MiB")
    assert probe["keep_free"]["anyOf"][0]["maximum"] == 2**44
