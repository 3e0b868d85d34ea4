"""A real Prometheus and curl, with a password and a client certificate, over TLS."""

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from urllib.error import URLError

import pytest
import yaml

from tests.exporter.web_security.secured import OWN_CERTIFICATE, PASSWORD, REQUIRED, Secured, hashed
from tests.labs.alerting import prometheus_argv, running
from tests.labs.ports import free_port
from tests.labs.program import XENLENS
from tests.labs.waiting import wait_for

pytestmark = pytest.mark.prometheus


@pytest.fixture
def at(rig: Secured) -> Iterator[str]:
    """HOST:PORT of a `xenlens serve` that wants a certificate of prometheus, and a password."""
    address = f"127.0.0.1:{free_port()}"
    rig.authority.client("prometheus")
    names = {"client_allowed_sans": ["prometheus"]}
    rig.web = {"tls_server_config": {**OWN_CERTIFICATE, **REQUIRED, **names}}
    rig.web["basic_auth_users"] = {"anna": hashed()}
    config = rig.write()
    rig.file.rename(rig.folder / "named.yml")
    config.write_text(config.read_text().replace("web_config: web.yml\n", ""))
    argv = [str(XENLENS), "serve", "-c", str(config), "--listen", address]
    argv.append(f"--web.config.file={rig.folder / 'named.yml'}")
    with running(rig.folder, "xenlens", argv):
        log = rig.folder / "xenlens.log"
        wait_for(lambda: f"https://{address}/" in log.read_text(), 60, "xenlens serve")
        yield address


def curl(rig: Secured, url: str, *options: str) -> str:
    """The status that curl is given; 000 for none."""
    known = ["--cacert", str(rig.authority.file), *options]
    argv = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", *known, url]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60).stdout


def shown(rig: Secured) -> list[str]:
    """curl's options for the certificate of prometheus."""
    return ["--cert", f"{rig.folder}/prometheus.crt", "--key", f"{rig.folder}/prometheus.key"]


def test_curl_gets_in_by_certificate_and_password_and_by_no_less(rig: Secured, at: str) -> None:
    url = f"https://{at}/metrics"
    assert curl(rig, url, *shown(rig), "-u", f"anna:{PASSWORD}") == "200"
    assert curl(rig, url, *shown(rig), "-u", f"anna:{PASSWORD}", "--http2") == "200"
    assert curl(rig, url, *shown(rig), "-u", "anna:wrong") == "401"
    assert curl(rig, url, *shown(rig)) == "401"
    assert curl(rig, url, "-u", f"anna:{PASSWORD}") == "000"
    assert curl(rig, url.replace("https", "http"), "-u", f"anna:{PASSWORD}") == "000"


def test_prometheus_finds_its_targets_and_scrapes_them(rig: Secured, at: str) -> None:
    secure = {
        "tls_config": {
            "ca_file": "ca.crt",
            "cert_file": "prometheus.crt",
            "key_file": "prometheus.key",
        },
        "basic_auth": {"username": "anna", "password_file": "anna.password"},
    }
    (rig.folder / "anna.password").write_text(PASSWORD)
    found = {"url": f"https://{at}/sd", "refresh_interval": "1s", **secure}
    job = {"job_name": "xenlens", "scheme": "https", "http_sd_configs": [found], **secure}
    every = {"scrape_interval": "1s", "scrape_timeout": "1s"}
    (rig.folder / "prometheus.yml").write_text(
        yaml.safe_dump({"global": every, "scrape_configs": [job]})
    )
    prometheus = f"127.0.0.1:{free_port()}"
    with running(rig.folder, "prometheus", prometheus_argv(rig.folder, prometheus)):
        url = f"http://{prometheus}/api/v1/query?query=up==1"
        wait_for(lambda: instances(url) == {"one", "pool:modular"}, 90, "both are up", 0.2)


def instances(url: str) -> set[str]:
    """Of the series that Prometheus answers with; none while it does not answer."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            found = json.load(answer)["data"]["result"]
    except (URLError, ConnectionError):
        return set()
    return {series["metric"]["instance"] for series in found}
