"""YAML text to nodes: safe, bounded, and with numbers as YAML 1.2 has them.

PyYAML follows YAML 1.1, where `no` is false, `22:22` is 1342 and `0123` is 83: a host, a time
or a WWID would silently turn into something else. Only decimal numbers, true, false and null
are more than text here. A number with an exponent stays text, since `2220e55` is a WWID.
"""

import re

import yaml

MAX_DEPTH = 24
"""Levels of nesting; the deepest key of the configuration is on level 9."""

_STANDARD = "tag:yaml.org,2002:"
TEXT, INT, FLOAT = f"{_STANDARD}str", f"{_STANDARD}int", f"{_STANDARD}float"
BOOL, NULL, MERGE = f"{_STANDARD}bool", f"{_STANDARD}null", f"{_STANDARD}merge"
_SCALAR_TAGS = {TEXT, INT, FLOAT, BOOL, NULL, MERGE}
_COLLECTION_TAGS = {f"{_STANDARD}map", f"{_STANDARD}seq"}

WHOLE_NUMBER = re.compile(r"[-+]?[0-9]{1,64}\Z")


class Forbidden(yaml.MarkedYAMLError):
    """YAML, or nearly, that a configuration does not need and must not hold."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem=problem, problem_mark=yaml.Mark("", 0, line, 0, None, 0))


class _Loader(yaml.SafeLoader):
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """As SafeLoader's, which would recurse as deep as the text wants."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Forbidden(f"nested more than {MAX_DEPTH} levels deep", self.line)
        node: yaml.Node | None = super().compose_node(parent, index)
        if node is not None and node.tag not in _allowed_tags(node):
            raise Forbidden(f"the tag {node.tag} is not allowed", node.start_mark.line)
        self.depth -= 1
        return node


_Loader.yaml_implicit_resolvers = {}
_RESOLVED = (
    (MERGE, re.compile(r"<<\Z"), ["<"]),
    (NULL, re.compile(r"(~|null|Null|NULL|)\Z"), ["~", "n", "N", ""]),
    (BOOL, re.compile(r"(true|True|TRUE|false|False|FALSE)\Z"), list("tTfF")),
    (INT, WHOLE_NUMBER, list("-+0123456789")),
    (FLOAT, re.compile(r"[-+]?[0-9]{1,64}\.[0-9]{1,64}\Z"), list("-+0123456789")),
)
for _resolver in _RESOLVED:
    _Loader.add_implicit_resolver(*_resolver)


def compose(raw: bytes) -> yaml.Node | None:
    """The root node of one YAML document, None for an empty text. Raises MarkedYAMLError."""
    text = _decoded(raw)
    try:
        loader = _Loader(text)
    except yaml.reader.ReaderError as error:
        raise Forbidden(
            f"the character U+{ord(text[error.position]):04X} is not allowed",
            text.count("\n", 0, error.position),
        ) from None
    try:
        return loader.get_single_node()
    except (ValueError, OverflowError) as error:
        # PyYAML lets these through for "\U00110000" and for a long number in %YAML.
        raise Forbidden(f"not YAML: {error}", loader.line) from None


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Forbidden("the file is not UTF-8 text", raw.count(b"\n", 0, error.start)) from None


def _allowed_tags(node: yaml.Node) -> set[str]:
    return _SCALAR_TAGS if isinstance(node, yaml.ScalarNode) else _COLLECTION_TAGS
