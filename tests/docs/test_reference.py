"""docs/configuration-reference.md has every section once, and its links lead somewhere."""

import re

from exporter.config.model import Document
from exporter.reference import PAGES

PAGE = PAGES["configuration-reference.md"]()


def test_every_section_of_the_schema_is_told_once() -> None:
    definitions = Document.model_json_schema()["$defs"].values()
    keys = {frozenset(one.get("properties", {})) for one in definitions if "properties" in one}
    told = [
        frozenset(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
        for section in PAGE.split("\n## ")[1:]
    ]
    assert keys | {frozenset(Document.model_fields)} <= set(told)
    assert len(re.findall(r"^## ", PAGE, re.MULTILINE)) == len(
        set(re.findall(r"^## (.+)$", PAGE, re.MULTILINE))
    )


def test_its_links_lead_to_its_headings() -> None:
    headings = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}
    links = set(re.findall(r"\]\(#([^)]+)\)", PAGE))
    assert len(links) > 15
    assert links - anchors == set()


def test_a_key_that_has_no_default_is_required_and_others_tell_theirs() -> None:
    assert "| `address` | a host name or an IP address | required |" in PAGE
    assert "| `connect_timeout` | a time | 5s |" in PAGE
    assert "| `level` | debug, info, warning or error | info |" in PAGE
