"""What both pictures of a drill are drawn with: colours, text, patterns, the sheet itself.

The colours are of one hue each for the colour-blind (blue, orange, grey), and every tone has a
shape of its own as well. The sheet is white: it reads the same in light and dark surroundings.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

import svg

from exporter.drill.record import Tone
from exporter.drill.report_words import cut, plain

WIDTH, LEFT, RIGHT = 1000, 220, 985
"""Pixels: the whole width, and where time begins and ends."""
INK, FAINT, LINE, PAPER = "#1b2733", "#5b6773", "#dde2e7", "#ffffff"
GOOD, STANDBY, BAD, DARK_BAD = "#0072b2", "#b5d5ea", "#e8820c", "#9c4300"
FONT = "'DejaVu Sans', Verdana, system-ui, sans-serif"
SIZE = 12
_ADVANCES = (
    ("ijlt.,:;'!|()[]/ -fr", 0.42),
    ("mwMW@%—…", 1.0),
    ("ABCDEFGHIJKLNOPQRSTUVXYZ_&", 0.78),
)
"""Widths of letters by the size of the font, as those of DejaVu Sans, which is a wide one."""
_ADVANCE = 0.64
"""Of all other letters."""

Anchor = Literal["start", "middle", "end"]
Shape = svg.Element


@dataclass(frozen=True, slots=True)
class Look:
    """How a tone is drawn: its fill, the ink on it, and its share of the lane's height."""

    fill: str
    ink: str
    share: float
    says: str


LOOKS: dict[Tone, Look] = {
    "good": Look(GOOD, PAPER, 1.0, "carries I/O"),
    "standby": Look(STANDBY, INK, 0.7, "could carry it"),
    "bad": Look("url(#{}-bad)", INK, 1.0, "must not"),
    "absent": Look("none", FAINT, 0.5, "not there"),
    "unknown": Look("url(#{}-unknown)", INK, 0.7, "not known"),
}


def width_of(words: str, size: float = SIZE) -> float:
    """Pixels that a text takes, at most."""
    return size * sum(_advance(letter) for letter in words)


def _advance(letter: str) -> float:
    if letter > "\u02ff" and letter not in "—…":
        return 1.0
    return next((advance for some, advance in _ADVANCES if letter in some), _ADVANCE)


def fitting(words: str, width: float, size: float = SIZE) -> str:
    """A text cut to a width in pixels."""
    words = plain(words)
    if width_of(words, size) <= width:
        return words
    return cut(words, next(n for n in count(1) if width_of(f"{words[:n]}…", size) > width))


def text(
    x: float,
    y: float,
    words: str,
    anchor: Anchor = "start",
    fill: str = INK,
    size: float = SIZE,
    bold: bool = False,
) -> svg.Text:
    """Text with its baseline at `y`."""
    weight: Literal["bold"] | None = "bold" if bold else None
    return svg.Text(
        x=round(x, 1),
        y=round(y, 1),
        text=svg.escape(plain(words)),
        text_anchor=anchor,
        fill=fill,
        font_size=size,
        font_weight=weight,
    )


def box(
    x: float, y: float, width: float, height: float, fill: str, says: str = "", **more: str
) -> svg.Rect:
    """A filled rectangle, with what is shown of it under the mouse."""
    return svg.Rect(
        x=round(x, 1),
        y=round(y, 1),
        width=round(max(0.0, width), 1),
        height=round(height, 1),
        fill=fill,
        elements=tip(says),
        extra=dict(more) or None,
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.0) -> svg.Line:
    """A straight line."""
    return svg.Line(
        x1=round(x1, 1),
        y1=round(y1, 1),
        x2=round(x2, 1),
        y2=round(y2, 1),
        stroke=colour,
        stroke_width=width,
    )


def label(x: float, y: float, words: str, anchor: Anchor = "start") -> list[Shape]:
    """Text on a piece of paper, which hides what is under it."""
    width = width_of(words)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    paper = svg.Rect(
        x=round(left - 3, 1),
        y=round(y - SIZE, 1),
        width=round(width + 6, 1),
        height=SIZE + 5,
        rx=3,
        fill=PAPER,
        fill_opacity=0.9,
    )
    return [paper, text(x, y, words, anchor, bold=True)]


def tip(says: str) -> list[svg.Element] | None:
    """What is shown under the mouse."""
    return [svg.Title(text=svg.escape(plain(says)))] if says else None


def stripes(name: str, ground: str | None, stroke: str, step: float, angle: int) -> svg.Pattern:
    """A striped fill."""
    parts: list[svg.Element] = []
    if ground is not None:
        parts.append(svg.Rect(width=step, height=step, fill=ground))
    parts.append(svg.Line(x1=0, y1=0, x2=0, y2=step, stroke=stroke, stroke_width=2))
    return svg.Pattern(
        id=name,
        width=step,
        height=step,
        patternUnits="userSpaceOnUse",
        patternTransform=[svg.Rotate(angle)],
        elements=parts,
    )


def dots(name: str) -> svg.Pattern:
    """A dotted fill, of what is not known."""
    ground = svg.Rect(width=6, height=6, fill="#eceff1")
    dot = svg.Circle(cx=3, cy=3, r=1.2, fill="#8a949e")
    return svg.Pattern(
        id=name, width=6, height=6, patternUnits="userSpaceOnUse", elements=[ground, dot]
    )


def sheet(name: str, says: str, height: float, parts: Iterable[Shape]) -> str:
    """The whole picture. `name` begins its ids: both stand in one page."""
    patterns: Sequence[svg.Element] = (
        stripes(f"{name}-bad", "#f6b26b", BAD, 7, 45),
        stripes(f"{name}-hole", None, "#7d8791", 8, -45),
        dots(f"{name}-unknown"),
    )
    return str(
        svg.SVG(
            viewBox=svg.ViewBoxSpec(0, 0, WIDTH, round(height)),
            width=WIDTH,
            height=round(height),
            extra={"role": "img", "font-family": FONT},
            elements=[
                svg.Title(text=svg.escape(plain(says))),
                svg.Defs(elements=list(patterns)),
                svg.Rect(width=WIDTH, height=round(height), rx=6, fill=PAPER, stroke=LINE),
                *parts,
            ],
        )
    )
