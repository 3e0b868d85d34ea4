"""Every fenced block says what it is, and configuration is taken by the program it is for."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from exporter.config import load
from exporter.config.model import Document, Pool
from exporter.config.remediation import Remediation
from exporter.webconfig import WebConfig
from exporter.webconfig import read as read_web_config
from tests.docs.blocks import HOST, ROOT, SHELL, YAML, Block, all_blocks
from tests.exporter.web_security.certificates import Authority

TAGS = {SHELL, HOST, YAML, "text"}
POOL: Mapping[str, Any] = {"hosts": {"xcp1": {"local": {}}}}
PRIVATE = re.compile(r"(?:~|/etc/xenlens)/[\w./-]+")
KEYS = {model: set(model.model_fields) for model in (Document, Pool, Remediation)}
OTHERS = {"apiVersion", "services", "receivers", "route"}
"""Of Grafana, Kubernetes, compose and Alertmanager: parts that their own tests check as files."""


def test_every_block_has_a_tag_that_says_what_it_is() -> None:
    assert [f"{b}: {b.tag!r}" for b in all_blocks() if b.tag not in TAGS] == []


def whole(part: dict[str, Any]) -> dict[str, Any]:
    """The document that a part of one stands in, with a host where it has none."""
    keys = set(part)
    if keys <= KEYS[Document]:
        pools = {name: {**POOL, **pool} for name, pool in part.get("pools", {"p": {}}).items()}
        return {**part, "pools": pools}
    if keys <= KEYS[Pool]:
        return {"pools": {"modular": {**POOL, **part}}}
    assert keys <= KEYS[Remediation], f"of no known file: {sorted(keys)}"
    given = _remediation_of_the_page()
    return whole({"remediation": {**given, **part}})


def _remediation_of_the_page() -> dict[str, Any]:
    blocks = (yaml.safe_load(b.text) for b in all_blocks(YAML) if b.page == "docs/remediation.md")
    return next(dict(one["remediation"]) for one in blocks if "remediation" in one)


def accepted(text: str, folder: Path) -> None:
    """Have the program read it that the keys are for."""
    part = yaml.safe_load(text)
    if "scrape_configs" in part:
        (folder / "prometheus.yml").write_text(text)
        subprocess.run(["promtool", "check", "config", folder / "prometheus.yml"], check=True)
    elif set(part) <= set(WebConfig.model_fields):
        Authority(folder).server("web")
        (folder / "web.yml").write_text(text)
        read_web_config(folder / "web.yml")
    elif not OTHERS & set(part):
        document = yaml.safe_dump(whole(part))
        (folder / "xenlens.yml").write_text(with_files(document, folder))
        load(folder / "xenlens.yml")


def with_files(text: str, folder: Path) -> str:
    """The text with every private file in a folder of ours, in which it is made."""

    def made(found: re.Match[str]) -> str:
        file = folder / re.sub(r"\W", "_", found[0])
        file.touch(mode=0o600)
        return str(file)

    (folder / "captures").mkdir()
    return PRIVATE.sub(made, text)


@pytest.mark.prometheus
@pytest.mark.parametrize("block", all_blocks(YAML), ids=str)
def test_configuration_is_taken_by_the_program_it_is_for(block: Block, tmp_path: Path) -> None:
    accepted(block.text, tmp_path)


def test_a_part_of_no_known_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="of no known file: \\['hots'\\]"):
        accepted("hots: {}", tmp_path)


def test_links_between_pages_lead_to_files() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").rglob("*.md")]
    found = [
        (page.name, link)
        for page in pages
        for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text())
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert found == []
