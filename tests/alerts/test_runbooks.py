"""Runbooks: a page for every alert, all of one shape, with links and names that are true."""

import re

import pytest

from alerts import bundle
from alerts.bundle import playbooks
from exporter.cli.remediation import remediation_app
from tests.catalogue import catalogue

HEADINGS = ["What it means", "Look", "Do", "What xenlens would do", "Never"]
ORDER = re.compile(r"^xenlens remediation run (\S+) (.+)$", re.MULTILINE)
each_name = pytest.mark.parametrize("name", bundle.alert_names())


def test_there_is_a_page_for_every_alert_and_no_other() -> None:
    assert {file.name for file in bundle.runbooks()} == {f"{n}.md" for n in bundle.alert_names()}


@each_name
def test_every_page_has_the_same_shape(name: str) -> None:
    title, *rest = bundle.runbook(name).splitlines()
    assert title == f"# {name}"
    assert [line[3:] for line in rest if line.startswith("## ")] == HEADINGS
    summary = bundle.runbook(name).partition("\n## ")[0].removeprefix(title)
    assert 20 < len(summary.strip()) < 700
    assert bundle.runbook(name).count("```") % 2 == 0


@each_name
def test_its_links_lead_to_pages(name: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)", bundle.runbook(name))
    pages = {file.name for file in bundle.runbooks()}
    assert [link for link in links if link not in pages] == []


@each_name
def test_every_metric_it_names_exists(name: str) -> None:
    named = set(
        re.findall(r"\b((?:[a-z_]+:)?xenlens_[a-z_]+(?::[a-z0-9_]+)?)", bundle.runbook(name))
    )
    programs = {"xenlens_host", "xenlens_disk", "xenlens_gate"}
    known = set(catalogue()) | programs
    assert {one for one in named if one not in known and not _is_prefix(one, known)} == set()


def _is_prefix(named: str, known: set[str]) -> bool:
    """`xenlens_pool_…` stands for several."""
    return named.endswith("_") and any(metric.startswith(named) for metric in known)


@each_name
def test_the_page_of_an_alert_with_a_playbook_names_it(name: str) -> None:
    for alert in bundle.alerts():
        if alert.name == name and alert.playbook:
            assert f"`{alert.playbook}`" in bundle.runbook(name)
            assert "observe" in bundle.runbook(name)


@each_name
def test_every_order_that_a_page_gives_names_its_object_by_the_playbooks_labels(name: str) -> None:
    page = bundle.runbook(name)
    orders = ORDER.findall(page)
    for playbook, options in orders:
        assert re.findall(r"--(\w+) [A-Z]+", options) == list(playbooks()[playbook].target)
    called = {alert.playbook for alert in bundle.alerts() if alert.name == name} - {""}
    assert called <= {playbook for playbook, options in orders if "--dry-run" in options}
    assert not called or "xenlens remediation explain RUN" in page


@each_name
def test_every_remediation_command_that_a_page_names_is_there(name: str) -> None:
    named = set(re.findall(r"xenlens remediation ([a-z-]+)", bundle.runbook(name)))
    assert named <= {command.name for command in remediation_app.registered_commands}
