"""A key of level `read` with a real OpenSSH server and a real Open vSwitch behind it."""

import asyncio
from pathlib import Path

import pytest

from collectors.bond_state import BondState
from collectors.bonds import Bonds
from collectors.inventory import HostInventory
from collectors.registry import Look, Reading
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local
from exporter.hosts.ssh import SshHost
from exporter.hosts.ssh_errors import KeyRefused
from tests.fakes import CommandsOnly
from tests.labs.ovs import OvsLab
from tests.live.key_lab import key_lab

pytestmark = [pytest.mark.ovs, pytest.mark.openssh]


async def test_bonds_are_read_as_without_a_level_and_cannot_be_changed(
    healed_lab: OvsLab, tmp_path: Path
) -> None:
    """The lab's run directory is no host's, so its commands are in lines of their own."""
    rundir = f"OVS_RUNDIR={healed_lab.rundir}"
    bonds, loop = Bonds(), asyncio.get_running_loop()

    async def read(host: SshHost | CommandsOnly) -> Reading[BondState]:
        inventory = HostInventory(ovs_rundir=str(healed_lab.rundir))
        return await bonds.read(Look(host, loop.time() + 30, inventory))

    async with key_lab(tmp_path) as lab:
        lab.allow(f"read env {rundir} ovs-appctl 'bond/(show|list)|lacp/show'")
        lab.allow(f"read cat {healed_lab.rundir}/ovs-vswitchd.pid")
        host = SshHost("dom0", lab.sshd.settings())
        local = LocalHost("dom0", Local())
        told = await read(host)
        assert told == await read(CommandsOnly(local))
        assert (told.via, len(told.records)) == ("ovs-appctl", 1)
        move = ("ovs-appctl", "bond/set-active-member", "bond0", "eth2")
        with pytest.raises(KeyRefused, match="the key on this host allows read only: env OVS"):
            await host.run(("env", rundir, *move), deadline=loop.time() + 30)
        assert healed_lab.active("bond0") == "eth0"
        await host.close()
        await local.close()
