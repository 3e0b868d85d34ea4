"""The end of a drill: its report is written, and what a tired operator has to know is said."""

import os
from pathlib import Path

import typer

from exporter.cli.errors import fail
from exporter.drill.record import Drill
from exporter.drill.report import write_report
from exporter.drill.report_facts import findings
from exporter.drill.report_io import io_facts
from exporter.drill.report_words import plain


def write(drill: Drill, folder: Path) -> None:
    """Write the report into a folder, and print its files and findings.

    Ends the program where it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = write_report(drill, folder)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        again = "once there is room: xenlens drill report DRILL.JSON --output DIR"
        fail(f"{error.filename or folder}: the report cannot be written: {reason}; {again}")
    for file in files:
        typer.echo(file)
    typer.echo()
    for finding in findings(drill, io_facts(drill.io, drill.seconds)):
        typer.echo(plain(finding.text))
