"""The objects for Kubernetes: valid, what the program needs, and as bundled where generated."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import kubernetes_validate  # type: ignore[import-untyped]
import pytest

from alerts import bundle
from exporter.config import load
from exporter.manifests import FOLDER
from exporter.service import Service
from exporter.web.app import make_app
from tests.deploy.keys import make_files
from tests.deploy.objects import Object, objects, of_kind

CORE = ("deployment.yaml", "service.yaml", "storage.yaml", "network.yaml", "dashboards.yaml")
VERSIONS = ("1.25", "1.31", "1.37")
JOBS = {"xenlens", "xenlens-itself"}


def pod() -> Object:
    spec: Object = of_kind("deployment.yaml", "Deployment")["spec"]["template"]["spec"]
    return spec


def containers() -> Iterator[Object]:
    yield from pod()["containers"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", CORE)
def test_objects_are_those_of_kubernetes_own_schema(name: str, version: str) -> None:
    for one in objects(name):
        kubernetes_validate.validate(one, version, strict=True)


def test_the_schema_would_tell_of_a_mistake() -> None:
    service = of_kind("service.yaml", "Service")
    service["spec"]["portz"] = []
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(service, VERSIONS[-1], strict=True)


def test_there_is_one_of_it_for_the_journal_has_one_writer() -> None:
    spec = of_kind("deployment.yaml", "Deployment")["spec"]
    assert (spec["replicas"], spec["strategy"]["type"]) == (1, "Recreate")


def test_every_container_runs_without_any_privilege() -> None:
    secured = pod()["securityContext"]
    assert secured["runAsNonRoot"]
    assert secured["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod()["automountServiceAccountToken"] is False
    for container in containers():
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"]


def test_its_user_is_that_of_the_image() -> None:
    dockerfile = (FOLDER.parents[1] / "Dockerfile").read_text(encoding="utf-8")
    user, group = re.findall(r"^USER (\d+):(\d+)$", dockerfile, re.MULTILINE)[-1]
    secured = pod()["securityContext"]
    assert (secured["runAsUser"], secured["runAsGroup"]) == (int(user), int(group))


def test_probes_ask_paths_that_xenlens_answers(tmp_path: Path) -> None:
    app = make_app(served(tmp_path))
    known = {route.resource.canonical for route in app.router.routes() if route.resource}
    (container,) = pod()["containers"]
    kinds = ("readinessProbe", "livenessProbe", "startupProbe")
    asked = {container[kind]["httpGet"]["path"] for kind in kinds}
    assert asked == {"/-/ready", "/-/healthy"} <= known
    monitor = of_kind("scrape.yaml", "ServiceMonitor")
    assert {endpoint["path"] for endpoint in monitor["spec"]["endpoints"]} <= known


def served(folder: Path) -> Service:
    """The exporter of the configuration beside the objects."""
    file = configuration(folder)
    return Service(file, load(file))


def configuration(folder: Path) -> Path:
    """The configuration, with its secrets where those of the test are."""
    text = (FOLDER / "xenlens.yml").read_text(encoding="utf-8")
    file = folder / "xenlens.yml"
    file.write_text(text.replace("/run/xenlens", str(folder)), encoding="utf-8")
    make_files(file)
    return file


def test_everything_talks_to_the_port_on_which_xenlens_listens(tmp_path: Path) -> None:
    port = int(load(configuration(tmp_path)).listen.rpartition(":")[2])
    (container,) = pod()["containers"]
    assert container["ports"] == [{"name": "http", "containerPort": port}]
    (exposed,) = of_kind("service.yaml", "Service")["spec"]["ports"]
    assert (exposed["port"], exposed["targetPort"]) == (port, "http")
    (discovery,) = of_kind("scrape.yaml", "ScrapeConfig")["spec"]["httpSDConfigs"]
    namespace = of_kind("kustomization.yaml", "Kustomization")["namespace"]
    assert discovery["url"] == f"http://xenlens.{namespace}.svc:{port}/sd"


def test_what_is_selected_is_what_is_labelled() -> None:
    labels = of_kind("deployment.yaml", "Deployment")["spec"]["template"]["metadata"]["labels"]
    service = of_kind("service.yaml", "Service")
    assert service["spec"]["selector"] == labels == service["metadata"]["labels"]
    monitor = of_kind("scrape.yaml", "ServiceMonitor")
    assert monitor["spec"]["selector"]["matchLabels"] == labels
    policy = of_kind("network.yaml", "NetworkPolicy")
    assert policy["spec"]["podSelector"]["matchLabels"] == labels


def test_every_volume_is_there_and_mounted() -> None:
    volumes = {volume["name"] for volume in pod()["volumes"]}
    mounted = {mount["name"] for one in containers() for mount in one["volumeMounts"]}
    assert volumes == mounted
    (claim,) = [v["persistentVolumeClaim"] for v in pod()["volumes"] if v["name"] == "state"]
    assert claim == {
        "claimName": of_kind("storage.yaml", "PersistentVolumeClaim")["metadata"]["name"]
    }


def test_jobs_have_the_names_by_which_rules_know_them() -> None:
    found = [*objects("scrape.yaml")]
    assert {one["kind"] for one in found} == {"ScrapeConfig", "ServiceMonitor"}
    relabelled = [
        rule
        for one in found
        for place in [one["spec"], *one["spec"].get("endpoints", ())]
        for rule in place.get("relabelings", ())
    ]
    assert {rule["replacement"] for rule in relabelled if rule["targetLabel"] == "job"} == JOBS
    named = {job for alert in bundle.alerts() for job in re.findall(r'job="([^"]+)"', alert.expr)}
    assert named == JOBS


def test_secrets_are_open_to_the_group_of_the_pod_at_most() -> None:
    """Kubernetes makes them root's: xenlens takes a key of root that its group may read."""
    (secret,) = [volume["secret"] for volume in pod()["volumes"] if volume["name"] == "secrets"]
    assert secret["defaultMode"] == 0o440
    assert pod()["securityContext"]["fsGroup"] == pod()["securityContext"]["runAsGroup"]


def test_kustomize_is_told_of_every_file() -> None:
    told = of_kind("kustomization.yaml", "Kustomization")
    files = {name for made in told["configMapGenerator"] for name in made["files"]}
    there = {name for name in os.listdir(FOLDER) if name.endswith((".yaml", ".yml"))}
    assert {*told["resources"], *files, "kustomization.yaml"} == there
    (volume,) = [one["configMap"] for one in pod()["volumes"] if "configMap" in one]
    assert volume == {"name": told["configMapGenerator"][0]["name"]}
    assert {container["image"] for container in containers()} == {told["images"][0]["name"]}
