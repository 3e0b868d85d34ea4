"""A line of shell as tokens: quoted and unquoted words, redirections, operators."""

import re
from dataclasses import dataclass

_BLANK = re.compile(r"(?:[ \t]|\\\n)+")
_OPERATOR = re.compile(r"&&|\|\||[;\n&|()]")
_REDIRECT = re.compile(r"(\d*)(<>|>>|>&|[<>])")
_PIECE = re.compile(
    r"""'(?P<single>[^']*)'
    |"(?P<double>(?:\\.|[^"\\])*)"
    |\\(?P<escaped>.)
    |(?P<plain>(?:\$\{[^}]*\}|[^\s'"\\;&|<>()])+)""",
    re.S | re.X,
)
_ESCAPED = re.compile(r'\\(["\\$`])')


class ShellError(Exception):
    """A line that this shell does not understand, worded as bash would."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word. Only an expanding one has its `$` replaced, unquoted ones are split."""

    text: str
    expands: bool
    quoted: bool


Word = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    """`<file`, `>file`, `2>/dev/null`, `>&2`, `3<>/dev/tcp/ADDRESS/PORT`."""

    descriptor: int
    operator: str
    target: Word


Token = Word | Redirect | str
"""A word, a redirection, or an operator; the empty string stands for the end of the line."""


def tokens_of(line: str) -> list[Token]:
    """The tokens of a line. Raises ShellError."""
    tokens: list[Token] = []
    place = 0
    while place < len(line):
        if blank := _BLANK.match(line, place):
            place = blank.end()
        elif operator := _OPERATOR.match(line, place):
            tokens.append(";" if operator[0] == "\n" else operator[0])
            place = operator.end()
        elif redirect := _REDIRECT.match(line, place):
            word, place = _word(line, (_BLANK.match(line, redirect.end()) or redirect).end())
            default = 0 if redirect[2].startswith("<") else 1
            tokens.append(Redirect(int(redirect[1] or default), redirect[2], word))
        else:
            word, place = _word(line, place)
            tokens.append(word)
    return tokens


def _word(line: str, place: int) -> tuple[Word, int]:
    parts: list[Part] = []
    while piece := _PIECE.match(line, place):
        place = piece.end()
        if piece["double"] is not None:
            parts += _double_quoted(piece["double"])
        elif piece["plain"] is not None:
            parts.append(Part(piece["plain"], True, False))
        else:
            parts.append(Part(piece["single"] or piece["escaped"] or "", False, True))
    if not parts:
        found = line[place : place + 1] or "newline"
        raise ShellError(f"syntax error near unexpected token `{found}'")
    return tuple(parts), place


def _double_quoted(text: str) -> list[Part]:
    """Between double quotes a backslash only protects four characters."""
    parts, place = [], 0
    for escaped in _ESCAPED.finditer(text):
        parts += [Part(text[place : escaped.start()], True, True), Part(escaped[1], False, True)]
        place = escaped.end()
    return [*parts, Part(text[place:], True, True)]
