"""`xenlens parse`: a captured output as records, for fixtures and bug reports."""

import importlib
import json
import pkgutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

import collectors
from collectors.parsing import Kind, Noise, Parsed, ParseError, ToolError
from exporter.cli.errors import FAILED, INVALID, fail


class Format(StrEnum):
    """What to print."""

    JSON = "json"
    METRICS = "metrics"


@cache
def kinds() -> Mapping[str, Kind]:
    """Every KIND that a file of `collectors` offers as `KINDS`."""
    modules = (
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(collectors.__path__, f"{collectors.__name__}.")
    )
    found = [kind for module in modules for kind in getattr(module, "KINDS", ())]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.name)}


def parse(
    kind: Annotated[str, typer.Argument(help=f"One of: {', '.join(kinds())}.")],
    files: Annotated[
        list[str] | None, typer.Argument(help="Captured outputs; stdin when none, or for -.")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Refuse lines that carry no fact.")] = False,
    bond: Annotated[
        str | None, typer.Option(help="Name of the bond, where the output names none.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.JSON,
) -> None:
    """Read what a tool printed and print the records as JSON.

    One file gives a JSON list; several give one JSON line each. Exits 1 when a text is an
    error message or cannot be read, with one line that says where and what was expected.
    """
    if kind not in kinds():
        fail(f"unknown KIND {kind!r}; one of: {', '.join(kinds())}", INVALID)
    names = files or ["-"]
    if len(names) == 1:
        parsed = _or_fail(kinds()[kind], names[0], strict, bond)
        typer.echo(_shown(kind, parsed, output))
        return
    if output is Format.METRICS:
        fail("--format metrics takes one file at a time", INVALID)
    results = [_result(kinds()[kind], name, strict, bond) for name in names]
    for result in results:
        typer.echo(json.dumps(result))
    if any("error" in result for result in results):
        raise typer.Exit(FAILED)


def _shown(kind: str, parsed: Parsed[Any], output: Format) -> str:
    if output is Format.JSON:
        return json.dumps(_plain(parsed), indent=1)
    from exporter.parsed_metrics import as_metrics

    try:
        return as_metrics(kind, parsed).rstrip("\n")
    except LookupError as error:
        fail(str(error), INVALID)


def _or_fail(kind: Kind, name: str, strict: bool, bond: str | None) -> Parsed[Any]:
    try:
        return _read(kind, name, strict, bond)
    except (OSError, ParseError, ToolError) as error:
        fail(f"{name}: {_reason(error)}", FAILED)


def _result(kind: Kind, name: str, strict: bool, bond: str | None) -> dict[str, Any]:
    try:
        parsed = _read(kind, name, strict, bond)
    except (OSError, ParseError, ToolError) as error:
        return {"file": name, "error": _reason(error)}
    return {"file": name, "records": _plain(parsed), "noise_lines": len(parsed.noise)}


def _plain(parsed: Parsed[Any]) -> list[Any]:
    """The records as JSON has them; xe's are texts and mappings as they are."""
    return [
        asdict(record) if is_dataclass(record) and not isinstance(record, type) else record
        for record in parsed.records
    ]


def _read(kind: Kind, name: str, strict: bool, bond: str | None) -> Parsed[Any]:
    raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    parsed: Parsed[Any] = kind.parse(raw.decode(errors="replace"))
    if strict:
        _refuse_noise(parsed.noise)
    if bond is not None:
        named = tuple(_named(record, bond) for record in parsed.records)
        parsed = replace(parsed, records=named)
    return parsed


def _named(record: Any, bond: str) -> Any:
    return replace(record, bond=bond) if getattr(record, "bond", bond) is None else record


def _refuse_noise(noise: Iterable[Noise]) -> None:
    for first in noise:
        raise ParseError(first.line, "a line of the tool's output (--strict)", first.text)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, ToolError):
        return f"an error message, not data ({error.kind}): {' '.join(str(error).split())}"
    return str(error)
