"""Plain data to a section, and pydantic's findings to sentences."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, TypeGuard, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from exporter.config.problems import KeyPath, Problem, Refused, dotted, nearest, readable
from exporter.config.source import Source
from exporter.config.values import described

S = TypeVar("S", bound=BaseModel)
_MAPPING = "a mapping (indented lines of key: value)"
_PARTS = ("hosts", "guests", "disk_probes")
"""What a pool has by name."""
_EXPECTED = {
    "int_type": "a whole number without quotes",
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
}


def validate(source: Source, folder: Path, root: type[S]) -> tuple[S | None, list[Problem]]:
    """The file as `root` has it, or None and why; paths in it are relative to `folder`."""
    try:
        return root.model_validate(source.data, context=folder), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        found += _behind([e["loc"] for e in found], source.data, folder, root)
        return None, [problem for e in found for problem in _problems(e, source, root)]


def _behind(
    wrong: Iterable[KeyPath], data: object, folder: Path, root: type[BaseModel]
) -> list[ErrorDetails]:
    """What the hosts and pools without fault say of one another.

    pydantic compares the parts of a section only once each of them is right.
    """
    rest = copy.deepcopy(data)
    for path in wrong:
        _remove(rest, path[: _depth(path)])
    try:
        root.model_validate(rest, context=folder)
    except ValidationError as error:
        found = error.errors(include_url=False)
        return [e for e in found if isinstance(e.get("ctx", {}).get("error"), Refused)]
    return []


def _depth(path: KeyPath) -> int:
    """How many keys of `path` name the part that has the fault: a host, a pool, the top."""
    if path[:1] != ("pools",):
        return 1
    return 4 if path[2:3] and path[2] in _PARTS else 2


def _remove(data: Any, path: KeyPath) -> None:
    for part in path[:-1]:
        data = data.get(part) if isinstance(data, dict) else None
    if path and isinstance(data, dict):
        data.pop(path[-1], None)


def _problems(error: ErrorDetails, source: Source, root: type[BaseModel]) -> Iterator[Problem]:
    path: KeyPath = error["loc"]
    refusal = error.get("ctx", {}).get("error")
    if isinstance(refusal, Refused):
        for problem in refusal.problems:
            below = problem.below(path)
            yield Problem(source.known(below.path), below.message)
    elif error["type"] == "missing":
        yield Problem(path, f"missing; allowed: {_field(path, root)}")
    elif error["type"] == "extra_forbidden":
        yield Problem(path, _unknown(path, root))
    else:
        place = source.known(path)
        yield Problem(place, _sentence(error, source.places[place].text))


def _sentence(error: ErrorDetails, text: str | None) -> str:
    kind, value = error["type"], error["input"]
    context: Mapping[str, Any] = error.get("ctx", {})
    if kind in _EXPECTED:
        # A whole file that is one word may be that of a secret, named by mistake.
        shown = described(value) if error["loc"] or isinstance(value, list) else "one value"
        return f"must be {_EXPECTED[kind]}, not {shown}"
    match kind:
        case "value_error":
            return str(context["error"])
        case "string_type":
            quoted = f'; quote it: "{readable(text)}"' if text else ""
            return f"must be text, not {described(value)}{quoted}"
        case "literal_error":
            allowed = context["expected"].replace("'", "").replace(" or ", ", ")
            near = nearest(str(value), allowed.split(", "))
            return f"{described(value)} is not allowed{near}; allowed: {allowed}"
        case "greater_than_equal":
            return f"must be at least {context['ge']}, not {readable(str(value))}"
        case "less_than_equal":
            return f"must be at most {context['le']}, not {readable(str(value))}"
        case "too_short":
            return "is empty; at least one entry is needed"
        case "too_long":
            return f"has {len(value)} entries; at most {context['max_length']} are allowed"
        case _:
            return readable(error["msg"], 300)


def _unknown(path: KeyPath, root: type[BaseModel]) -> str:
    allowed = sorted(_model(path[:-1], root).model_fields)
    near = nearest(str(path[-1]), allowed)
    return f"unknown key{near}; allowed: {', '.join(allowed) or 'no keys'}"


def _field(path: KeyPath, root: type[BaseModel]) -> str:
    return _model(path[:-1], root).model_fields[str(path[-1])].description or ""


def _model(path: KeyPath, root: type[BaseModel]) -> type[BaseModel]:
    """The model that stands at `path`."""
    kind: Any = root
    for part in path:
        kind = kind.model_fields[str(part)].annotation if _is_model(kind) else _entry(kind)
        kind = _without_extras(kind)
    if not _is_model(kind):
        raise TypeError(f"no section stands at {dotted(path)}")
    return kind


def _entry(kind: Any) -> Any:
    """What stands under the keys of a Mapping[K, V], or in a tuple[V, ...]."""
    entries = get_args(kind)
    return entries[0] if get_origin(kind) is tuple else entries[-1]


def _is_model(kind: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType)


def _without_extras(kind: Any) -> Any:
    """Annotated[X, …] and X | None are X."""
    while not _is_model(kind) and (hasattr(kind, "__metadata__") or _is_union(kind)):
        kind = get_args(kind)[0]
    return kind
