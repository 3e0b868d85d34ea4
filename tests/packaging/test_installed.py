"""Each thing that is released is xenlens, whole, where there is nothing but Python."""

from pathlib import Path

import pytest

from exporter.version import VERSION
from tests.labs.ports import free_port
from tests.packaging.program import CHECKOUT, Program, get, recorded_host

pytestmark = pytest.mark.timeout(600)
BUNDLED = {
    "rules": ("alerts/rules", "*.yml"),
    "runbooks": ("alerts/runbooks", "*.md"),
    "playbooks": ("alerts/playbooks", "*.yml"),
    "dashboards": ("dashboards/json", "*.json"),
}


def test_it_tells_the_version_of_the_checkout(xenlens: Program) -> None:
    done = xenlens.run("version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"xenlens {VERSION}\n", "")


@pytest.mark.parametrize("command", BUNDLED)
def test_what_it_brings_along_is_what_the_checkout_has(
    xenlens: Program, tmp_path: Path, command: str
) -> None:
    done = xenlens.run(command, "--output", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    folder, pattern = BUNDLED[command]
    expected = {file.name: file.read_bytes() for file in (CHECKOUT / folder).glob(pattern)}
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == expected != {}


def test_it_checks_and_serves_a_configuration(xenlens: Program, tmp_path: Path) -> None:
    config = recorded_host(tmp_path / "etc")
    checked = xenlens.run("config", "check", config)
    assert (checked.returncode, checked.stderr) == (0, "")
    address = f"127.0.0.1:{free_port()}"
    with xenlens.serving(f"http://{address}", "serve", "-c", config, "--listen", address) as url:
        assert f'xenlens_build_info{{version="{VERSION}"}} 1.0\n' in get(f"{url}/metrics")
        assert 'xenlens_target_up{host="old",pool="lab"} 1.0\n' in get(f"{url}/probe?target=old")
        assert "<h1>" in get(f"{url}/")
        asked = xenlens.run("health", "--url", url)
        assert (asked.returncode, asked.stdout) == (0, "xenlens is healthy\n")


def test_its_demo_starts(xenlens: Program) -> None:
    port, control = free_port(), free_port()
    options = ("--port", str(port), "--control-port", str(control))
    with xenlens.serving(f"http://127.0.0.1:{port}", "demo", *options) as url:
        assert '"pool:modular"' in get(f"{url}/sd")
