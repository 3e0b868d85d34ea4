"""Reads the part of PromQL that the bundled rules on maps and bonds are written in.

Selectors, numbers, `max by|without`, `label_replace`, comparisons, `+`, `-`, `and`, `or`,
`unless`, with `on (…)` and `group_left ()`. What a rule uses beyond raises ValueError.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

from exporter.drill.alerts_vectors import (
    ARITHMETIC,
    COMPARISONS,
    Labels,
    Matching,
    Value,
    Vector,
    dropped,
    highest,
    joined,
    kept,
    relabelled,
    selected,
    sifted,
    united,
)

Series = Mapping[str, Vector]
"""What was scraped and recorded, by the metric's name."""
Expression = Callable[[Series], Value]
LEVELS = (("or",), ("and", "unless"), tuple(COMPARISONS), tuple(ARITHMETIC))
"""Operators that bind more and more strongly; those of one level from left to right."""
_TOKEN = re.compile(
    r'\s*(?:("(?:[^"\\]|\\.)*")|([A-Za-z_:][\w:]*)|(\d+(?:\.\d+)?)|(==|!=|<=|>=|=~|!~|[-+<>=(){},]))'
)
_NAME = re.compile(r"[A-Za-z_:][\w:]*")


def read_expression(text: str) -> Expression:
    """The expression as a function of what is known. Raises ValueError."""
    reader = _Reader(_tokens(text))
    expression = reader.binary(0)
    reader.end()
    return expression


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    rest = text.strip()
    while rest:
        found = _TOKEN.match(rest)
        if found is None:
            raise ValueError(f"not understood: {rest[:40]!r}")
        tokens.append(found[0].strip())
        rest = rest[found.end() :].rstrip()
    return tokens


class _Reader:
    """Goes through the tokens of one expression."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def end(self) -> None:
        """Nothing is left. Raises ValueError."""
        if self._next:
            raise ValueError(f"not understood: {' '.join(self._tokens[self._at :])[:40]!r}")

    def binary(self, level: int) -> Expression:
        """Operands with the operators of this level between them."""
        if level == len(LEVELS):
            return self._operand()
        left = self.binary(level + 1)
        while self._next in LEVELS[level]:
            sign, matching = self._take(), self._matching()
            left = partial(_apply, left, sign, self.binary(level + 1), matching)
        return left

    def _operand(self) -> Expression:
        token = self._take()
        if token == "(":
            inner = self.binary(0)
            self._expect(")")
            return inner
        if token[0].isdigit():
            number = float(token)
            return lambda series: number
        if token == "max":
            return self._max()
        if token == "label_replace":
            return self._label_replace()
        if not _NAME.fullmatch(token) or self._next in ("(", "by", "without"):
            raise ValueError(f"not understood: {token!r}")
        matchers = self._matchers() if self._next == "{" else []
        return lambda series: selected(series.get(token, {}), matchers)

    def _max(self) -> Expression:
        how = {"by": kept, "without": dropped}.get(self._take())
        if how is None:
            raise ValueError("max without `by` or `without` before its brackets")
        names = self._names()
        self._expect("(")
        inner = self.binary(0)
        self._expect(")")

        def group(labels: Labels) -> Labels:
            return how(labels, names)

        return lambda series: highest(_vector(inner(series)), group)

    def _label_replace(self) -> Expression:
        self._expect("(")
        inner = self.binary(0)
        texts = []
        for _ in range(4):
            self._expect(",")
            texts.append(self._text())
        self._expect(")")
        target, text, source, pattern = texts
        return lambda series: relabelled(_vector(inner(series)), target, text, source, pattern)

    def _matching(self) -> Matching:
        if self._next != "on":
            return Matching()
        self._take()
        on = frozenset(self._names())
        if self._next != "group_left":
            return Matching(on)
        self._take()
        if self._names():
            raise ValueError("group_left with labels")
        return Matching(on, many=True)

    def _names(self) -> list[str]:
        self._expect("(")
        names = []
        while self._next != ")":
            names.append(self._take())
            if self._next == ",":
                self._take()
        self._expect(")")
        return names

    def _matchers(self) -> list[tuple[str, str, str]]:
        self._expect("{")
        matchers = []
        while self._next != "}":
            matchers.append((self._take(), self._take(), self._text()))
            if self._next == ",":
                self._take()
        self._expect("}")
        return matchers

    def _text(self) -> str:
        token = self._take()
        if not token.startswith('"') or "\\" in token:
            raise ValueError(f"no plain text: {token}")
        return token[1:-1]

    @property
    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        if not self._next:
            raise ValueError("ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, token: str) -> None:
        if self._take() != token:
            raise ValueError(f"expected {token} before {' '.join(self._tokens[self._at :])[:40]!r}")


def _apply(
    left: Expression, sign: str, right: Expression, matching: Matching, series: Series
) -> Value:
    a, b = left(series), right(series)
    if sign == "or":
        return united(_vector(a), _vector(b), matching)
    if sign in ("and", "unless"):
        return sifted(_vector(a), _vector(b), matching, there=sign == "and")
    return joined(a, sign, b, matching)


def _vector(value: Value) -> Vector:
    if isinstance(value, float):
        raise ValueError("a number where a vector is needed")
    return value
