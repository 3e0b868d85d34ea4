"""Every sample of xe in the corpus reads as its facts say."""

from typing import Any

import pytest

from collectors.xe_minimal import parse_xe_minimal
from collectors.xe_text import parse_xe
from tests.corpus.test_bonds import samples

pytestmark = pytest.mark.corpus


def stripped(record: dict[str, Any]) -> dict[str, str]:
    return {name: str(value).strip() for name, value in record.items()}


@pytest.mark.parametrize(("text", "facts"), samples("xe"))
def test_xe_reads_as_its_facts_say(text: str, facts: Any) -> None:
    expected = facts["expected"]
    if expected["kind"] == "minimal":
        assert list(parse_xe_minimal(text).records) == expected["values"]
        return
    parsed = parse_xe(text)
    found = [stripped(record) for record in parsed.records]
    assert len(found) == expected["count"]
    assert [record.get("uuid") for record in found] == expected["uuids"]
    if "records" in expected:
        assert found == [stripped(record) for record in expected["records"]]
    noise = [line.text.rstrip() for line in parsed.noise]
    assert (noise, parsed.damaged) == (expected.get("noise_lines", []), 0)
