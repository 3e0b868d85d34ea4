"""Where panels stand: sections with a heading, of lines that fill the width."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from grafana_foundation_sdk.models.dashboard import GridPos, Panel, RowPanel

WIDTH = 24


@dataclass(frozen=True, slots=True)
class Line:
    """Panels side by side, equally wide: their number divides 24."""

    height: int
    panels: Sequence[Panel]


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; the first of a dashboard has none."""

    title: str
    lines: Sequence[Line]


def placed(sections: Iterable[Section]) -> list[Panel | RowPanel]:
    """The panels of all sections, each with its place and number."""
    numbers, y = count(1), 0
    found: list[Panel | RowPanel] = []
    for section in sections:
        if section.title:
            place = GridPos(1, WIDTH, 0, y)
            found.append(RowPanel(title=section.title, grid_pos=place, id_val=next(numbers)))
            y += 1
        for line in section.lines:
            found += _in_line(line, y, numbers)
            y += line.height
    return found


def _in_line(line: Line, y: int, numbers: Iterator[int]) -> Iterator[Panel]:
    width, rest = divmod(WIDTH, len(line.panels))
    if rest:
        raise ValueError(f"{len(line.panels)} panels do not fill the width")
    for place, panel in enumerate(line.panels):
        panel.grid_pos = GridPos(line.height, width, place * width, y)
        panel.id_val = next(numbers)
        yield panel
