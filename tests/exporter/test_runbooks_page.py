"""`/runbooks` says what each alert means and what to do, to whoever follows its link."""

from collections.abc import AsyncIterator
from html import escape
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from alerts import bundle
from exporter.config import load
from exporter.service import Service
from exporter.web.app import make_app
from exporter.web.runbooks import as_html, line_as_html
from tests.fakes import FakeClock

CONFIG = "pools: {modular: {hosts: {one: {recorded: one.txt}}}}\n"
Client = TestClient[Request, Application]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    (tmp_path / "one.txt").write_text("")
    path = tmp_path / "xenlens.yml"
    path.write_text(CONFIG)
    service = Service(path, load(path), FakeClock())
    async with TestClient(TestServer(make_app(service))) as client:
        yield client
    await service.close()


async def text(client: Client, path: str, status: int = 200) -> str:
    async with client.get(path) as response:
        assert response.status == status
        return await response.text()


def row(page: str, alert: str) -> str:
    return next(row for row in page.split("<tr>") if f"<strong>{alert}</strong>" in row)


async def test_the_landing_page_leads_to_the_runbooks(client: Client) -> None:
    assert 'href="/runbooks"' in await text(client, "/")


async def test_every_alert_is_listed_once_and_its_link_leads_to_its_page(client: Client) -> None:
    page = await text(client, "/runbooks")
    for name in bundle.alert_names():
        assert page.count(f'<a href="/runbooks/{name}"><strong>') == 1
        assert f"<h1>{name} " in await text(client, f"/runbooks/{name}")


async def test_the_list_tells_severity_time_playbook_and_the_page_in_short(client: Client) -> None:
    page = await text(client, "/runbooks")
    wrong = row(page, "BondWrongActiveMember")
    assert '<span class="badge warning">warning</span>' in wrong
    assert '<td class="wait">5m</td>' in wrong
    assert "<td>set-active-member after 30s</td>" in wrong
    assert line_as_html(bundle.runbook_summary("BondWrongActiveMember")) in wrong
    assert "<td></td>" in row(page, "BondDown")


async def test_a_page_is_the_runbook_and_the_rules_behind_the_alert(client: Client) -> None:
    page = await text(client, "/runbooks/BondWrongActiveMember")
    headings = ["What it means", "Look", "Do", "What xenlens would do", "Never", "Rules"]
    places = [page.index(f"<h2>{heading}</h2>") for heading in headings]
    assert places == sorted(places)
    rules = page[places[-1] :]
    assert rules.count("<pre>") == 2
    assert "for: 30s, in bonds.yml; for the remediation webhook, calls nobody" in rules
    assert "for: 5m, keep_firing_for: 5m, in bonds.yml</p>" in rules


async def test_an_expression_is_shown_as_it_is(client: Client) -> None:
    (alert,) = (a for a in bundle.alerts() if a.name == "BondTooFewMembers")
    assert "<" in alert.expr
    assert escape(alert.expr) in await text(client, "/runbooks/BondTooFewMembers")


@pytest.mark.parametrize("name", ["BondDwn", "BondDown.md", "%3Cscript%3E", "..%2Frules"])
async def test_an_unknown_alert_gets_one_line_that_says_where_all_are(
    client: Client, name: str
) -> None:
    async with client.get(f"/runbooks/{name}") as response:
        assert (response.status, response.content_type) == (404, "text/plain")
        (line,) = (await response.text()).splitlines()
    assert line.startswith("unknown alert ")
    assert line.endswith("/runbooks list them all")


def test_a_link_to_another_page_leads_there_and_other_links_stay() -> None:
    shown = as_html("See [that](BondDown.md) and [this](https://example.com/README.md).")
    assert '<a href="/runbooks/BondDown">that</a>' in shown
    assert '<a href="https://example.com/README.md">this</a>' in shown


def test_html_in_a_page_is_text() -> None:
    shown = as_html("a <script>alert(1)</script> b\n\n<div>\n\n[x](javascript:alert(1))\n")
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<div>" not in shown
    assert "<a " not in shown


def test_tables_are_tables() -> None:
    assert "<td>b</td>" in as_html("| a |\n| --- |\n| b |\n")
