"""Files that xenlens brings along, written where a user wants them."""

import os
import re
from collections.abc import Mapping, Sequence
from enum import Enum
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

Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="DIR", help="Write them there, a file each."),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Write also over files that differ: after an update.")
]


class State(Enum):
    """A file before it is written."""

    ABSENT = "absent"
    SAME = "same"
    DIFFERS = "differs"


def base_of(url: str | None, output: Path | None) -> str:
    """The address for links, without a slash at its end. Ends the program where it is none."""
    if url is not None and output is None:
        fail("--url is for the files that --output DIR writes: name a DIR as well", INVALID)
    base = (url or BASE).rstrip("/")
    if not URL.fullmatch(base):
        fail(f"--url {url!r}: such as http://xenlens.example:10045 expected", INVALID)
    return base


def write_all(folder: Path, contents: Mapping[str, str], overwrite: bool = False) -> None:
    """Write files, a line for each, into a folder that is made if need be; others there stay.

    Ends the program where one cannot be written. Where one differs and is not to be overwritten
    it ends before any is written.
    """
    data = {folder / name: text.encode() for name, text in contents.items()}
    try:
        if folder.exists() and not folder.is_dir():
            fail(f"{folder}: is a file; name a folder")
        state = {file: _state(file, wanted) for file, wanted in data.items()}
        if not overwrite:
            _refuse([file for file, found in state.items() if found is State.DIFFERS])
        for file, found in state.items():
            if found is not State.SAME:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data[file])
            typer.echo(f"{file}: {'unchanged' if found is State.SAME else 'written'}")
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        fail(f"{error.filename or folder}: cannot be written: {reason}")


def _state(file: Path, wanted: bytes) -> State:
    """How a file stands to what is to be in it. Raises OSError."""
    if not file.exists():
        return State.ABSENT
    return State.SAME if file.read_bytes() == wanted else State.DIFFERS


def _refuse(differ: Sequence[Path]) -> None:
    """End the program where files would be lost."""
    if differ:
        more = f" (and {len(differ) - 1} more)" if differ[1:] else ""
        fail(f"{differ[0]}: is there and differs{more}: move it away, or add --overwrite")
