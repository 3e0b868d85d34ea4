"""Whether a program runs from Python 2.4 to 3.13, as far as vermin does not see it already."""

import ast

from tests.collectors.onhost.python24_names import name_refusals
from tests.collectors.onhost.python24_syntax import syntax_refusals
from tests.collectors.onhost.python24_tokens import token_refusals


def refusals(source: str) -> list[str]:
    """Each line that some Python of the range cannot run. Raises SyntaxError for today's Python."""
    tree = ast.parse(source)
    found = {*syntax_refusals(tree), *token_refusals(source), *name_refusals(tree, source)}
    return [str(each) for each in sorted(found)]
