"""The timeline: what served, each path or member, and the alerts, over one axis of time."""

from collections.abc import Iterator, Sequence

import svg

from exporter.drill.pictures import (
    FAINT,
    INK,
    LEFT,
    LOOKS,
    PAPER,
    RIGHT,
    Look,
    Shape,
    box,
    fitting,
    line,
    sheet,
    text,
    tip,
    width_of,
)
from exporter.drill.pictures_alerts import ALERT_BAR, alert_rows, height_of
from exporter.drill.pictures_time import (
    FOOT,
    HEAD,
    KEY_ROW,
    Scale,
    axis,
    holes,
    mark_key,
    mark_lines,
    title,
)
from exporter.drill.record import Drill, Lane, Span, Tone
from exporter.drill.report_stages import marks
from exporter.drill.report_words import NOUNS, Clock, lasted

NAME = "timeline"
_ROW, _BAR = 32, 24
_NAME_ROOM = LEFT - 22
_LEAST_TEXT = 60.0
"""Pixels below which a cut text says nothing."""
Piece = tuple[float, float]
_RANK: dict[Tone, int] = {"good": 0, "standby": 1, "unknown": 2, "absent": 3, "bad": 4}
"""What must not be hidden is drawn last."""


def timeline(drill: Drill, clock: Clock) -> str:
    """Draw it: an SVG document."""
    scale = Scale(drill.seconds)
    lanes = (drill.serving, *drill.lanes)
    alerts_top = HEAD + len(lanes) * _ROW + 6
    bottom = alerts_top + height_of(drill.alerts)
    key = bottom + FOOT + 44
    rows = [_lane(drill, lane, scale, clock, n) for n, lane in enumerate(lanes)]
    parts = [
        *title(f"{NOUNS[drill.kind].lane.capitalize()}s of {fitting(drill.subject, RIGHT - 120)}"),
        *_legend(drill, bottom + FOOT + 16),
        *axis(scale, clock, HEAD, bottom),
        *(part for row in rows for part in row),
        *alert_rows(drill, scale, clock, alerts_top),
        *holes(drill, scale, clock, NAME, bottom),
        *mark_lines(drill, scale, clock, bottom),
        *(words for n, lane in enumerate(lanes) for words in _words(drill, lane, scale, n)),
        *mark_key(drill, clock, key),
    ]
    says = f"Timeline of the {drill.kind} drill of {drill.subject}"
    return sheet(NAME, says, key - 6 + len(marks(drill)) * KEY_ROW, parts)


def _lane(drill: Drill, lane: Lane, scale: Scale, clock: Clock, row: int) -> Iterator[Shape]:
    top = HEAD + row * _ROW + (_ROW - _BAR) / 2
    says = f"{lane.name}: what served" if row == 0 else lane.name
    name = text(LEFT - 10, top + 16, fitting(lane.name, _NAME_ROOM), "end", bold=row == 0)
    yield svg.G(elements=[*(tip(says) or ()), name])
    if row == 1:
        yield line(14, top - 4, RIGHT, top - 4, FAINT)
    for span in sorted(visible(lane.spans, scale), key=lambda one: _RANK[one.state.tone]):
        yield _span(lane, span, scale, clock, top)


def visible(spans: Sequence[Span], scale: Scale) -> Iterator[Span]:
    """All, but of those thinner than a pixel in one column of pixels only the worst."""
    thin: dict[int, Span] = {}
    for span in spans:
        if scale.x(span.end) - scale.x(span.start) >= 1.0:
            yield span
            continue
        column = int(scale.x(span.start))
        if column not in thin or _rank(span) > _rank(thin[column]):
            thin[column] = span
    yield from thin.values()


def _rank(span: Span) -> int:
    return _RANK[span.state.tone]


def _span(lane: Lane, span: Span, scale: Scale, clock: Clock, top: float) -> Shape:
    look = LOOKS[span.state.tone]
    height = _BAR * look.share
    x, width = scale.x(span.start), scale.x(span.end) - scale.x(span.start)
    says = (
        f"{lane.name}: {span.state.text}, {clock.both(span.start)} to {clock.both(span.end)},"
        f" {lasted(span.end - span.start)}"
    )
    outline = _outline(span.state.tone == "absent")
    y = top + (_BAR - height) / 2
    return box(x, y, max(2.0, width - 1.0), height, look.fill.format(NAME), says, **outline)


def _outline(dashed: bool) -> dict[str, str]:
    return {"stroke": FAINT, "stroke-dasharray": "4 3"} if dashed else {}


def _words(drill: Drill, lane: Lane, scale: Scale, row: int) -> Iterator[Shape]:
    """The text of each span where it fits, between the marks and beside the holes."""
    y = HEAD + row * _ROW + _ROW / 2 + 4
    taken = [(scale.x(mark.at) - 2, scale.x(mark.at) + 2) for mark in marks(drill)]
    taken += [(scale.x(start), scale.x(end)) for start, end in drill.holes]
    for span in lane.spans:
        pieces = free(scale.x(span.start), scale.x(span.end), sorted(taken))
        need = width_of(span.state.text) + 8
        left, right = next(
            (piece for piece in pieces if piece[1] - piece[0] >= need),
            max(pieces, key=lambda piece: piece[1] - piece[0], default=(0.0, 0.0)),
        )
        if right - left >= min(need, _LEAST_TEXT):
            yield from _said(span, left, y, fitting(span.state.text, right - left - 8))


def _said(span: Span, left: float, y: float, words: str) -> Iterator[Shape]:
    """On patterns with paper below it."""
    if span.state.tone in ("bad", "absent", "unknown"):
        yield box(left + 2, y - 11, width_of(words) + 4, 15, PAPER, **{"fill-opacity": "0.85"})
    yield text(left + 4, y, words, fill=LOOKS[span.state.tone].ink)


def free(start: float, end: float, taken: Sequence[Piece]) -> list[Piece]:
    """What is left between two places beside what is taken, which is in order."""
    pieces: list[Piece] = []
    for left, right in taken:
        if start < left and start < end:
            pieces.append((start, min(left, end)))
        start = max(start, right)
    return [*pieces, (start, end)] if start < end else pieces


def _legend(drill: Drill, y: float) -> Iterator[Shape]:
    """What the looks mean."""
    hole = Look(f"url(#{NAME}-hole)", FAINT, 1.0, "no sample")
    x = 14.0
    for look in (*LOOKS.values(), *((hole,) if drill.holes else ())):
        height = 12 * look.share
        more = _outline(look.fill == "none")
        yield box(x, y - 4 - height / 2, 17, height, look.fill.format(NAME), **more)
        yield text(x + 22, y, look.says, fill=FAINT, size=11)
        x += width_of(look.says, 11) + 38
    for says, fill in (("pending", PAPER), ("would have fired", INK)) if drill.alerts else ():
        yield box(x, y - 8, 17, ALERT_BAR, fill, stroke=INK)
        yield text(x + 22, y, says, fill=FAINT, size=11)
        x += width_of(says, 11) + 38
