"""A drill is saved as JSON and read again."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter.drill.record import Drill, Io, Lane, Note, Span, State, WouldFire
from exporter.drill.saved import NotADrill, dump, load

SECONDS = st.floats(0.0, 1e9)
PAIRS = st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=2).map(tuple)
STATE = st.builds(State, st.text(max_size=5), st.sampled_from(["good", "bad", "unknown"]))
LANE = st.builds(
    Lane, st.text(max_size=5), st.lists(st.builds(Span, SECONDS, SECONDS, STATE)).map(tuple)
)
DRILLS = st.builds(
    Drill,
    kind=st.sampled_from(["multipath", "bond"]),
    target=st.text(),
    subject=st.text(),
    began=SECONDS,
    seconds=SECONDS,
    facts=PAIRS,
    serving=LANE,
    lanes=st.lists(LANE, max_size=2).map(tuple),
    io_name=st.text(max_size=5),
    io=st.lists(st.builds(Io, SECONDS, st.none() | SECONDS, st.text(max_size=5))).map(tuple),
    notes=st.lists(st.builds(Note, SECONDS, st.text(max_size=5), st.text()), max_size=2).map(tuple),
    alerts=st.lists(
        st.builds(
            WouldFire,
            st.text(max_size=5),
            st.just("warning"),
            PAIRS,
            SECONDS,
            st.none() | SECONDS,
            st.none() | SECONDS,
        ),
        max_size=2,
    ).map(tuple),
    holes=st.lists(st.tuples(SECONDS, SECONDS), max_size=2).map(tuple),
)
SMALL = Drill("bond", "xs1", "bond0", 1.0, 2.0, (), Lane("active member", ()), (), "pings", ())


@given(DRILLS)
@settings(max_examples=50)
def test_what_was_saved_is_read_again_unchanged(drill: Drill) -> None:
    assert load(dump(drill)) == drill


def test_the_format_number_stands_first() -> None:
    assert dump(SMALL).startswith('{"xenlens_drill": 1, "kind": "bond"')


def changed(**values: object) -> str:
    return json.dumps({**json.loads(dump(SMALL)), **values})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON: Expecting value"),
        (dump(SMALL)[:40], "no JSON: "),
        ("[" * 100_000, "no JSON: "),
        ("[1]", "no drill of xenlens: it has no xenlens_drill"),
        ('{"probe": "ssd"}', "no drill of xenlens: it has no xenlens_drill"),
        (changed(xenlens_drill=2), "format 2 is not known to this xenlens, which reads 1"),
        (changed(kind="raid"), "kind: Input should be 'multipath' or 'bond'"),
        (changed(seconds="long"), "seconds: Input should be a valid number"),
        (changed(io=[{"at": 1}]), "io.0.seconds: "),
        (changed(seconds=float("nan")), "NaN is no number that a drill has"),
        (dump(SMALL).replace("2.0", "1e999"), "1e999 is no number that a drill has"),
    ],
)
def test_what_cannot_be_read_says_why_in_one_line(text: str, why: str) -> None:
    with pytest.raises(NotADrill) as raised:
        load(text)
    assert str(raised.value).startswith(why)
    assert "\n" not in str(raised.value)
