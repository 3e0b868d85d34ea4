"""Reachability through a real OpenSSH server, by an installed program, and by Python 2.7."""

from pathlib import Path

import pytest

import collectors.onhost
from exporter.hosts.ssh import SshHost
from tests.labs.pythons import interpreters
from tests.labs.sshd import running_sshd
from tests.labs.strangers import StrangerLab
from tests.live.reachability_lab import BOTH, prober

pytestmark = pytest.mark.ovs

WAYS = pytest.mark.parametrize("way", ["raw", "openflow"])
PROGRAM = Path(collectors.onhost.__file__).with_name("xenlens_host.py")
ETH0_DEAD = {"eth0": False, "eth2": True}


@pytest.mark.openssh
@pytest.mark.parametrize(
    ("way", "program"), [("raw", None), ("openflow", None), ("raw", str(PROGRAM))]
)
async def test_through_openssh_the_verdicts_are_the_same(
    lab: StrangerLab, tmp_path: Path, way: str, program: str | None
) -> None:
    async with running_sshd(tmp_path) as server:
        ssh = SshHost("dom0", server.settings())
        async with prober(lab, host=ssh, way=way, program=program) as probe:
            assert await probe.verdicts() == BOTH
            lab.cut_uplink("sw1")
            assert await probe.verdicts() == ETH0_DEAD


async def test_an_installed_program_gives_the_same_verdicts(lab: StrangerLab) -> None:
    lab.cut_uplink("sw1")
    async with prober(lab, program=str(PROGRAM)) as probe:
        assert await probe.verdicts() == ETH0_DEAD
        assert str(PROGRAM) in probe.program.argv


@pytest.mark.python2
@WAYS
async def test_python_2_7_gives_the_same_verdicts(
    lab: StrangerLab, tmp_path: Path, way: str
) -> None:
    (python,) = (one for one in interpreters() if one.version[:2] == (2, 7))
    (tmp_path / "python3").symlink_to(python.argv[0])
    first = ("env", f"PATH={tmp_path}:/usr/bin:/bin")
    async with prober(lab, before=first, way=way) as probe:
        assert await probe.verdicts() == BOTH
        assert '"python": "2.7.' in probe.program.stdout
        lab.cut_uplink("sw1")
        assert await probe.verdicts() == ETH0_DEAD
