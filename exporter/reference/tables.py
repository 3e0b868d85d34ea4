"""Tables of generated pages."""

from collections.abc import Iterable


def codes(names: Iterable[str]) -> str:
    """Names as code, with commas."""
    return ", ".join(f"`{name}`" for name in names)


def section(
    heading: str, columns: Iterable[str], rows: Iterable[Iterable[str]], text: str = ""
) -> str:
    """A heading of the second level, a text that ends with a line, and a table."""
    titles = tuple(columns)
    table = "".join(map(_row, (titles, ("---",) * len(titles), *rows)))
    return "\n".join(filter(None, (f"## {heading}\n", text, table)))


def _row(cells: Iterable[str]) -> str:
    escaped = (cell.replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(escaped)} |\n"
