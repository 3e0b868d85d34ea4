"""Syntax that came after Python 2.4 and that vermin 1.9 does not see.

Every rule was tried with a Python 2.4.6: it refuses what the rule refuses.
"""

import ast
from collections.abc import Iterator

from tests.collectors.onhost.refusal import Refusal

Parents = dict[ast.AST, ast.AST]
FUNCTIONS = (ast.FunctionDef, ast.Lambda)


def syntax_refusals(tree: ast.Module) -> Iterator[Refusal]:
    """What Python 2.4 calls a syntax error, as far as the tree shows it."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        what = _of_node(node) or _of_yield(node, parents) or _of_print(node, parents)
        if what is not None:
            yield Refusal(getattr(node, "lineno", 0), what)


def _of_node(node: ast.AST) -> str | None:
    match node:
        case ast.Try(handlers=[_, *_], finalbody=[_, *_]):
            return "`try` with both `except` and `finally` (2.5)"
        case ast.IfExp():
            return "conditional expression (2.5)"
        case ast.ExceptHandler(name=str()):
            return "`except … as` (2.6)"
        case ast.ImportFrom(level=level) if level:
            return "relative import (2.5)"
        case ast.Call() if _has_keyword_after_star(node):
            return "keyword argument after *arguments (2.6)"
    return None


def _has_keyword_after_star(call: ast.Call) -> bool:
    stars = [_place(each) for each in call.args if isinstance(each, ast.Starred)]
    named = [_place(each) for each in call.keywords if each.arg is not None]
    return bool(stars and named) and max(named) > min(stars)


def _place(node: ast.expr | ast.keyword) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _of_yield(node: ast.AST, parents: Parents) -> str | None:
    match node:
        case ast.Yield(value=None):
            return "`yield` without a value (2.5)"
        case ast.Yield() if not isinstance(parents[node], ast.Expr):
            return "`yield` as an expression (2.5)"
        case ast.Yield() if any(
            isinstance(outer, ast.Try) and outer.finalbody for outer in _up(node, parents)
        ):
            return "`yield` within `try` … `finally` (2.5)"
        case ast.Return(value=ast.expr()) if _is_in_generator(node, parents):
            return "`return` of a value in a generator (3.3)"
    return None


def _up(node: ast.AST, parents: Parents) -> Iterator[ast.AST]:
    """The nodes around this one, to the function it belongs to and including it."""
    while node in parents:
        node = parents[node]
        yield node
        if isinstance(node, FUNCTIONS):
            return


def _is_in_generator(node: ast.AST, parents: Parents) -> bool:
    function = list(_up(node, parents))[-1]
    yields = [each for each in ast.walk(function) if isinstance(each, ast.Yield)]
    return any(list(_up(each, parents))[-1] is function for each in yields)


def _of_print(node: ast.AST, parents: Parents) -> str | None:
    """`print(x)` alone means the same everywhere: there it is a statement."""
    if not isinstance(node, ast.Name) or node.id != "print":
        return None
    call = parents[node]
    match call:
        case ast.Call(args=[argument], keywords=[]) if not isinstance(argument, ast.Starred):
            if isinstance(parents[call], ast.Expr):
                return None
    return "`print` as a function (3.0)"
