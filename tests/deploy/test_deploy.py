"""What is under deploy/: files that fit one another, and the programs that read them."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts import bundle
from tests.labs.alerting import ALERTMANAGER_AT, DEPLOYED, XENLENS_AT

DEPLOY = DEPLOYED.parent
PROVISIONING = DEPLOY / "grafana" / "provisioning"
QUICKSTART = (DEPLOY.parent / "docs" / "quickstart.md").read_text(encoding="utf-8")


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def services() -> dict[str, Any]:
    found: dict[str, Any] = read(DEPLOY / "compose.yml")["services"]
    return found


@pytest.mark.prometheus
@pytest.mark.parametrize("name", [DEPLOYED.name, "prometheus.compose.yml"])
def test_prometheus_takes_its_configuration_with_the_rules_beside_it(
    name: str, tmp_path: Path
) -> None:
    shutil.copy(DEPLOY / name, tmp_path)
    (tmp_path / "rules").mkdir()
    for file in bundle.rule_files():
        (tmp_path / "rules" / file.name).write_text(file.read_text(encoding="utf-8"))
    argv = ["promtool", "check", "config", str(tmp_path / name)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"SUCCESS: {len(bundle.rule_files())} rule files found" in done.stdout


def test_jobs_have_the_names_by_which_rules_know_them() -> None:
    known = {job["job_name"] for job in read(DEPLOYED)["scrape_configs"]}
    named = {job for alert in bundle.alerts() for job in re.findall(r'job="([^"]+)"', alert.expr)}
    assert named == {"xenlens", "xenlens-itself"} <= known


def test_everything_that_compose_mounts_is_there() -> None:
    mounted = [volume for service in services().values() for volume in service.get("volumes", ())]
    assert len(mounted) == 5
    for volume in mounted:
        source, _, mode = volume.split(":")
        assert (DEPLOY / source).exists(), source
        assert mode == "ro"


def test_the_services_of_compose_find_one_another() -> None:
    """They share the machine's network: addresses are those of the files that they mount."""
    text = DEPLOYED.read_text(encoding="utf-8")
    assert XENLENS_AT in text
    assert f"--web.listen-address={ALERTMANAGER_AT}" in services()["alertmanager"]["command"]
    (source,) = read(PROVISIONING / "datasources" / "xenlens.yml")["datasources"]
    listening = source["url"].removeprefix("http://")
    assert f"--web.listen-address={listening}" in services()["prometheus"]["command"]
    assert {service["network_mode"] for service in services().values()} == {"host"}


def test_grafana_loads_the_dashboards_from_where_they_are_put() -> None:
    (provider,) = read(PROVISIONING / "dashboards" / "xenlens.yml")["providers"]
    folder = provider["options"]["path"]
    volumes = services()["grafana"]["volumes"]
    assert f"../dashboards/json:{folder}:ro" in volumes
    assert f"xenlens dashboards --output {folder}" in QUICKSTART


def test_images_are_pinned_to_a_version() -> None:
    images = [service["image"] for service in services().values() if "image" in service]
    assert len(images) == 3
    assert [image for image in images if not re.search(r":v?\d+\.\d+\.\d+$", image)] == []
