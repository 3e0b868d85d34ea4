"""Damage takes from what a text says is well. It never adds: nothing ill reads as healthy."""

from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from collectors.disk_reasons import DiskProbeFailed
from collectors.parsing import Parsed, ParseError
from collectors.xe_complete import END
from tests.fuzz.health import HEALTH, added, healthy
from tests.fuzz.seeds import seeds
from tests.fuzz.subjects import subjects

NAMES = sorted(HEALTH)
LONGEST = 6000
"""Bytes of a text whose every line is lost once: it is read as often as it has lines."""
COMPLETE = {"proc-mounts": ParseError, "reachability": ParseError, "disk-answer": DiskProbeFailed}
"""What claims to be whole or refuses the text."""


@cache
def short(name: str) -> list[bytes]:
    """The seeds of a subject of which something is well."""
    return [seed for seed in seeds(name) if len(seed) <= LONGEST and healthy(name, seed)][:6]


@pytest.mark.parametrize("name", NAMES)
def test_a_lost_line_makes_nothing_healthy(name: str) -> None:
    assert short(name)
    for seed in short(name):
        before, lines = healthy(name, seed), seed.splitlines(keepends=True)
        for number, line in enumerate(lines):
            damaged = b"".join(lines[:number] + lines[number + 1 :])
            assert not added(name, before, damaged), (number, line, seed)


@given(st.sampled_from(NAMES), st.data())
def test_a_text_cut_off_anywhere_makes_nothing_healthy(name: str, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(short(name)))
    cut = seed[: data.draw(st.integers(0, len(seed)))]
    assert not added(name, healthy(name, seed), cut)


@given(st.sampled_from(sorted(COMPLETE)), st.data())
def test_what_claims_to_be_whole_refuses_a_text_cut_off(name: str, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(seeds(name)))
    lines = [at for at, byte in enumerate(seed) if byte == ord("\n")]
    cut = seed[: data.draw(st.integers(0, len(seed) - 1))]
    found = subjects()[name].try_to(cut)
    if name == "proc-mounts" and (not cut or len(cut) - 1 in lines):
        return
    assert isinstance(found, COMPLETE[name])


@given(st.data())
def test_a_list_of_xe_cut_off_lacks_its_last_object_and_says_so(data: st.DataObject) -> None:
    """Between two of its objects it is a list as any other."""
    seed = data.draw(st.sampled_from(whole_lists()))
    whole = subjects()["xe-complete"].try_to(seed)
    cut = seed.rstrip(b"\n")[: data.draw(st.integers(1, len(seed)))]
    assume(not cut.endswith(END.encode()))
    found = subjects()["xe-complete"].try_to(cut)
    assert isinstance(whole, Parsed)
    if isinstance(found, Parsed):
        assert found.damaged > 0
        assert len(found.records) < len(whole.records)


@cache
def whole_lists() -> list[bytes]:
    """Lists as xe prints them, of which nothing is left out."""
    read = [(seed, subjects()["xe-complete"].try_to(seed)) for seed in seeds("xe-complete")]
    return [
        s for s, found in read if isinstance(found, Parsed) and found.records and not found.damaged
    ]
