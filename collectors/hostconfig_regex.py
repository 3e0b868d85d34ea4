r"""The regular expressions of lvm.conf filters, as device-mapper's own matcher reads them.

Only `. * + ? | ( ) [ ] ^ $` and `\` mean anything (libdm's parse_rx.c): braces and `\d` do not.
A pattern is matched by walking all positions at once, so no pattern takes long.
"""

from collections.abc import Callable, Sequence

Positions = frozenset[int]
Node = Callable[[str, Positions], Positions]
"""From the positions where a match may begin to those where it may end."""
LONGEST = 200
"""Characters of a pattern that are read; brackets in brackets then stay within Python's stack."""
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}


class BadPattern(ValueError):
    """The pattern is no expression that the matcher takes."""


def compiled(pattern: str) -> Callable[[str], bool]:
    """Whether a text contains a match. Raises BadPattern."""
    if len(pattern) > LONGEST:
        raise BadPattern(f"{pattern[:60]!r}… is too long")
    parser = _Parser(pattern)
    node = parser.alternatives()
    if parser.rest:
        raise BadPattern(f"{pattern!r}: unexpected {parser.rest[0]!r}")
    return lambda text: bool(node(text, frozenset(range(len(text) + 1))))


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.rest = pattern

    def alternatives(self) -> Node:
        nodes = [self._sequence()]
        while self._take("|"):
            nodes.append(self._sequence())
        return lambda text, at: frozenset().union(*(node(text, at) for node in nodes))

    def _sequence(self) -> Node:
        nodes: list[Node] = []
        while self.rest and self.rest[0] not in "|)":
            nodes.append(self._repeated())
        return lambda text, at: _in_turn(nodes, text, at)

    def _repeated(self) -> Node:
        node = self._atom()
        while self.rest and self.rest[0] in "*+?":
            node = _repetition(node, self._next())
        return node

    def _atom(self) -> Node:
        character = self._next()
        if character == "(":
            node = self.alternatives()
            if not self._take(")"):
                raise BadPattern(f"{self._pattern!r}: a bracket is not closed")
            return node
        if character == "[":
            return self._set()
        if character in "*+?":
            raise BadPattern(f"{self._pattern!r}: nothing before {character!r}")
        if character in _SPECIAL:
            return _SPECIAL[character]
        literal = self._escaped(character)
        return _one([(literal, literal)])

    def _set(self) -> Node:
        negated = self._take("^")
        ranges: list[tuple[str, str]] = []
        while not self._take("]"):
            first = last = self._escaped(self._next())
            if self.rest.startswith("-") and self.rest[1:2] not in ("", "]"):
                self._next()
                last = self._escaped(self._next())
            ranges.append((first, last))
        return _one(ranges, negated)

    def _escaped(self, character: str) -> str:
        if character != "\\":
            return character
        following = self._next()
        return _CONTROL.get(following, following)

    def _next(self) -> str:
        if not self.rest:
            raise BadPattern(f"{self._pattern!r} ends too early")
        character, self.rest = self.rest[0], self.rest[1:]
        return character

    def _take(self, character: str) -> bool:
        taken = self.rest.startswith(character)
        self.rest = self.rest[taken:]
        return taken


def _in_turn(nodes: list[Node], text: str, at: Positions) -> Positions:
    for node in nodes:
        at = node(text, at)
    return at


def _repetition(node: Node, sign: str) -> Node:
    def closure(text: str, at: Positions) -> Positions:
        seen, fresh = at, at
        while fresh:
            fresh = node(text, fresh) - seen
            seen |= fresh
        return seen

    if sign == "?":
        return lambda text, at: at | node(text, at)
    return closure if sign == "*" else lambda text, at: closure(text, node(text, at))


def _one(ranges: Sequence[tuple[str, str]], negated: bool = False) -> Node:
    def fits(character: str) -> bool:
        return any(first <= character <= last for first, last in ranges) is not negated

    def step(text: str, at: Positions) -> Positions:
        return frozenset(place + 1 for place in at if place < len(text) and fits(text[place]))

    return step


_SPECIAL: dict[str, Node] = {
    ".": _one([("\n", "\n"), ("\r", "\r")], negated=True),
    "^": lambda text, at: at & {0},
    "$": lambda text, at: at & {len(text)},
}
