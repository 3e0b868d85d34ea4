"""I/O latency over time, on a logarithmic scale; what failed or never ended stands above it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import svg

from exporter.drill.pictures import (
    DARK_BAD,
    FAINT,
    GOOD,
    INK,
    LEFT,
    LINE,
    PAPER,
    RIGHT,
    Shape,
    box,
    fitting,
    label,
    line,
    sheet,
    text,
    tip,
    width_of,
)
from exporter.drill.pictures_time import FOOT, HEAD, Scale, axis, holes, mark_lines, title
from exporter.drill.record import Drill, Io
from exporter.drill.report_io import Gap, IoFacts, is_good, is_hung
from exporter.drill.report_words import Clock, lasted

NAME = "latency"
MOST_POINTS = 1500
"""Operations that are drawn one by one; of more, the slowest of each column of pixels."""
LEAST = 1e-6
"""Seconds: the scale shows nothing shorter."""
_STRIP = 26
"""Pixels above the scale, for what failed and what never ended."""
_TOP = HEAD + _STRIP + 10
_BOTTOM = _TOP + 230


@dataclass(frozen=True, slots=True)
class Decades:
    """The scale of latency: powers of ten, in seconds."""

    low: int
    high: int

    def y(self, seconds: float) -> float:
        """Pixels from above."""
        share = (log10(max(LEAST, seconds)) - self.low) / (self.high - self.low)
        return _BOTTOM - share * (_BOTTOM - _TOP)

    def ticks(self) -> list[float]:
        """Seconds."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def decades(latencies: Sequence[float]) -> Decades:
    """Whole decades around all latencies, with room above the longest."""
    low = floor(log10(max(LEAST, min(latencies, default=1e-3))))
    high = ceil(log10(max(LEAST, max(latencies, default=1.0) * 1.2)))
    return Decades(low, max(high, low + 2))


def latency(drill: Drill, facts: IoFacts, clock: Clock) -> str:
    """Draw it: an SVG document, of bounded size however much I/O there was."""
    scale = Scale(drill.seconds)
    good = [one for one in drill.io if is_good(one)]
    size = decades([one.seconds for one in good if one.seconds is not None])
    name = f"Latency of {drill.io_name or 'I/O'}"
    dots = "; each dot is the slowest of its pixel" if len(good) > MOST_POINTS else ""
    parts = [
        *title(fitting(f"{name}{dots}", RIGHT - 200)),
        *_median_key(facts),
        *axis(scale, clock, HEAD, _BOTTOM),
        *_scale(size),
        *_longest(facts, scale, clock),
        points(shown(good, scale), scale, size),
        *_median(facts, size),
        *_failed(drill, scale, clock),
        *holes(drill, scale, clock, NAME, _BOTTOM),
        *mark_lines(drill, scale, clock, _BOTTOM),
        *_longest_label(facts, scale),
        *_nothing(facts),
    ]
    return sheet(NAME, name, _BOTTOM + FOOT, parts)


def _scale(size: Decades) -> Iterator[Shape]:
    for seconds in size.ticks():
        y = size.y(seconds)
        yield line(LEFT, y, RIGHT, y, LINE)
        yield text(LEFT - 10, y + 4, lasted(seconds), "end")
    yield line(LEFT, HEAD + _STRIP, RIGHT, HEAD + _STRIP, FAINT)
    yield text(LEFT - 10, HEAD + _STRIP / 2 + 4, "failed, never ended", "end")


def shown(good: Sequence[Io], scale: Scale) -> Iterable[Io]:
    """Of many, the slowest that began in each column of pixels."""
    if len(good) <= MOST_POINTS:
        return good
    columns: dict[int, Io] = {}
    for one in good:
        column = int(scale.x(one.at))
        if column not in columns or (one.seconds or 0.0) > (columns[column].seconds or 0.0):
            columns[column] = one
    return columns.values()


def points(io: Iterable[Io], scale: Scale, size: Decades) -> svg.Path:
    """A dot for each operation; a dash as long as it took for one that took long."""
    found = [(one.at, one.seconds or 0.0) for one in io]
    steps: list[svg.PathData] = []
    for at, seconds in found:
        x = round(scale.x(at), 1)
        steps.append(svg.M(x, round(size.y(seconds), 1)))
        steps.append(svg.h(round(max(0.0, scale.x(at + seconds) - x), 1)))
    return svg.Path(d=steps, stroke=GOOD, stroke_width=3, stroke_linecap="round", fill="none")


def _median(facts: IoFacts, size: Decades) -> Iterator[Shape]:
    if facts.median is not None:
        y = size.y(facts.median)
        drawn = line(LEFT, y, RIGHT, y, INK, 1.2)
        drawn.stroke_dasharray = [6, 4]
        yield drawn


def _median_key(facts: IoFacts) -> Iterator[Shape]:
    if facts.median is not None:
        words = f"median {lasted(facts.median)}"
        x = RIGHT - width_of(words)
        drawn = line(x - 34, 16, x - 6, 16, INK, 1.2)
        drawn.stroke_dasharray = [6, 4]
        yield from (drawn, text(RIGHT, 20, words, "end"))


def _failed(drill: Drill, scale: Scale, clock: Clock) -> Iterator[Shape]:
    """A cross for what failed, one in each column of pixels; a bar for what never ended."""
    y = HEAD + _STRIP / 2
    columns: dict[int, list[Io]] = {}
    for one in drill.io:
        if one.error:
            columns.setdefault(int(scale.x(one.at)) // 4, []).append(one)
    for one in (one for one in drill.io if is_hung(one)):
        x = scale.x(one.at)
        says = f"never ended, began {clock.both(one.at)}"
        yield box(x, y - 6, max(4.0, RIGHT - x), 12, DARK_BAD, says)
        if RIGHT - x > width_of("never ended") + 16:
            yield text(x + 8, y + 4, "never ended", fill=PAPER, bold=True)
    for found in columns.values():
        yield _cross(scale.x(found[0].at), y, _failed_says(found, clock))


def _failed_says(found: Sequence[Io], clock: Clock) -> str:
    more = f", and {len(found) - 1} more until {clock.both(found[-1].at)}" if found[1:] else ""
    return f"failed: {found[0].error}, began {clock.both(found[0].at)}{more}"


def _cross(x: float, y: float, says: str) -> Shape:
    arms: list[svg.PathData] = []
    for slope in (1, -1):
        arms += [svg.M(round(x - 4, 1), y - 4 * slope), svg.l(8, 8 * slope)]
    return svg.Path(d=arms, stroke=DARK_BAD, stroke_width=2.5, fill="none", elements=tip(says))


def _longest(facts: IoFacts, scale: Scale, clock: Clock) -> Iterator[Shape]:
    """As a band behind all points."""
    for gap in facts.gaps[:1]:
        x = scale.x(gap.start)
        says = f"{_gap_words(gap)}: {clock.both(gap.start)} to {clock.both(gap.end)}"
        width = max(2.0, scale.x(gap.end) - x)
        yield box(x, HEAD, width, _BOTTOM - HEAD, "#fde3c4", says)


def _longest_label(facts: IoFacts, scale: Scale) -> Iterator[Shape]:
    """Beside the band, within it where it leaves no room."""
    for gap in facts.gaps[:1]:
        words = _gap_words(gap)
        left, right = scale.x(gap.start) - 8, scale.x(gap.end) + 8
        if right + width_of(words) < RIGHT:
            yield from label(right, _TOP + 12, words)
        elif left - width_of(words) > LEFT:
            yield from label(left, _TOP + 12, words, "end")
        else:
            yield from label((left + right) / 2, _TOP + 12, words, "middle")


def _gap_words(gap: Gap) -> str:
    return f"longest gap {'at least ' if gap.at_least else ''}{lasted(gap.seconds)}"


def _nothing(facts: IoFacts) -> Iterator[Shape]:
    if not facts.count:
        yield from label((LEFT + RIGHT) / 2, (_TOP + _BOTTOM) / 2, "No I/O was recorded", "middle")
