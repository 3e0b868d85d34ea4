"""The compose file that stays: as closed as it can be, and in step with what it starts."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from exporter.version import VERSION
from tests.deploy.test_deploy import DEPLOY, read
from tests.deploy.test_deploy import services as demo_services

FILE = DEPLOY / "compose.production.yml"
DOCKERFILE = (DEPLOY.parent / "Dockerfile").read_text(encoding="utf-8")
SERVICES: dict[str, Any] = read(FILE)["services"]
HEADER = FILE.read_text(encoding="utf-8").partition("\nname:")[0]
WITH_NAMES = {"127.0.0.1:10045": "xenlens:10045", "127.0.0.1:9093": "alertmanager:9093"}


def volumes(name: str) -> dict[str, str]:
    """What a service mounts: source by target."""
    return {target: source for source, target, *_ in map(_split, SERVICES[name]["volumes"])}


def _split(volume: str) -> list[str]:
    return volume.split(":")


@pytest.mark.parametrize("name", ["compose.yml", "compose.production.yml"])
def test_compose_takes_the_file(name: str) -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    argv = [str(program), "--builtin-schema", "vendor.compose-spec", str(DEPLOY / name)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_can_do_and_write_no_more_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    for volume in service["volumes"]:
        source, _, *mode = _split(volume)
        assert mode == (["ro"] if source.startswith(".") else [])


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_starts_again_and_tells_whether_it_is_healthy(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert "healthcheck" in service or (name == "xenlens" and "\nHEALTHCHECK " in DOCKERFILE)


def test_what_is_mounted_is_there_or_the_file_says_how_to_make_it() -> None:
    sources = [source for name in SERVICES for source in volumes(name).values()]
    sources += [secret["file"] for secret in read(FILE)["secrets"].values()]
    ours = [source for source in sources if source.startswith("./")]
    assert len(ours) == 7
    for source in ours:
        made = f"#   {source.removeprefix('./')} " in HEADER.replace("/ ", "  ")
        assert made or (DEPLOY / source).exists(), source


def test_what_is_written_is_in_volumes_that_are_declared() -> None:
    used = {source for name in SERVICES for source in volumes(name).values() if source[0] != "."}
    assert used == set(read(FILE)["volumes"])
    (state,) = re.findall(r"^VOLUME (\S+)$", DOCKERFILE, re.MULTILINE)
    assert volumes("xenlens")[state] == "xenlens"
    assert volumes("xenlens")["/etc/xenlens"] == "./etc/xenlens"


def test_nothing_answers_but_on_loopback() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert len(ports) == 3
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_images_are_this_version_and_those_of_the_demo() -> None:
    images = {name: service["image"] for name, service in SERVICES.items()}
    assert images.pop("xenlens") == f"localhost/xenlens:{VERSION}"
    assert images == {n: s["image"] for n, s in demo_services().items() if "image" in s}


def test_prometheus_and_grafana_ask_the_same_by_names() -> None:
    """What is read on one machine and here differs in addresses alone."""
    text = (DEPLOY / "prometheus.yml").read_text(encoding="utf-8")
    for address, name in WITH_NAMES.items():
        assert name.partition(":")[0] in SERVICES
        text = text.replace(address, name)
    assert yaml.safe_load(text) == read(DEPLOY / "prometheus.compose.yml")
    source = volumes("grafana")["/etc/grafana/provisioning/datasources/xenlens.yml"]
    local = DEPLOY / "grafana" / "provisioning" / "datasources" / "xenlens.yml"
    expected = local.read_text(encoding="utf-8").replace("127.0.0.1:9090", "prometheus:9090")
    assert read(DEPLOY / source) == yaml.safe_load(expected)
