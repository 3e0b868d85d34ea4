"""`xenlens runbooks`: what an alert means and what to do, shown or written."""

from typing import Annotated

import typer
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text

from alerts import bundle
from alerts.words import plain
from exporter.cli.bundled import Output, Overwrite, write_all
from exporter.cli.console import console
from exporter.cli.errors import INVALID, fail
from exporter.runbooks import UnknownRunbook, runbook


def runbooks(
    alert: Annotated[
        str | None,
        typer.Argument(metavar="[ALERT]", help="Show the page of this alert; without, list them."),
    ] = None,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Show the runbook of an alert, list the runbooks, or write them as Markdown.

    xenlens serve shows the same at /runbooks. Where no terminal is, a page is Markdown as it is.

    Where a page in DIR differs nothing is written: after an update of xenlens add --overwrite.

    Exits 1 when something cannot be written, 2 when there is no such alert.
    """
    if alert is not None and output is not None:
        fail("name an ALERT to show or a DIR to write, not both", INVALID)
    if output is not None:
        pages = {file.name: file.read_text(encoding="utf-8") for file in bundle.runbooks()}
        write_all(output, pages, overwrite)
    elif alert is not None:
        _show(alert)
    else:
        console().print(_table())


def _show(alert: str) -> None:
    try:
        text = runbook(alert)
    except UnknownRunbook as error:
        fail(str(error), INVALID)
    terminal = console()
    if terminal.is_terminal:
        terminal.print(Markdown(text))
    else:
        typer.echo(text, nl=False)


def _table() -> Table:
    table = Table("alert", "what", box=None, pad_edge=False)
    for name in bundle.alert_names():
        table.add_row(Text(name), Text(plain(bundle.runbook_summary(name))))
    return table
