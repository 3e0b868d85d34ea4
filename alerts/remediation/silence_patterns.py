"""Regular expressions of silences, matched as Alertmanager does: by RE2, the whole text.

Python's `re` means other things by the same signs (`$`, `\\s`, `\\d`, `{,3}`, `(?i)`) and can take
for ever. This reads what RE2 and everybody mean alike, and refuses all else. A match takes time
proportional to text and pattern.
"""

import re
from collections.abc import Callable
from functools import cache, partial
from string import ascii_letters, digits

from alerts.remediation.silence_program import (
    MATCHED,
    Fits,
    Node,
    Program,
    Unsupported,
    consume,
    edge,
    either,
    in_turn,
    matches,
    repeat,
)

LONGEST = 1000
"""Characters of a pattern."""
DEEPEST = 50
"""Brackets in brackets."""
_CLASSES = {
    "d": frozenset(digits),
    "w": frozenset(ascii_letters + digits + "_"),
    "s": frozenset("\t\n\f\r "),
}
"""RE2's are of ASCII, and a vertical tab is no space."""
_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_COUNT = re.compile(r"\{(0|[1-9][0-9]{0,3})(?:(,)(0|[1-9][0-9]{0,3})?)?\}")
_MOST_TIMES = 1000
_TIMES: tuple[tuple[str, int, int | None], ...] = (("*", 0, None), ("+", 1, None), ("?", 0, 1))


def compiled(pattern: str) -> Callable[[str], bool]:
    """Whether a pattern matches the whole of a text. Raises Unsupported."""
    if len(pattern) > LONGEST:
        raise Unsupported("the pattern is too long")
    parser = _Parser(pattern)
    node = parser.alternatives()
    if parser.rest:
        raise Unsupported(f"unexpected {parser.rest[0]!r}")
    program = Program()
    return partial(matches, program, node(program, MATCHED))


class _Parser:
    """Reads a pattern from its front."""

    def __init__(self, pattern: str) -> None:
        self.rest = pattern
        self._depth = 0

    def alternatives(self) -> Node:
        nodes = [self._sequence()]
        while self._take("|"):
            nodes.append(self._sequence())
        return nodes[0] if len(nodes) == 1 else partial(either, nodes)

    def _sequence(self) -> Node:
        nodes: list[Node] = []
        while self.rest and self.rest[0] not in "|)":
            nodes.append(self._repeated())
        return partial(in_turn, nodes)

    def _repeated(self) -> Node:
        if self.rest[0] in "^$":
            return partial(edge, self._next())
        node = self._atom()
        least, most = self._times()
        return node if (least, most) == (1, 1) else partial(repeat, node, least, most)

    def _times(self) -> tuple[int, int | None]:
        """How often what stands before is repeated. RE2 takes no repetition of a repetition."""
        for sign, least, most in _TIMES:
            if self._take(sign):
                self._take("?")
                return least, most
        if not (count := _COUNT.match(self.rest)):
            return 1, 1
        self._take(count[0])
        self._take("?")
        return _counted(count)

    def _atom(self) -> Node:
        character = self._next()
        if character == "(":
            return self._group()
        if character in "*+?{":
            raise Unsupported(f"nothing before {character!r}")
        if character == "[":
            return partial(consume, cache(self._class()))
        if character == ".":
            return partial(consume, "\n".__ne__)
        if character == "\\" and (found := self._named_class()):
            return partial(consume, found)
        return partial(consume, self._literal(character).__eq__)

    def _group(self) -> Node:
        if not self._take("?:") and self.rest.startswith("?"):
            raise Unsupported("flags and names of groups")
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unsupported("too many brackets in brackets")
        node = self.alternatives()
        if not self._take(")"):
            raise Unsupported("a bracket is not closed")
        self._depth -= 1
        return node

    def _class(self) -> Fits:
        negated = self._take("^")
        parts: list[Fits] = []
        while not (parts and self._take("]")):
            parts.append(self._part())
        return lambda character: any(part(character) for part in parts) is not negated

    def _part(self) -> Fits:
        """A character, a range or a named class in brackets."""
        if self.rest.startswith("[:"):
            raise Unsupported("named classes")
        character = self._next()
        if character == "\\" and (found := self._named_class()):
            return found
        first = last = self._literal(character)
        if self.rest.startswith("-") and not self.rest.startswith("-]"):
            self._next()
            last = self._literal(self._next())
        if last < first:
            raise Unsupported(f"{first}-{last} is no range")
        return lambda character: first <= character <= last

    def _named_class(self) -> Fits | None:
        """What `\\d`, `\\w`, `\\s` stand for and, in capitals, what they do not."""
        members = _CLASSES.get(self.rest[:1].lower())
        if members is None:
            return None
        negated = self._next().isupper()
        return lambda character: (character in members) is not negated

    def _literal(self, character: str) -> str:
        if character != "\\":
            return character
        escaped = self._next()
        if escaped.isascii() and not escaped.isalnum():
            return escaped
        if escaped not in _CONTROLS:
            raise Unsupported(f"\\{escaped}")
        return _CONTROLS[escaped]

    def _next(self) -> str:
        if not self.rest:
            raise Unsupported("it ends too early")
        character, self.rest = self.rest[0], self.rest[1:]
        return character

    def _take(self, sign: str) -> bool:
        taken = self.rest.startswith(sign)
        self.rest = self.rest[len(sign) :] if taken else self.rest
        return taken


def _counted(count: re.Match[str]) -> tuple[int, int | None]:
    least = int(count[1])
    most = int(count[3]) if count[3] else None if count[2] else least
    if max(least, most or 0) > _MOST_TIMES or (most is not None and most < least):
        raise Unsupported(f"{count[0]} is no repetition")
    return least, most
