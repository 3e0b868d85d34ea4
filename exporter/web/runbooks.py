"""`/runbooks`: every alert, and of each what it means and what to do."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass

import aiohttp_jinja2
from aiohttp import web
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from alerts import bundle
from alerts.bundle import Alert
from alerts.words import subjects
from exporter.runbooks import runbook

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
OTHER_PAGE = re.compile(r"(\w+)\.md")


@dataclass(frozen=True, slots=True)
class Row:
    """One alert in the list; `wait` is how long it waits before it calls its playbook."""

    alert: Alert
    summary: Markup
    wait: str


@aiohttp_jinja2.template("runbooks.html")
async def index(request: web.Request) -> dict[str, object]:
    """Every alert, by subject. In a thread: whoever is first has all rules read, for 0.15 s."""
    return {"subjects": await asyncio.to_thread(_listed)}


@aiohttp_jinja2.template("runbook.html")
async def page(request: web.Request) -> dict[str, object]:
    """The page of one alert, and its rules; in a thread as well."""
    return await asyncio.to_thread(_one, request.match_info["alert"])


def _listed() -> dict[str, list[Row]]:
    listed = {about: _rows(file) for file, about in subjects().items()}
    return {about: rows for about, rows in listed.items() if rows}


def _rows(file: str) -> list[Row]:
    waits = bundle.waits_for_machine()
    return [
        Row(alert, line_as_html(bundle.runbook_summary(alert.name)), waits.get(alert.name, ""))
        for alert in bundle.alerts()
        if alert.file == file and not alert.for_machine
    ]


def _one(name: str) -> dict[str, object]:
    text = runbook(name).removeprefix(f"# {name}\n")
    rules = [alert for alert in bundle.alerts() if alert.name == name]
    return {"name": name, "text": as_html(text), "rules": rules}


def as_html(text: str) -> Markup:
    """Markdown as HTML; `Other.md` leads to that page, and HTML in the text is text."""
    return _html(MARKDOWN.parse(text))


def line_as_html(text: str) -> Markup:
    """The same of one paragraph, without the element around it."""
    return _html(MARKDOWN.parseInline(text))


def _html(tokens: list[Token]) -> Markup:
    _relink(tokens)
    return Markup(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


def _relink(tokens: Iterable[Token]) -> None:
    for token in tokens:
        other = OTHER_PAGE.fullmatch(str(token.attrGet("href")))
        if other:
            token.attrSet("href", f"/runbooks/{other[1]}")
        _relink(token.children or ())
