"""The demo measures its two storage classes every minute, and shows them side by side."""

import html
import json
import re
import time

import pytest

from tests.e2e.conftest import Demo

PATIENCE = 150.0
"""Seconds: a probe runs every minute, and one may be skipped for what another test broke."""
PAIR = re.compile(r"ssd is faster than sas at \S+: (?:at least )?(\d+\.\d+) times")
MEASURED = r"^xenlens_disk_probe_iops{.*profile=\"random-read\".*storage_class=\"%s\"} ([\d.]+)$"


@pytest.mark.timeout(PATIENCE + 60)
def test_two_storage_classes_are_compared_on_the_page(demo: Demo) -> None:
    shown = ratios(demo)
    until = time.monotonic() + PATIENCE
    while len(shown) < 2 and time.monotonic() < until:
        time.sleep(1)
        shown = ratios(demo)
    assert len(shown) == 2, "no figures of both classes for two profiles"
    assert all(ratio > 2 for ratio in shown)
    page = demo.get("/probe?target=xcp83&collector=disk_probes")
    iops = {
        name: float(re.findall(MEASURED % name, page, re.MULTILINE)[0]) for name in ("ssd", "sas")
    }
    of_the_page = iops["ssd"] / iops["sas"]
    assert any(abs(of_the_page - ratio) < 0.02 for ratio in ratios(demo))


def ratios(demo: Demo) -> list[float]:
    """What the page says of each profile, SSD by SAS."""
    return [float(ratio) for ratio in PAIR.findall(html.unescape(demo.get("/disks")))]


def test_the_evidence_has_the_output_of_fio_itself(demo: Demo) -> None:
    shown = json.loads(demo.get("/evidence?target=xcp83&collector=disk_probes&format=json"))
    outputs = [
        command["stdout"]
        for run in shown["runs"]
        if run["collector"] == "disk_probes:ssd-random-read"
        for command in run["commands"]
    ]
    assert any('"fio version" : "fio-3' in output for output in outputs)


def test_the_chassis_page_shows_the_comparison(demo: Demo) -> None:
    chassis = Demo(demo.control, demo.control).get("/")
    assert f'<iframe src="{demo.url}/disks?embed"' in chassis
