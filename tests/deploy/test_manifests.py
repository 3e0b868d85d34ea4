"""Rules and dashboards for Kubernetes are the bundled ones, and current."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from alerts import bundle
from exporter.cli.dashboards import contents
from exporter.manifests import FOLDER, manifests
from tests.deploy.objects import objects

LIMIT = 256 * 1024
"""Bytes of the annotation in which `kubectl apply` keeps an object."""
README = (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["rules.yaml", "dashboards.yaml"])
def test_a_generated_file_is_what_the_generator_writes(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == manifests()[name], "run make docs"


def test_the_rules_are_the_bundled_ones_each_of_them() -> None:
    found = {rule["metadata"]["name"]: rule["spec"] for rule in objects("rules.yaml")}
    assert list(found.values()) == [
        yaml.safe_load(file.read_text(encoding="utf-8")) for file in bundle.rule_files()
    ]
    assert {rule["kind"] for rule in objects("rules.yaml")} == {"PrometheusRule"}


@pytest.mark.prometheus
def test_promtool_takes_the_rules_of_every_object(tmp_path: Path) -> None:
    for rule in objects("rules.yaml"):
        file = tmp_path / f"{rule['metadata']['name']}.yml"
        file.write_text(yaml.safe_dump(rule["spec"]), encoding="utf-8")
    files = [str(file) for file in sorted(tmp_path.iterdir())]
    done = subprocess.run(["promtool", "check", "rules", *files], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(b"SUCCESS") == len(bundle.rule_files())


def test_the_dashboards_are_the_bundled_ones_byte_for_byte() -> None:
    found = {name: text for one in objects("dashboards.yaml") for name, text in one["data"].items()}
    assert found == {f"xenlens-{name}": text for name, text in contents().items()}
    labels = [one["metadata"]["labels"] for one in objects("dashboards.yaml")]
    assert labels == [{"grafana_dashboard": "1"}] * len(found)


def test_kubectl_can_apply_every_object() -> None:
    for name in ("rules.yaml", "dashboards.yaml"):
        for text in (FOLDER / name).read_text(encoding="utf-8").split("\n---\n"):
            assert len(text.encode()) < LIMIT


def test_the_links_lead_to_another_address_after_the_command_of_the_readme(tmp_path: Path) -> None:
    (command,) = re.findall(r"^ +(sed .+)$", README, re.MULTILINE)
    for name in manifests():
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    subprocess.run(["sh", "-euc", command], cwd=tmp_path, check=True)
    assert "127.0.0.1:10045" not in (tmp_path / "rules.yaml").read_text(encoding="utf-8")
    changed = yaml.safe_load_all((tmp_path / "dashboards.yaml").read_text(encoding="utf-8"))
    texts = [text for one in changed for text in one["data"].values()]
    assert texts == [*contents("https://xenlens.example.org").values()]
