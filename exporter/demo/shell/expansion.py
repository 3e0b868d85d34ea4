"""Words to fields: parameters replaced, unquoted ones split at blanks."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from exporter.demo.shell.tokens import Word

_PARAMETER = re.compile(
    r"\$(?:(?P<bare>[A-Za-z_]\w*|\d|[$?#])|\{(?P<braced>\w+)(?:##(?P<cut>[^}]*))?\})"
)

Lookup = Callable[[str], str]
"""The value of a parameter; empty when it is not set."""


def fields(word: Word, lookup: Lookup) -> list[str]:
    """A word of a command: none, one or several fields. Globs stay as they are: none match."""
    found = [""]
    quoted = False
    for part in word:
        quoted = quoted or part.quoted
        value = _replaced(part.text, lookup) if part.expands else part.text
        if part.quoted or value == part.text:
            found[-1] += value
            continue
        pieces = value.split()
        leads = value[:1].isspace() and found[-1]
        found += pieces if leads else []
        if not leads and pieces:
            found[-1] += pieces[0]
            found += pieces[1:]
    return found if quoted or found != [""] else []


def text(word: Word, lookup: Lookup) -> str:
    """A word that is not split: an assignment's value, a redirection's target."""
    return "".join(_replaced(p.text, lookup) if p.expands else p.text for p in word)


def _replaced(value: str, lookup: Lookup) -> str:
    def one(match: re.Match[str]) -> str:
        found = lookup(match["bare"] or match["braced"])
        return found if match["cut"] is None else _without_longest_prefix(found, match["cut"])

    return _PARAMETER.sub(one, value)


def _without_longest_prefix(value: str, pattern: str) -> str:
    """`${name##pattern}`."""
    for end in range(len(value), 0, -1):
        if fnmatchcase(value[:end], pattern):
            return value[end:]
    return value
