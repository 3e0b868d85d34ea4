"""docs/troubleshooting.md quotes what the code says, and docs/upgrading.md its numbers."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from alerts.remediation.journal.journal import FORMAT as JOURNAL
from exporter.drill.saved import FORMAT
from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
PACKAGES = ("exporter", "collectors", "alerts")
OPEN = "…"
"""In a quoted message: something that differs."""
QUOTED = re.compile(r"^(`{1,2})(?!`)((?:(?!\1).)+?)\1(?!`)", re.MULTILINE | re.DOTALL)
"""At the beginning of a paragraph; in two backticks where the message has one."""
AMONG_OTHERS = re.compile(r"%[sd]|%\(\w+\)s")


def _texts(tree: ast.AST) -> Iterator[str]:
    """The texts of a module; what is put in is left open."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (p.value if isinstance(p, ast.Constant) else OPEN for p in node.values)
            yield "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield AMONG_OTHERS.sub(OPEN, node.value)


@cache
def said_by_the_code() -> str:
    """Every text of the code, one a line."""
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    texts = (text for f in files for text in _texts(ast.parse(f.read_text(encoding="utf-8"))))
    return "\n".join(texts)


def is_said(message: str) -> bool:
    """Whether one text of the code has all parts of a message, in their order."""
    parts = [
        re.escape(part.strip())
        for part in message.removeprefix(f"{OPEN}: ").split(OPEN)
        if part.strip()
    ]
    return re.search(".*".join(parts), said_by_the_code()) is not None


def test_every_message_that_is_quoted_is_one_of_the_code() -> None:
    quoted = [" ".join(message.split()) for _, message in QUOTED.findall(PAGE)]
    messages = [message for message in quoted if " " in message and "_" not in message]
    assert len(messages) >= 12
    assert [message for message in messages if not is_said(message)] == []


def test_a_message_that_the_code_does_not_have_is_found() -> None:
    assert not is_said("unknown host key: it shows …; replace it")


def test_the_formats_of_drills_and_of_the_journal_are_told() -> None:
    page = (ROOT / "docs" / "upgrading.md").read_text(encoding="utf-8")
    assert f"| drills | `drill.json` has a number of its format, now {FORMAT};" in page
    assert f"| the journal | has a number of its format, now {JOURNAL};" in page
