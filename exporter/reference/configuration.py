"""docs/configuration-reference.md, generated from the models of the configuration."""

import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from pydantic.fields import FieldInfo

from exporter.config.model import Document
from exporter.config.section import Section
from exporter.reference.tables import section

HEAD = """\
# Configuration reference

Generated from the code by `make docs`; a test keeps it true. [configuration.md](configuration.md)
has an example, and tells how the keys work together.

`NAME` stands for a name of your own, `[]` for each entry of a list. A section that stands in
several places is told once.
"""
COLUMNS = ("key", "allowed", "default")
_DEFAULT = re.compile(r" \(default ([^()]*)\)")


def configuration_page() -> str:
    """The page: every section once, in the order in which the file leads to it."""
    places = dict(_places(Document, "", set()))
    return "\n".join([HEAD, *(_section(model, at, places) for model, at in places.items())])


def _places(model: type[Section], at: str, seen: set[type[Section]]) -> Iterator[tuple[Any, str]]:
    """Every section and the place where the file first has it."""
    seen.add(model)
    yield model, at
    for key, field in model.model_fields.items():
        for below, ending in _sections(field.annotation):
            if below not in seen:
                yield from _places(below, f"{at}.{key}{ending}".lstrip("."), seen)


def _sections(annotation: Any, ending: str = "") -> Iterator[tuple[type[Section], str]]:
    """The sections in a type, and what stands between the key and their keys."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation, ending
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        ending += ".NAME"
    elif origin is tuple:
        ending += "[]"
    for part in inside:
        yield from _sections(part, ending)


def _section(model: type[Section], at: str, places: Mapping[Any, str]) -> str:
    rows = (_row(key, field, places) for key, field in model.model_fields.items())
    text = " ".join((model.__doc__ or "").split())
    heading = f"`{at}`" if at else "At the top"
    if not model.model_fields:
        return f"## {heading}\n\n{text}\n"
    return section(heading, COLUMNS, rows, f"{text}\n")


def _row(key: str, field: FieldInfo, places: Mapping[Any, str]) -> tuple[str, str, str]:
    said = field.description or ""
    found = _DEFAULT.search(said)
    allowed = _DEFAULT.sub("", said)
    if below := next(_sections(field.annotation), None):
        allowed = f"[{allowed}](#{_anchor(places[below[0]])})"
    return f"`{key}`", allowed, found[1] if found else _default(field)


def _default(field: FieldInfo) -> str:
    """Of a key whose text tells none: what is written to get it, or nothing where it is absent."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, tuple):
        value = list(value)
    if value is None or value == "" or isinstance(value, Section) or value in ([], {}):
        return ""
    return str(yaml.safe_dump(value, default_flow_style=True)).removesuffix("...\n").strip()


def _anchor(heading: str) -> str:
    """What GitHub makes of a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
