"""Tables of what was measured, on a terminal or for a document."""

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, markdown: bool) -> None:
    """Print to standard output, as Markdown or in columns."""
    if markdown:
        for row in (head, ["---"] * len(head), *rows):
            typer.echo(f"| {' | '.join(row)} |")
        return
    table = Table(*head, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
