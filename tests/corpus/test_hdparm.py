"""Every sample of hdparm in the corpus reads as its facts say."""

from typing import Any

import pytest

from collectors.hdparm import DiskTiming, parse_hdparm
from collectors.parsing import ToolError
from tests.corpus.test_bonds import samples

pytestmark = pytest.mark.corpus
UNITS = {"MB/sec": 2**20, "kB/sec": 2**10}


def figures(timing: DiskTiming) -> list[tuple[str | None, str, float]]:
    """The figures of a run, by kind."""
    kinds = (
        ("cached", timing.cached_bytes_per_second),
        ("disk", timing.buffered_bytes_per_second),
    )
    return [(timing.device, kind, rate) for kind, rate in kinds if rate is not None]


@pytest.mark.parametrize(("text", "facts"), samples("hdparm"))
def test_hdparm_reads_as_its_facts_say(text: str, facts: Any) -> None:
    expected = facts["expected"]
    if expected["kind"] == "error":
        with pytest.raises(ToolError) as caught:
            parse_hdparm(text)
        assert caught.value.kind == expected["error_class"]
        return
    parsed = parse_hdparm(text)
    assert parsed.damaged == 0
    assert [figure for timing in parsed.records for figure in figures(timing)] == [
        (device["device"], result["kind"], result["rate"] * UNITS[result["unit"]])
        for device in expected["devices"]
        for result in device["results"]
    ]
