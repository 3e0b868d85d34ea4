"""Names and calls that some Python from 2.4 to 3.13 does not have, and that vermin does not see.

vermin 1.9 knows the standard library but not all of it: neither what was removed, nor `_socket`,
nor exceptions in `except`, nor methods of values whose type it cannot tell.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.collectors.onhost.refusal import Refusal


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEWER_METHODS = _words(
    "as_integer_ratio bit_count bit_length casefold deleter format format_map from_bytes frombytes"
    " fromhex hex isascii isdisjoint isidentifier isprintable partition recv_into recvfrom_into"
    " recvmsg removeprefix removesuffix rpartition send_signal sendmsg setter terminate to_bytes"
    " tobytes total_seconds with_traceback"
)
OLDER_METHODS = _words("fromstring has_key iteritems iterkeys itervalues next tostring")
WITHOUT_KEYWORDS = _words("decode encode expandtabs rsplit split splitlines")
EXEMPT = "# novm"
"""At the end of a line: the name is guarded. vermin takes the same word."""


@cache
def common_names() -> dict[str, frozenset[str]]:
    """By module: the names that Python 2.4 and 3.13 both have.

    Source: dir() in a 2.4.6 and a 3.13.0 on Linux, run with -S as on hosts; without the constants
    of sockets that older C libraries lack.
    """
    found: dict[str, frozenset[str]] = {}
    module = ""
    for line in Path(__file__).with_suffix(".txt").read_text().splitlines():
        head, _, names = line.rpartition(": ")
        module = head or module
        found[module] = found.get(module, frozenset()) | _words(names)
    return found


def name_refusals(tree: ast.Module, source: str) -> Iterator[Refusal]:
    """Names that are not everywhere, but for lines that end with `# novm`."""
    lines = ["", *source.splitlines()]
    modules = _modules(tree)
    bound = _bound(tree)
    for node in ast.walk(tree):
        what = _of_import(node) or _of_module(node, modules) or _of_builtin(node, bound)
        what = what or _of_method(node) or _of_call(node)
        line = getattr(node, "lineno", 0)
        if what is not None and not lines[line].endswith(EXEMPT):
            yield Refusal(line, what)


def _modules(tree: ast.Module) -> dict[str, set[str]]:
    """What modules a name may stand for."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                top = each.name.partition(".")[0]
                found.setdefault(each.asname or top, set()).add(each.name if each.asname else top)
    return found


def _bound(tree: ast.Module) -> set[str]:
    """Every name that the program itself binds somewhere."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.partition(".")[0])
    return found


def _of_import(node: ast.AST) -> str | None:
    match node:
        case ast.Import(names=names):
            unknown = [each.name for each in names if each.name not in common_names()]
        case ast.ImportFrom(module=str(module), names=names):
            known = common_names().get(module, frozenset())
            unknown = [f"{module}.{each.name}" for each in names if each.name not in known]
        case _:
            return None
    return f"{unknown[0]}: not known to be in 2.4 and 3.13" if unknown else None


def _of_module(node: ast.AST, modules: dict[str, set[str]]) -> str | None:
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            candidates = modules.get(name, set())
        case ast.Attribute(ast.Attribute(ast.Name(id=name), "path"), attribute):
            candidates = {f"{module}.path" for module in modules.get(name, set())}
        case _:
            return None
    for module in sorted(candidates & common_names().keys()):
        if attribute not in common_names()[module]:
            return f"{module}.{attribute}: not in both 2.4 and 3.13"
    return None


def _of_builtin(node: ast.AST, bound: set[str]) -> str | None:
    if not isinstance(node, ast.Name) or node.id in bound | common_names()["builtins"] | {"print"}:
        return None
    return f"{node.id}: not in both 2.4 and 3.13"


def _of_method(node: ast.AST) -> str | None:
    match node:
        case ast.Attribute(attr=name) if name in NEWER_METHODS:
            return f".{name}: no such method in 2.4"
        case ast.Attribute(attr=name) if name in OLDER_METHODS:
            return f".{name}: no such method in 3.13"
    return None


def _of_call(node: ast.AST) -> str | None:
    match node:
        case ast.Call(func=ast.Name("enumerate"), args=[_, _, *_]):
            return "enumerate from a start (2.6)"
        case ast.Call(func=ast.Attribute(attr="startswith" | "endswith"), args=[ast.Tuple(), *_]):
            return "several prefixes at once (2.5)"
        case ast.Call(func=ast.Attribute(attr=name), keywords=[_, *_]) if name in WITHOUT_KEYWORDS:
            return f".{name} with a keyword argument (2.7, 3.0)"
        case ast.Call(
            func=ast.Attribute(value=ast.Name("struct")), args=[ast.Constant(str(form)), *_]
        ) if re.search("[?nNe]", form):
            return f"struct format {form} (2.6, 3.3)"
    return None
