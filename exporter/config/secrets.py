"""Where a secret is: in a file, or in a variable of the environment. Never in xenlens.yml."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from exporter.config.kinds import text


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of this process's environment."""

    name: str

    def __str__(self) -> str:
        return f"${self.name}"


Place = Path | Variable
VariableName = Annotated[
    str, *text("[A-Za-z_][A-Za-z0-9_]{0,127}", "the name of a variable of the environment")
]


def place_of(file: Path | None, variable: str | None) -> Place | None:
    """Of two keys, the one that is given; None for neither."""
    return file or (Variable(variable) if variable else None)


def text_of(place: Place) -> str:
    """The text there now. Raises OSError and UnicodeDecodeError, which do not show it."""
    if isinstance(place, Path):
        return place.read_text(encoding="utf-8")
    try:
        return os.environ[place.name]
    except KeyError:
        raise OSError(errno.ENOENT, "not in the environment") from None
