"""docs/configuration.md: its example loads, and it names every key."""

import re
from pathlib import Path

import pytest

from exporter.config import load
from exporter.config.destinations import BondDestination
from exporter.config.disk_probes import DiskProbe
from exporter.config.expectations import Bond, Map, Multipath
from exporter.config.hostconfig import HostConfig
from exporter.config.machines import Guest, Host
from exporter.config.model import Document, Log, Pool, Scrape
from exporter.config.probing import Probe
from exporter.config.section import Section
from exporter.config.ssh import SshHost
from exporter.config.xapi import Xapi, XapiHost
from exporter.hosts.settings import Ssh

TEXT = (Path(__file__).parent.parent.parent / "docs" / "configuration.md").read_text()


def example() -> str:
    (found,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


def test_the_example_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "id_ed25519").touch(mode=0o600)
    (tmp_path / "captures").mkdir()
    file = tmp_path / "xenlens.yml"
    file.write_text(example())
    found = load(file)
    names = [target.name for target in found.targets()]
    assert names == ["xenserver1", "xenserver2", "old", "debian6"]
    settings = found.find("xenserver2").settings
    assert isinstance(settings, Ssh)
    assert settings.jump is not None
    (probe,) = found.disk_probes()
    assert (probe.name, probe.host) == ("ssd-random-read", "debian6")


SECTIONS: list[type[Section]] = [Document, Log, Scrape, SshHost, Xapi, XapiHost, Pool, Host, Bond]
SECTIONS += [BondDestination, Probe, Multipath, Map, HostConfig, Guest, DiskProbe]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_is_in_the_reference(section: type[Section]) -> None:
    for key in section.model_fields:
        assert f"`{key}`" in TEXT
