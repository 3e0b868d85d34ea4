"""Files that xenlens brings along, written where a user wants them."""

import os
from collections.abc import Mapping
from pathlib import Path

import typer

from exporter.cli.errors import fail


def write_all(folder: Path, contents: Mapping[str, str], overwrite: bool = True) -> None:
    """Write files, a line for each, into a folder that is made if need be; others there stay.

    Ends the program where one cannot be written, or differs and is not to be overwritten.
    """
    for name, text in contents.items():
        file = folder / name
        try:
            done = _write(file, text.encode(), overwrite)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            fail(f"{error.filename or file}: cannot be written: {reason}")
        typer.echo(f"{file}: {done}")


def _write(file: Path, data: bytes, overwrite: bool) -> str:
    if not file.parent.exists():
        file.parent.mkdir(parents=True)
    if file.is_file():
        if file.read_bytes() == data:
            return "unchanged"
        if not overwrite:
            fail(f"{file}: is there and differs; it is not overwritten, give another name")
    file.write_bytes(data)
    return "written"
