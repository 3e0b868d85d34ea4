"""A real Prometheus finds the demo's hosts by itself, scrapes them and answers for them."""

import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Demo
from tests.labs.ports import free_port

pytestmark = pytest.mark.prometheus
WRONG_ACTIVE_MEMBER = "xenlens_bond_member_preferred == 1 unless xenlens_bond_member_active == 1"
PATHS_VANISHED = (
    "xenlens_multipath_paths < on (pool, host, wwid)"
    " group_left () sum without (source) (xenlens_multipath_paths_expected)"
)
CONFIG = """\
global: {{scrape_interval: 3s, scrape_timeout: 3s}}
scrape_configs:
  - job_name: xenlens
    http_sd_configs: [{{url: "{url}/sd", refresh_interval: 1s}}]
"""


@pytest.fixture(scope="module")
def prometheus(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its URL. Nothing but /sd tells it what to scrape."""
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "prometheus.yml").write_text(CONFIG.format(url=demo.url))
    address = f"127.0.0.1:{free_port()}"
    with started(folder, address) as process:
        try:
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def started(folder: Path, address: str) -> "subprocess.Popen[bytes]":
    argv = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
    ]
    log = (folder / "log").open("wb")
    return subprocess.Popen(argv, stdout=log, stderr=log)


def answer(prometheus: str, query: str) -> list[dict[str, Any]]:
    """The series of an instant query; none while Prometheus does not listen yet."""
    url = f"{prometheus}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            result: list[dict[str, Any]] = json.load(reply)["data"]["result"]
    except urllib.error.HTTPError:
        raise
    except (urllib.error.URLError, ConnectionError):
        return []
    return result


def labels_of(prometheus: str, query: str, label: str, wanted: set[str]) -> set[str]:
    """The values of a label in the answer, as soon as they are the wanted ones."""
    give_up = time.monotonic() + 60
    while True:
        found = {series["metric"][label] for series in answer(prometheus, query)}
        if found == wanted or time.monotonic() > give_up:
            return found
        time.sleep(0.2)


def test_every_host_is_found_and_up(prometheus: str) -> None:
    hosts = {"xenserver1", "xcp82", "xcp83"}
    everything = hosts | {"pool:modular"}
    assert labels_of(prometheus, "up == 1", "instance", everything) == everything
    query = "xenlens_target_up == 1"
    assert labels_of(prometheus, query, "instance", everything) == everything


def test_an_unplugged_pbd_and_a_dead_library_come_and_go_in_queries(
    demo: Demo, prometheus: str
) -> None:
    unplugged = 'xenlens_sr_attachment{state="unplugged"} == 1'
    dead = "xenlens_sr_backend_reachable == 0"
    assert labels_of(prometheus, unplugged, "host", set()) == set()
    demo.fault("pbd/unplugged")
    demo.fault("nfs/dead")
    assert labels_of(prometheus, unplugged, "host", {"xcp83"}) == {"xcp83"}
    hosts = {"xenserver1", "xcp82", "xcp83"}
    assert labels_of(prometheus, dead, "host", hosts) == hosts
    demo.fault("nfs/alive")
    demo.fault("pbd/plugged")
    assert labels_of(prometheus, unplugged, "host", set()) == set()
    assert labels_of(prometheus, dead, "host", set()) == set()


def test_vanished_paths_and_a_wrong_active_member_come_and_go_in_queries(
    demo: Demo, prometheus: str
) -> None:
    hosts = {"xenserver1", "xcp82", "xcp83"}
    assert labels_of(prometheus, PATHS_VANISHED, "host", set()) == set()
    demo.fault("scm2/pulled")
    assert labels_of(prometheus, PATHS_VANISHED, "host", hosts) == hosts
    demo.fault("scm2/pushed-back")
    assert labels_of(prometheus, PATHS_VANISHED, "host", set()) == set()
    demo.fault("switch1/reset")
    members = {"eth0", "eth1"}
    assert labels_of(prometheus, WRONG_ACTIVE_MEMBER, "member", members) == members
