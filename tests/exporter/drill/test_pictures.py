"""The pictures of a drill can be read."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from exporter.drill.pictures import LEFT, RIGHT, WIDTH, fitting, width_of
from exporter.drill.pictures_latency import decades, latency, shown
from exporter.drill.pictures_time import Scale, spread, tick_text
from exporter.drill.pictures_timeline import free, timeline, visible
from exporter.drill.record import Drill, Io, Span
from exporter.drill.report_io import io_facts
from exporter.drill.report_words import Clock
from tests.exporter.drill import drills
from tests.exporter.drill.drills import state

SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float, str]


def both(drill: Drill) -> list[ElementTree.Element]:
    clock, facts = Clock(drill.began, drills.ZONE), io_facts(drill.io, drill.seconds)
    return [
        ElementTree.fromstring(picture)
        for picture in (timeline(drill, clock), latency(drill, facts, clock))
    ]


def texts(picture: ElementTree.Element) -> Iterator[Box]:
    """Left, right, top and bottom of each text, a tenth narrower than it may be, and its words."""
    for one in picture.iter(f"{SVG}text"):
        words, size = one.text or "", float(one.attrib["font-size"])
        width = width_of(words, size) * 0.9
        shift = {"start": 0.0, "middle": width / 2, "end": width}[one.attrib["text-anchor"]]
        x, y = float(one.attrib["x"]) - shift, float(one.attrib["y"])
        yield x, x + width, y - size * 0.75, y + size * 0.2, words


def overlapping(picture: ElementTree.Element) -> list[tuple[str, str]]:
    found = [one for one in texts(picture) if one[4]]
    return [
        (a[4], b[4])
        for n, a in enumerate(found)
        for b in found[n + 1 :]
        if a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]
    ]


def said(picture: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in picture.iter(f"{SVG}title")]


EXAMPLES = {
    "failover": drills.failover(),
    "eight marks": drills.eight_marks(),
    "eight marks in three hours": replace(drills.eight_marks(), seconds=10_800.0),
    "holes": drills.with_holes(),
    "hanging": drills.hanging(),
    "bond": drills.bond(),
    "empty": drills.empty(),
    "long names": drills.hostile("a rather long name of something " * 9),
    "an hour": drills.long_drill(),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_texts_overlap_and_none_leaves_the_picture(name: str) -> None:
    for picture in both(EXAMPLES[name]):
        assert overlapping(picture) == []
        assert [one for one in texts(picture) if one[0] < 0 or one[1] > WIDTH] == []


def test_both_pictures_share_width_and_time_scale() -> None:
    first, second = both(drills.failover())
    ticks = [
        [(round(x), words) for x, _, _, _, words in texts(one) if re.fullmatch(r"\d:\d\d", words)]
        for one in (first, second)
    ]
    assert ticks[0] == ticks[1]
    assert first.attrib["width"] == second.attrib["width"] == str(WIDTH)


@pytest.mark.parametrize(
    ("seconds", "step", "last"),
    [
        (4.0, 0.5, "4.0"),
        (30.0, 5.0, "30"),
        (240.0, 30.0, "4:00"),
        (3600.0, 600.0, "60:00"),
        (10_800.0, 1800.0, "3:00"),
        (172_800.0, 21_600.0, "48:00"),
    ],
)
def test_ticks_are_round_and_few(seconds: float, step: float, last: str) -> None:
    scale = Scale(seconds)
    assert scale.step() == step
    assert tick_text(scale.ticks()[-1], step, seconds) == last


def test_a_drill_of_weeks_or_of_no_time_has_ticks() -> None:
    assert 2 <= len(Scale(40 * 86_400.0).ticks()) <= 11
    assert Scale(0.0).ticks() == [0.0]


def test_marks_that_are_close_stand_side_by_side_near_to_their_place() -> None:
    places = spread([500.0, 501.0, 502.0, 900.0], 20.0, LEFT, RIGHT)
    assert [b - a for a, b in pairwise(places)][:2] == pytest.approx([20.0, 20.0])
    assert (places[1], places[3]) == pytest.approx((501.0, 900.0))


def test_marks_at_an_edge_stay_within_it_and_in_order() -> None:
    wished = [984.0, 985.0, 985.0]
    places = spread(wished, 20.0, LEFT, RIGHT)
    assert places[-1] <= RIGHT
    assert all(b - a >= 20.0 - 1e-9 for a, b in pairwise(places))
    assert spread([LEFT] * 200, 20.0, LEFT, RIGHT)[-1] <= RIGHT + 1e-6


def test_a_span_says_its_exact_state_and_times_under_the_mouse() -> None:
    titles = said(both(drills.failover())[0])
    assert (
        "sda 0:0:0:0: failed faulty offline, 17:28:32.5 (121.5 s) to 17:28:37.0 (126.0 s), 4.5 s"
    ) in titles
    assert "3. SCM1 out, 17:28:31.0 (120.0 s)" in titles


def test_alerts_are_outlined_while_pending_and_filled_while_firing() -> None:
    titles = said(both(drills.failover())[0])
    assert "MultipathPathsMissing would have fired at 17:27:32.0 (61.0 s)" in titles
    assert not any("NoStandbyGroup would" in one for one in titles)


def test_holes_are_hatched_in_both_pictures() -> None:
    for picture in both(drills.with_holes()):
        hatched = [one for one in picture.iter(f"{SVG}rect") if "-hole" in one.attrib["fill"]]
        assert "no sample for 18 s: 17:28:21.0 (110.0 s) to 17:28:39.0 (128.0 s)" in said(picture)
        assert hatched


def test_a_short_failure_of_a_long_drill_is_seen() -> None:
    spans = [Span(0.0, 5000.0, state("active ready running"))]
    spans.append(Span(5000.0, 5000.4, state("failed faulty offline")))
    spans.append(Span(5000.4, 10_800.0, state("active ready running")))
    assert list(visible(spans, Scale(10_800.0)))[-1].state.tone == "bad"


def test_a_path_that_flaps_for_hours_is_drawn_in_bounded_size() -> None:
    changes = [(n * 0.25, ("active ready running", "not there")[n % 2]) for n in range(20_000)]
    lane = drills.lane("sda", *changes, end=5000.0)
    assert len(list(visible(lane.spans, Scale(5000.0)))) <= RIGHT - LEFT + 1


def test_of_many_reads_the_slowest_of_each_column_is_drawn() -> None:
    drill = drills.long_drill()
    slow = Io(1800.01, 2.5)
    drawn = list(shown((*drill.io, slow), Scale(drill.seconds)))
    assert slow in drawn
    assert len(drawn) <= RIGHT - LEFT + 1


def test_failed_and_hanging_io_stands_above_the_scale() -> None:
    titles = said(both(drills.bond())[1])
    assert "failed: no answer, began 17:26:41.0 (10.0 s)" in titles
    picture = both(drills.hanging())[1]
    assert "never ended, began 17:29:51.0 (200.0 s)" in said(picture)
    assert "never ended" in [words for *_, words in texts(picture)]


def test_the_longest_gap_is_labelled() -> None:
    assert "longest gap 3.9 s" in [words for *_, words in texts(both(drills.failover())[1])]
    hanging = [words for *_, words in texts(both(drills.hanging())[1])]
    assert "longest gap at least 40.1 s" in hanging


def test_a_picture_without_io_says_so() -> None:
    assert "No I/O was recorded" in [words for *_, words in texts(both(drills.without_io())[1])]


def test_the_scale_of_latency_has_whole_decades_around_all() -> None:
    assert decades([0.0004, 0.9]).ticks() == pytest.approx([1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0])
    assert decades([0.0]).low == -6
    assert len(decades([]).ticks()) >= 3


def test_text_stands_beside_marks_and_is_cut_to_its_room() -> None:
    assert free(0.0, 100.0, [(40.0, 44.0), (90.0, 120.0)]) == [(0.0, 40.0), (44.0, 90.0)]
    assert free(0.0, 10.0, [(0.0, 20.0)]) == []
    words = fitting("active ready running", 80.0)
    assert words.endswith("…")
    assert width_of(words) <= 80.0
    assert fitting("short", 80.0) == "short"
