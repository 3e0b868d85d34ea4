"""The unit and what goes with it, as systemd's own programs read them."""

import subprocess
from pathlib import Path

import pytest

from tests.deploy.booted import ROOT

SYSTEMD = ROOT / "deploy" / "systemd"
UNIT = SYSTEMD / "xenlens.service"
DROP_INS = ("xenlens-on-host.conf", "xenlens-credentials.conf")
EXPOSURE = 11
"""Tenths of systemd's scale, at most: the network is what is left."""
PROGRAM = "opt/xenlens/bin/xenlens"

pytestmark = pytest.mark.systemd


def ran(*argv: str) -> str:
    done = subprocess.run(
        argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root directory with the unit, the program that it starts, and nothing else."""
    for program in (PROGRAM, "bin/kill"):
        file = tmp_path / program
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o755)
    units = tmp_path / "etc" / "systemd" / "system"
    units.mkdir(parents=True)
    for name in ("sysinit.target", "basic.target", "network-online.target", "shutdown.target"):
        (units / name).write_text("[Unit]\nDefaultDependencies=no\n")
    (units / UNIT.name).write_text(UNIT.read_text())
    return tmp_path


def verified(root: Path, drop_in: str = "") -> str:
    """What systemd says of the unit, with a drop-in."""
    folder = root / "etc" / "systemd" / "system" / "xenlens.service.d"
    folder.mkdir()
    (folder / "drop-in.conf").write_text(drop_in)
    return ran("systemd-analyze", "verify", "--man=no", f"--root={root}", UNIT.name)


def test_the_exposure_of_the_service_is_low() -> None:
    ran("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", str(UNIT))


def test_the_threshold_would_tell_of_a_sandbox_that_is_gone(tmp_path: Path) -> None:
    lines = UNIT.read_text().splitlines()
    weak = [line for line in lines if not line.startswith("CapabilityBoundingSet")]
    file = tmp_path / UNIT.name
    file.write_text("\n".join(weak))
    with pytest.raises(AssertionError):
        ran("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", str(file))


def test_systemd_finds_no_mistake_in_the_unit(root: Path) -> None:
    assert verified(root) == ""


@pytest.mark.parametrize("name", DROP_INS)
def test_systemd_finds_no_mistake_in_a_drop_in(root: Path, name: str) -> None:
    assert verified(root, (SYSTEMD / name).read_text()) == ""


def test_systemd_tells_of_a_key_that_it_does_not_know(root: Path) -> None:
    assert "Unknown key" in verified(root, "[Service]\nLoadCredentials=x\n")


def test_the_user_and_its_folders_are_made(root: Path) -> None:
    sysusers, tmpfiles = (SYSTEMD / f"xenlens.{kind}" for kind in ("sysusers", "tmpfiles"))
    ran("systemd-sysusers", f"--root={root}", str(sysusers))
    ran("systemd-tmpfiles", "--create", f"--root={root}", str(tmpfiles))
    name, _, uid, gid, _, home, shell = (root / "etc" / "passwd").read_text().strip().split(":")
    assert (name, home, shell) == ("xenlens", "/var/lib/xenlens", "/usr/sbin/nologin")
    found = {place: (root / place).stat() for place in ("etc/xenlens", "var/lib/xenlens")}
    modes = {
        place: (stat.st_mode & 0o777, stat.st_uid, stat.st_gid) for place, stat in found.items()
    }
    assert modes == {
        "etc/xenlens": (0o750, 0, int(gid)),
        "var/lib/xenlens": (0o700, int(uid), int(gid)),
    }
