"""Markdown that text from logs cannot break out of."""

import re
from collections.abc import Sequence

from exporter.drill.report_tables import Table
from exporter.drill.report_words import plain

_ACTIVE = re.compile(r"[\\`*_\[\]<>|~&#$]")
_START = re.compile(r"^(\d*)([-+=.)])(?=[-=\s]|$)")
"""What begins a list or a rule."""
_MOST_PADDING = 40
"""Characters up to which a column is padded: one long cell must not stretch all rows."""


class Markdown(str):
    """Text that is Markdown already: `escaped` leaves it alone."""

    __slots__ = ()


def escaped(value: object) -> str:
    """Any value as text of one line in which nothing is markup."""
    if isinstance(value, Markdown):
        return value
    text = _ACTIVE.sub(lambda found: f"\\{found[0]}", plain(str(value)))
    return _START.sub(lambda found: f"{found[1]}\\{found[2]}", text)


def fence(lines: Sequence[str]) -> Markdown:
    """A block that shows the lines as they are; its fence is longer than any in them."""
    text = "\n".join(plain(line) for line in lines)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return Markdown(f"{ticks}text\n{text}\n{ticks}")


def table(one: Table) -> Markdown:
    """A pipe table with aligned columns."""
    rows = [[escaped(cell) for cell in row] for row in (one.heads, *one.rows)]
    widths = [min(_MOST_PADDING, max(map(len, column))) for column in zip(*rows, strict=True)]
    head, *rest = [_row(row, widths) for row in rows]
    return Markdown("\n".join([head, _row(["-" * width for width in widths], widths), *rest]))


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
