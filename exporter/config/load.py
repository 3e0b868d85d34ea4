"""From a file to a Configuration, with everything that is wrong in one go."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from exporter.config.configuration import Configuration, configuration
from exporter.config.model import Document
from exporter.config.names import misnamed
from exporter.config.problems import ConfigError, Problem, dotted, readable
from exporter.config.source import Source, parse, read
from exporter.config.validation import validate

S = TypeVar("S", bound=BaseModel)
ENVIRONMENT = "XENLENS_CONFIG"
PLACES = (Path("xenlens.yml"), Path("/etc/xenlens/xenlens.yml"))


def default_path(
    named: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    places: Sequence[Path] = PLACES,
) -> Path:
    """The file to read: `named`, else $XENLENS_CONFIG, else the first place that exists.

    Raises ConfigError with one line that says where it looked, or where it may not.
    """
    if found := named or environ.get(ENVIRONMENT):
        return Path(found)
    for place in places:
        if _is_there(place):
            return place
    looked = " and ".join(str(place) for place in places)
    said = f"no configuration: name one with --config or {ENVIRONMENT} (looked for {looked})"
    raise ConfigError((f"{said}; write one (docs/quickstart.md), or try: xenlens demo",))


def _is_there(place: Path) -> bool:
    """Whether there is such a file. Raises ConfigError where that may not be looked at."""
    try:
        place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        denied = isinstance(error, PermissionError)
        as_whom = "run as root or as a member of its group, or " if denied else ""
        said = f"{place}: cannot be read: {error.strerror}; {as_whom}name one with --config"
        raise ConfigError((said,)) from None
    return True


def load(path: Path) -> Configuration:
    """Read and check the configuration `path`; relative paths in it start at its folder.

    Raises ConfigError with one line for everything that is wrong, in the order of the file.
    """
    return loads(read(path), path)


def loads(raw: bytes, path: Path) -> Configuration:
    """As `load`, of a text that stands, or could stand, in the file `path`. Raises ConfigError."""
    source = parse(raw, str(path))
    return configuration(checked(source, path, Document, misnamed(source.data)), path)


def checked(source: Source, path: Path, root: type[S], also: Iterable[Problem] = ()) -> S:
    """The file `path` as `root` has it. Raises ConfigError, with what is `also` wrong."""
    section, problems = validate(source, path.absolute().parent, root)
    found = [*source.problems, *also, *problems]
    if section is None or found:
        raise ConfigError(lines(found, source, path))
    return section


def lines(problems: Iterable[Problem], source: Source, file: Path) -> tuple[str, ...]:
    """One line per problem; what YAML was already blamed for is not said twice."""
    told = {(problem.path, problem.line) for problem in source.problems}
    shown = {
        (problem.line or source.line(problem.path), _text(problem))
        for problem in problems
        if problem.line or (problem.path, source.line(problem.path)) not in told
    }
    return tuple(f"{readable(str(file), 300)}:{line}: {text}" for line, text in sorted(shown))


def _text(problem: Problem) -> str:
    return f"{dotted(problem.path)}: {problem.message}" if problem.path else problem.message
