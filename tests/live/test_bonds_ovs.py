"""The bonds collector on a real Open vSwitch, here and through a real OpenSSH server.

What counts as true is the text of the real `ovs-appctl`, read by the lab's own few lines.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from collectors.bond_state import BondState
from collectors.bonds import Bonds
from collectors.host import DeadlineExceeded, Host
from collectors.inventory import ExpectedBond, HostInventory
from collectors.metrics import Page
from collectors.registry import Look, Reading, View
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local
from exporter.hosts.ssh import SshHost
from tests.fakes import CommandsOnly
from tests.labs.host import HostLab
from tests.labs.lacp import LacpLab
from tests.labs.ovs import OvsLab
from tests.labs.sshd import running_sshd

pytestmark = pytest.mark.ovs

BY_SOCKET, BY_COMMAND = "control socket", "ovs-appctl"
WAYS = pytest.mark.parametrize("way", ["local", pytest.param("ssh", marks=pytest.mark.openssh)])


@asynccontextmanager
async def reached(way: str, folder: Path) -> AsyncIterator[Host]:
    """This machine, directly or through sshd; unix sockets are the same in every namespace."""
    if way == "ssh":
        async with running_sshd(folder) as server:
            ssh = SshHost("dom0", server.settings())
            try:
                yield ssh
            finally:
                await ssh.close()
        return
    local = LocalHost("dom0", Local())
    try:
        yield local
    finally:
        await local.close()


def inventory(lab: HostLab) -> HostInventory:
    """bond0 prefers eth0, asked where the lab's Open vSwitch has its sockets."""
    bonds = {"bond0": ExpectedBond(("eth0", "eth2"), "eth0")}
    return HostInventory(bonds=bonds, ovs_rundir=str(lab.rundir))


async def read(
    collector: Bonds, host: Host, lab: HostLab, seconds: float = 20
) -> Reading[BondState]:
    """One look."""
    deadline = asyncio.get_running_loop().time() + seconds
    return await collector.read(Look(host, deadline, inventory(lab)))


def scraped(reading: Reading[BondState], lab: HostLab, family: str) -> dict[str, float]:
    """The member series of bond0 as the page has them, by member."""
    page = Page({"pool": "lab", "host": "dom0"})
    Bonds().fill(page, reading, View(inventory(lab)))
    return {
        sample.labels["member"]: sample.value
        for metric in page.metrics()
        for sample in metric.samples
        if sample.name == f"xenlens_bond_member_{family}" and sample.labels["bond"] == "bond0"
    }


class Scraper:
    """Looks by socket and by command, and says what both agree on."""

    def __init__(self, host: Host, lab: HostLab) -> None:
        self._ways = ((Bonds(), host, BY_SOCKET), (Bonds(), CommandsOnly(host), BY_COMMAND))
        self._lab = lab

    async def agreed(self) -> Reading[BondState]:
        """One reading, after both ways gave the same records and no damage."""
        readings = [await read(bonds, host, self._lab) for bonds, host, _ in self._ways]
        assert [reading.via for reading in readings] == [way for *_, way in self._ways]
        by_socket, by_command = readings
        assert sorted_by_name(by_socket) == sorted_by_name(by_command)
        assert (by_socket.damaged, by_socket.noise_lines) == (0, 0)
        return by_socket

    async def compare(self) -> tuple[str | None, dict[str, bool]]:
        """The active and the enabled members of bond0, once scrape and appctl agree on them."""
        reading = await self.agreed()
        active, enabled = self._lab.active("bond0"), self._lab.enabled("bond0")
        assert scraped(reading, self._lab, "active") == {nic: nic == active for nic in enabled}
        assert scraped(reading, self._lab, "enabled") == enabled
        assert scraped(reading, self._lab, "preferred") == {"eth0": 1, "eth2": 0}
        return active, enabled

    async def close(self) -> None:
        for bonds, *_ in self._ways:
            await bonds.close()


def sorted_by_name(reading: Reading[BondState]) -> list[BondState]:
    return sorted(reading.records, key=lambda state: state.name)


@asynccontextmanager
async def scraper(way: str, folder: Path, lab: HostLab) -> AsyncIterator[Scraper]:
    async with reached(way, folder) as host:
        one = Scraper(host, lab)
        try:
            yield one
        finally:
            await one.close()


@WAYS
async def test_socket_command_and_appctl_agree_as_the_bond_changes(
    way: str, healed_lab: OvsLab, tmp_path: Path
) -> None:
    lab = healed_lab
    async with scraper(way, tmp_path, lab) as scrape:
        assert await scrape.compare() == ("eth0", {"eth0": True, "eth2": True})
        lab.set_active("bond0", "eth2")
        assert await scrape.compare() == ("eth2", {"eth0": True, "eth2": True})
        lab.carrier("eth2", up=False)
        lab.wait_for(lambda: not lab.enabled("bond0")["eth2"])
        assert await scrape.compare() == ("eth0", {"eth0": True, "eth2": False})
        lab.carrier("eth0", up=False)
        lab.wait_for(lambda: not lab.enabled("bond0")["eth0"])
        assert await scrape.compare() == (None, {"eth0": False, "eth2": False})


@WAYS
async def test_a_cut_uplink_is_invisible_to_the_bond_and_so_to_this_scrape(
    way: str, healed_lab: OvsLab, tmp_path: Path
) -> None:
    async with scraper(way, tmp_path, healed_lab) as scrape:
        healed_lab.cut_uplink("sw1")
        assert not healed_lab.reaches()
        assert await scrape.compare() == ("eth0", {"eth0": True, "eth2": True})


async def test_both_bonds_of_a_host_are_read(two_bond_lab: OvsLab, tmp_path: Path) -> None:
    async with scraper("local", tmp_path, two_bond_lab) as scrape:
        reading = await scrape.agreed()
    active = {state.name: state.bond.active_member for state in reading.records}
    assert active == {"bond0": "eth0", "bond1": "eth1"}


async def test_lacp_members_are_read_with_their_negotiation(
    lacp_lab: LacpLab, tmp_path: Path
) -> None:
    async with scraper("local", tmp_path, lacp_lab) as scrape:
        (state,) = (await scrape.agreed()).records
    assert state.bond.lacp_status == "negotiated"
    assert state.lacp is not None
    assert "status: " + (state.lacp.status or "") in lacp_lab.appctl("lacp/show")
    assert {member.name: member.current for member in state.lacp.members} == {
        "eth0": True,
        "eth2": True,
    }


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process that hangs."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@WAYS
async def test_a_hanging_vswitchd_costs_no_more_than_the_deadline(
    way: str, healed_lab: OvsLab, tmp_path: Path
) -> None:
    """And its late answer is not taken for that of the next request."""
    async with reached(way, tmp_path) as host:
        bonds = Bonds()
        await read(bonds, host, healed_lab)
        with stopped(healed_lab.vswitch.pid), pytest.raises(DeadlineExceeded):
            await read(bonds, host, healed_lab, seconds=0.5)
        healed_lab.set_active("bond0", "eth2")
        reading = await read(bonds, host, healed_lab)
        assert scraped(reading, healed_lab, "active") == {"eth0": 0, "eth2": 1}
        await bonds.close()


@WAYS
async def test_a_restarted_vswitchd_is_found_again_by_socket(way: str, tmp_path: Path) -> None:
    async with reached(way, tmp_path) as host:
        bonds = Bonds()
        with OvsLab(tmp_path / "lab") as lab:
            before = lab.ctl_socket
            assert (await read(bonds, host, lab)).via == BY_SOCKET
            lab.vswitch.restart_vswitchd()
            assert lab.ctl_socket != before
            reading = await read(bonds, host, lab)
            assert reading.via == BY_SOCKET
            assert scraped(reading, lab, "enabled") == lab.enabled("bond0")
        await bonds.close()
