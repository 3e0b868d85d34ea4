"""Patterns of single words, in what Python 2.4 to 3.13 understand alike (`re`, on bytes).

Each stands for a whole word. None lets `..`, a second path below a folder, or an option through.
"""

import re
from collections.abc import Iterable

from alerts.remediation.tool import NAME, REPEATED, UUID, Shape
from collectors.xapi.xe_lists import CLEAN

__all__ = ["NAME", "REPEATED", "UUID", "Shape"]

NUMBER = "[0-9]{1,20}"
SECONDS = r"[0-9]{1,10}(\.[0-9]{1,10})?(e[+-][0-9]{1,2})?"
"""As Python's `:g` writes them."""
ADDRESS = "[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})|[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9_.-]{1,15})?"
"""A host name or an IP address."""
TEXT = r"[^\x00-\x1f\x7f]{1,800}"
"""Free text of up to 200 characters, in UTF-8."""
PATH = r"(/(?!\.\.?(/|\Z))[^/\x00-\x1f\x7f]{1,255}){1,64}/?|/"
"""An absolute path that goes nowhere up."""


def literal(word: str) -> str:
    """The pattern of one word; `re.escape` escapes more than a reader needs."""
    return re.sub(r"[\\.^$*+?{}\[\]|()]", r"\\\g<0>", word)


def exactly(words: Iterable[str]) -> Shape:
    """The shape of one command line and no other."""
    return tuple(map(literal, words))


def one_of(words: Iterable[str]) -> str:
    """The pattern of these words and no others."""
    return "|".join(map(literal, words))


def xe(*patterns: str) -> Shape:
    """The shape of an `xe` command that only reads, in the environment that xenlens gives it."""
    return (*exactly(CLEAN), "xe", *patterns)


def streamed(name: str, *patterns: str) -> Shape:
    """The shape of one of xenlens's programs: sent, or run where it is installed."""
    return ("python3?", "-S", "-E", rf"{name}\.py", *patterns)
