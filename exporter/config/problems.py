"""What is wrong with a configuration, as one line per problem."""

import difflib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]
"""Keys and list indexes from the root to a value."""


class ConfigError(Exception):
    """A configuration that cannot be used. One line per problem, in the order of the file."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = tuple(map(_on_one_line, lines))
        super().__init__("\n".join(self.lines))


def _on_one_line(text: str) -> str:
    """What a name from the file may hold, a line break or a control character, escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` is None where the place of `path` is meant."""

    path: KeyPath
    message: str
    line: int | None = None

    def below(self, path: KeyPath) -> "Problem":
        """The same problem, its path taken to start at `path`."""
        return Problem((*path, *self.path), self.message, self.line)


class Refused(ValueError):
    """Several problems of one part of the configuration, with paths relative to that part."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


def repeated(path: KeyPath, values: Iterable[str]) -> Iterator[Problem]:
    """Each of `values`, the list at `path`, that stands there more than once."""
    for value, times in Counter(values).items():
        if times > 1:
            yield Problem(path, f"{readable(value)} is listed {times} times")


def readable(text: str, limit: int = 80) -> str:
    """`text` on one line: what cannot be printed is escaped, what is too long is cut."""
    shown = text if text.isprintable() else json.dumps(text)[1:-1]
    return shown if len(shown) <= limit else f"{shown[:limit]}…"


def dotted(path: KeyPath) -> str:
    """A path as people write it: `pools.modular.bonds.bond0.members[1]`."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
            continue
        name = readable(part)
        shown += "." * bool(shown) + (f'"{name}"' if not name or "." in name else name)
    return shown


def nearest(name: str, known: Iterable[str]) -> str:
    """` (did you mean "X"?)`, or nothing when no known name is near, whatever the case."""
    by_folded = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(name[:80].casefold(), by_folded, n=1)
    return meant(by_folded[near[0]]) if near else ""


def meant(text: str) -> str:
    """` (did you mean "X"?)`, to be put behind what is wrong."""
    return f' (did you mean "{text}"?)'
