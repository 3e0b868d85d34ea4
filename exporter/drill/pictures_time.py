"""Time in both pictures: the scale, its axis, the marks, and the holes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import svg

from exporter.drill.pictures import (
    FAINT,
    INK,
    LEFT,
    LINE,
    PAPER,
    RIGHT,
    SIZE,
    Shape,
    box,
    fitting,
    line,
    text,
    tip,
    width_of,
)
from exporter.drill.record import Drill
from exporter.drill.report_stages import marks
from exporter.drill.report_words import Clock, lasted

STEPS = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10800, 21600, 43200, 86400),
)
"""Seconds between two ticks that people can count in."""
HEAD = 62
"""Pixels above the plot: its title, and the numbers of the marks."""
FOOT = 44
"""Pixels below the plot: the axis."""
_TICK_ROOM = width_of("00:00:00") + 14
_BADGE = 20.0
_BADGE_Y = 38
KEY_ROW = 22
"""Pixels from one mark in words to the next."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns seconds since the drill began into pixels."""

    seconds: float

    def x(self, at: float) -> float:
        """Times before and after the drill are at its edges."""
        share = min(1.0, max(0.0, at / self.seconds)) if self.seconds > 0 else 0.0
        return LEFT + share * (RIGHT - LEFT)

    def step(self) -> float:
        """Seconds between two ticks whose labels do not touch."""
        most = (RIGHT - LEFT) / _TICK_ROOM
        days = 86400.0 * max(1, round(self.seconds / most / 86400 + 0.5))
        return next((step for step in STEPS if self.seconds / step <= most), days)

    def ticks(self) -> list[float]:
        """Seconds since the drill began."""
        step = self.step()
        return [number * step for number in range(int(self.seconds / step + 1e-9) + 1)]


def tick_text(at: float, step: float, seconds: float) -> str:
    """Seconds in a short drill, else minutes and seconds, or hours and minutes."""
    if seconds <= 120:
        return f"{at:.1f}" if step < 1 else f"{at:.0f}"
    if seconds <= 3600:
        return f"{int(at) // 60}:{int(at) % 60:02}"
    return f"{int(at) // 3600}:{int(at) // 60 % 60:02}"


def unit_text(seconds: float) -> str:
    """What `tick_text` counts."""
    return "s" if seconds <= 120 else "min:s" if seconds <= 3600 else "h:min"


def axis(scale: Scale, clock: Clock, top: float, bottom: float) -> Iterator[Shape]:
    """Lines from `top` to `bottom`, and two rows of figures below."""
    step, said = scale.step(), ""
    for at in scale.ticks():
        x, day = scale.x(at), clock.time(at)
        yield line(x, top, x, bottom + 4, LINE)
        yield _figure(x, bottom + 18, tick_text(at, step, scale.seconds), INK)
        if day != said:
            yield _figure(x, bottom + 34, day, FAINT)
        said = day
    yield line(LEFT, bottom, RIGHT, bottom, FAINT)
    gutter = LEFT - width_of("00:00:00") / 2 - 6
    yield text(gutter, bottom + 18, f"{unit_text(scale.seconds)} since begin", "end")
    yield text(gutter, bottom + 34, f"time of day, {clock.zone_name()}", "end", FAINT)


def _figure(x: float, y: float, words: str, fill: str) -> Shape:
    """Below its tick, or left of the picture's edge."""
    edge = RIGHT + 8
    if x + width_of(words) / 2 > edge:
        return text(edge, y, words, "end", fill)
    return text(x, y, words, "middle", fill)


def spread(wished: Sequence[float], step: float, left: float, right: float) -> list[float]:
    """Places at least `step` apart between two edges, in order, near to the wished ones."""
    if len(wished) > 1:
        step = min(step, (right - left) / (len(wished) - 1))
    last = len(wished) - 1
    up: list[float] = []
    for n, x in enumerate(wished):
        least = up[-1] + step if up else left
        up.append(min(max(x, least), right - (last - n) * step))
    down: list[float] = []
    for n, x in enumerate(reversed(wished)):
        most = down[-1] - step if down else right
        down.append(max(min(x, most), left + (last - n) * step))
    return [(a + b) / 2 for a, b in zip(up, reversed(down), strict=True)]


def mark_lines(drill: Drill, scale: Scale, clock: Clock, bottom: float) -> Iterator[Shape]:
    """A vertical line for each mark, with its number above; close ones stand side by side."""
    found = marks(drill)
    wished = [scale.x(mark.at) for mark in found]
    radius = min(9.0, (RIGHT - LEFT) / max(1, len(found)) / 2)
    places = spread(wished, _BADGE, LEFT, RIGHT - 6)
    for number, (mark, x, place) in enumerate(zip(found, wished, places, strict=True), 1):
        yield line(x, HEAD, x, bottom, PAPER, 3)
        yield line(x, HEAD, x, bottom, INK, 1.3)
        yield line(place, _BADGE_Y, x, HEAD, INK, 1.3)
        says = f"{number}. {mark.text}, {clock.both(mark.at)}"
        yield svg.G(elements=[*(tip(says) or ()), *_badge(place, _BADGE_Y, radius, str(number))])


def _badge(x: float, y: float, radius: float, words: str) -> Iterator[Shape]:
    yield svg.Circle(cx=round(x, 1), cy=y, r=round(radius, 1), fill=INK)
    yield text(x, y + 4, words, "middle", PAPER, min(11.0, radius * 1.2), bold=True)


def mark_key(drill: Drill, clock: Clock, top: float) -> list[Shape]:
    """The marks in words, one in each row."""
    rows: list[Shape] = []
    for number, mark in enumerate(marks(drill), 1):
        y = top + (number - 1) * KEY_ROW
        rows += _badge(24, y - 4, 9, str(number))
        rows.append(text(42, y, clock.both(mark.at)))
        rows.append(text(LEFT, y, fitting(mark.text, RIGHT - LEFT)))
    return rows


def holes(drill: Drill, scale: Scale, clock: Clock, name: str, bottom: float) -> Iterator[Shape]:
    """Hatched: nothing is known of these times."""
    for start, end in drill.holes:
        x = scale.x(start)
        says = f"no sample for {lasted(end - start)}: {clock.both(start)} to {clock.both(end)}"
        width = max(2.0, scale.x(end) - x)
        yield box(x, HEAD, width, bottom - HEAD, PAPER, **{"fill-opacity": "0.6"})
        yield box(x, HEAD, width, bottom - HEAD, f"url(#{name}-hole)", says)


def title(words: str, right: str = "") -> list[Shape]:
    """The picture's head line."""
    return [
        text(14, 20, words, size=SIZE + 1, bold=True),
        text(RIGHT, 20, right, "end", FAINT),
    ]
