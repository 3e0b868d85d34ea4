"""Files that xenlens brings along, written where a user wants them."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from alerts import bundle
from exporter.cli.errors import INVALID, fail

BASE = bundle.RUNBOOKS.removesuffix("/runbooks/")
"""Where bundled files say that xenlens is."""
URL = re.compile(r"https?://[\w.:\[\]-]+(/[\w.~%/-]*)?")
Url = Annotated[
    str | None,
    typer.Option(help=f"Where browsers reach xenlens, for links; else {BASE}."),
]


def base_of(url: str | None, output: Path | None) -> str:
    """The address for links, without a slash at its end. Ends the program where it is none."""
    if url is not None and output is None:
        fail("--url is for the files that --output DIR writes: name a DIR as well", INVALID)
    base = (url or BASE).rstrip("/")
    if not URL.fullmatch(base):
        fail(f"--url {url!r}: such as http://xenlens.example:10045 expected", INVALID)
    return base


def write_all(folder: Path, contents: Mapping[str, str], overwrite: bool = True) -> None:
    """Write files, a line for each, into a folder that is made if need be; others there stay.

    Ends the program where one cannot be written, or differs and is not to be overwritten.
    """
    if folder.exists() and not folder.is_dir():
        fail(f"{folder}: is a file; name a folder")
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
            fail(f"{file}: is there and differs: move it away, or give another name")
    file.write_bytes(data)
    return "written"
