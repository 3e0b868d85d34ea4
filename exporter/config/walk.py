"""Turns YAML nodes into plain data, noting where every key stands and what cannot be meant."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import yaml

from exporter.config.problems import KeyPath, Problem, readable
from exporter.config.syntax import BOOL, FLOAT, INT, MAX_DEPTH, MERGE, NULL, TEXT, Forbidden

MAX_VALUES = 100_000
"""Values after aliases are expanded: a small file of nested aliases must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands, and its text where it is a scalar."""

    line: int
    text: str | None = None


def _true_or_false(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


_SCALARS: Mapping[str, Callable[[str], object]] = {
    TEXT: str,
    MERGE: str,
    INT: int,
    FLOAT: float,
    BOOL: _true_or_false,
    NULL: lambda text: None,
}


class Walk:
    """Turns YAML nodes into plain data. Numbers of YAML 1.2; every key is text."""

    def __init__(self) -> None:
        self.places: dict[KeyPath, Place] = {(): Place(1)}
        self.problems: list[Problem] = []
        self._left = MAX_VALUES
        self._level = 0

    def value(self, node: yaml.Node, path: KeyPath) -> object:
        """The plain data of `node`. Raises Forbidden when there is too much of it."""
        self._left -= 1
        if self._left < 0 or self._level >= MAX_DEPTH:
            said = f"more than {MAX_VALUES} values or {MAX_DEPTH} levels, each alias counted"
            raise Forbidden(said, node.start_mark.line)
        self._level += 1
        found = self._of_any_kind(node, path)
        self._level -= 1
        return found

    def _of_any_kind(self, node: yaml.Node, path: KeyPath) -> object:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, path)
        return self._scalar(node, path)

    def _sequence(self, node: yaml.SequenceNode, path: KeyPath) -> list[object]:
        items = []
        for index, item in enumerate(node.value):
            here = (*path, index)
            self.places.setdefault(here, _place(item, item))
            items.append(self.value(item, here))
        return items

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            if key_node.tag == MERGE:
                continue
            key = self._key(key_node, path)
            here = (*path, key)
            if key in found:
                first = self.places[here].line
                self._problem(key_node, here, f"given twice, first on line {first}")
                continue
            self.places.setdefault(here, _place(key_node, value_node))
            found[key] = self.value(value_node, here)
        for merged in _merged(node):
            found = {**self._merge(merged, path), **found}
        return found

    def _merge(self, node: yaml.Node, path: KeyPath) -> dict[str, object]:
        value = self.value(node, path)
        if isinstance(value, dict):
            return value
        self._problem(node, path, "<< takes an alias of a mapping, such as <<: *defaults")
        return {}

    def _key(self, node: yaml.Node, path: KeyPath) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self._problem(node, (*path, ""), "a key must be text, not a list or mapping")
            return ""
        key = self._text(node, path)
        if node.tag != TEXT:
            self._problem(node, (*path, key), f'a key must be text; quote it: "{readable(key)}"')
        return key

    def _scalar(self, node: yaml.Node, path: KeyPath) -> object:
        text = self._text(node, path)
        if node.tag == NULL:
            self._problem(node, path, f"has no value; {_remedy(path)}")
        try:
            return _SCALARS[node.tag](text)
        except ValueError:
            self._problem(node, path, f'"{readable(text)}" is no ' + node.tag.rpartition(":")[2])
            return text

    def _text(self, node: yaml.Node, path: KeyPath) -> str:
        text: str = node.value
        try:
            text.encode()
        except UnicodeEncodeError:
            self._problem(node, path, "holds half of a surrogate pair, which is no text")
            return readable(text)
        return text

    def _problem(self, node: yaml.Node, path: KeyPath, message: str) -> None:
        self.problems.append(Problem(path, message, node.start_mark.line + 1))


def _remedy(path: KeyPath) -> str:
    if path and isinstance(path[-1], int):
        return "write one or remove it"
    return "write one ({} or [] for none) or leave the key out"


def _place(key: yaml.Node, value: yaml.Node) -> Place:
    text = value.value if isinstance(value, yaml.ScalarNode) else None
    return Place(key.start_mark.line + 1, text)


def _merged(node: yaml.MappingNode) -> Iterator[yaml.Node]:
    for key_node, value_node in node.value:
        if key_node.tag == MERGE and isinstance(value_node, yaml.SequenceNode):
            yield from value_node.value
        elif key_node.tag == MERGE:
            yield value_node
