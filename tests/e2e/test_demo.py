"""From a pool that is reached by SSH to a page that Prometheus accepts."""

import json
import subprocess
import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.conftest import Demo

README = Path(__file__).parents[2] / "README.md"
OWN = ("host", "pool")
HOSTS = ("xenserver1", "xcp82", "xcp83")


def probe(demo: Demo, host: str) -> dict[str, float]:
    """Samples of a probe page by name and labels, without host and pool."""
    return {
        sample.name + str(sorted((k, v) for k, v in sample.labels.items() if k not in OWN)): (
            sample.value
        )
        for family in text_string_to_metric_families(demo.get(f"/probe?target={host}"))
        for sample in family.samples
    }


def key(name: str, **labels: str) -> str:
    return name + str(sorted(labels.items()))


def shown_in_the_readme() -> list[str]:
    lines = README.read_text().splitlines()
    return [line for line in lines if line.startswith("xenlens_")]


def test_every_host_answers_whatever_it_claims_to_be(demo: Demo) -> None:
    for host in HOSTS:
        seen = probe(demo, host)
        assert seen[key("xenlens_target_up")] == 1
        assert seen[key("xenlens_collector_success", collector="bonds")] == 1
        assert seen[key("xenlens_collector_success", collector="multipath")] == 1
        assert seen[key("xenlens_bond_member_active", bond="bond0", member="eth0")] == 1
        assert seen[key("xenlens_bond_member_active", bond="bond1", member="eth1")] == 1
        assert seen[key("xenlens_bond_members_expected", bond="bond0", source="config")] == 2


def test_service_discovery_lists_every_host_and_the_pool(demo: Demo) -> None:
    groups = json.loads(demo.get("/sd"))
    found = [group["labels"]["__param_target"] for group in groups]
    assert found == [*HOSTS, "pool:modular"]


def test_a_pulled_controller_is_a_path_less_on_every_map_of_every_host(demo: Demo) -> None:
    demo.fault("scm2/pulled")
    try:
        for host in HOSTS:
            counts = [
                v for k, v in probe(demo, host).items() if k.startswith("xenlens_multipath_paths[")
            ]
            assert counts
            assert set(counts) == {1}
        page = demo.get("/probe?target=xenserver1").splitlines()
        assert not set(shown_in_the_readme()) - set(page)
    finally:
        demo.fault("scm2/pushed-back")
    counts = [
        v for k, v in probe(demo, "xenserver1").items() if k.startswith("xenlens_multipath_paths[")
    ]
    assert set(counts) == {2}


def test_a_switch_reset_moves_the_active_member_and_it_stays_there(demo: Demo) -> None:
    demo.fault("switch1/reset")
    moved = key("xenlens_bond_member_active", bond="bond0", member="eth2")
    give_up = time.monotonic() + 10
    while not probe(demo, "xcp83")[moved] and time.monotonic() < give_up:
        time.sleep(0.1)
    seen = probe(demo, "xcp83")
    assert seen[moved] == 1
    assert seen[key("xenlens_bond_member_preferred", bond="bond0", member="eth0")] == 1
    assert seen[key("xenlens_bond_member_active", bond="bond0", member="eth0")] == 0


@pytest.mark.prometheus
@pytest.mark.parametrize("host", HOSTS)
def test_promtool_accepts_every_probe_page(demo: Demo, host: str) -> None:
    lint = subprocess.run(
        ["promtool", "check", "metrics"],
        input=demo.get(f"/probe?target={host}"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (lint.returncode, lint.stdout + lint.stderr) == (0, "")


@pytest.mark.prometheus
def test_promtool_accepts_the_exporters_own_page(demo: Demo) -> None:
    lint = subprocess.run(
        ["promtool", "check", "metrics"],
        input=demo.get("/metrics"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (lint.returncode, lint.stdout + lint.stderr) == (0, "")
