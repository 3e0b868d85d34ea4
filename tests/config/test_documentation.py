"""docs/configuration.md: its example loads."""

import re
from pathlib import Path

import pytest

from exporter.config import load
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
