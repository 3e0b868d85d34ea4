"""Spellings that Python 2.4 does not read, or reads differently, and that vermin does not see.

The tree of a program does not show them. Tried with Python 2.4.6, 2.7.18 and 3.13.0.
"""

import io
import re
import tokenize
from collections.abc import Iterator

from tests.collectors.onhost.refusal import Refusal

_BLANK = {tokenize.NL, tokenize.COMMENT, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
_NEW_NUMBER = re.compile(r"0[bBoO]|.*_")
_PREFIXED = re.compile(r"[uU]['\"]")
_RAW = re.compile(r"[a-zA-Z]*[rR]")
_UNICODE_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\[uUN]")


def token_refusals(source: str) -> Iterator[Refusal]:
    """What the spelling of `source` shows."""
    for number, line in enumerate(source.splitlines(), start=1):
        if not line.isascii():
            yield Refusal(number, "a character that is not ASCII, without a declared coding")
    tokens = [
        token
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in _BLANK
    ]
    for token in tokens:
        what = _of_number(token) or _of_string(token)
        if what is not None:
            yield Refusal(token.start[0], what)
    yield from _keywords_of_python_2(tokens)
    yield from _empty_bases(tokens)
    yield from _commas_after_star(tokens)


def _of_number(token: tokenize.TokenInfo) -> str | None:
    is_new = token.type == tokenize.NUMBER and _NEW_NUMBER.match(token.string)
    return f"number written {token.string} (2.6, 3.6)" if is_new else None


def _of_string(token: tokenize.TokenInfo) -> str | None:
    if token.type != tokenize.STRING:
        return None
    if _PREFIXED.match(token.string):
        return "u'…' (not in 3.0 to 3.2)"
    if not _RAW.match(token.string) and _UNICODE_ESCAPE.search(token.string):
        return r"\u in a string, which Python 2 does not translate"
    return None


def _keywords_of_python_2(tokens: list[tokenize.TokenInfo]) -> Iterator[Refusal]:
    """`exec` anywhere; `print` as a method."""
    before = ""
    for token in tokens:
        is_member = (before, token.string) in ((".", "print"), ("def", "print"))
        if token.type == tokenize.NAME and (token.string == "exec" or is_member):
            yield Refusal(token.start[0], f"`{token.string}` is a keyword in Python 2")
        before = token.string


def _empty_bases(tokens: list[tokenize.TokenInfo]) -> Iterator[Refusal]:
    words = [token.string for token in tokens]
    for at, token in enumerate(tokens):
        if token.string == "class" and words[at + 2 : at + 4] == ["(", ")"]:
            yield Refusal(token.start[0], "class with empty parentheses (2.5)")


def _commas_after_star(tokens: list[tokenize.TokenInfo]) -> Iterator[Refusal]:
    """A comma between *arguments or **named and the closing parenthesis."""
    starred = [False]
    before = ""
    for token in tokens:
        if token.string in ("(", "[", "{"):
            starred.append(False)
        elif token.string in ("*", "**") and before in ("(", ","):
            starred[-1] = True
        elif token.string in (")", "]", "}") and starred.pop() and before == ",":
            yield Refusal(token.start[0], "comma after *arguments (3.5)")
        before = token.string
