"""Fixtures of the labs, for tests marked `ovs` or `machine`, skipped where a program is missing."""

from collections.abc import Iterator

import pytest

from tests.labs.lacp import LacpLab
from tests.labs.machine import Machine
from tests.labs.machine_dom0 import LinuxDom0, MachineDom0, OvsDom0
from tests.labs.machine_network import CABLES, MachineNetwork
from tests.labs.ovs import OvsLab


@pytest.fixture(scope="module")
def ovs_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OvsLab]:
    """A dom0 with bond0 over two switches, in whatever state the last test left it."""
    with OvsLab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def healed_lab(ovs_lab: OvsLab) -> OvsLab:
    """The module's lab with everything connected and eth0 active."""
    ovs_lab.heal()
    return ovs_lab


@pytest.fixture(scope="module")
def two_bond_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OvsLab]:
    """As `ovs_lab`, with bond1 = eth1 + eth3 beside bond0."""
    with OvsLab(tmp_path_factory.mktemp("lab"), two_bonds=True) as lab:
        yield lab


@pytest.fixture(scope="module")
def lacp_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LacpLab]:
    """A dom0 whose bond0 negotiates LACP with a partner."""
    with LacpLab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The emulated machine of the run, with the network cards of `MachineNetwork`."""
    with Machine(tmp_path_factory.mktemp("machine"), *CABLES) as machine:
        yield machine


@pytest.fixture(scope="session")
def machine_network(machine: Machine) -> MachineNetwork:
    """Switches and gateway in the machine."""
    return MachineNetwork(machine)


@pytest.fixture(scope="session", params=[LinuxDom0, OvsDom0], ids=lambda dom0: dom0.backend)
def machine_dom0(
    request: pytest.FixtureRequest, machine_network: MachineNetwork
) -> Iterator[MachineDom0]:
    """A dom0 with bond0, once by the bonding driver and once by Open vSwitch's kernel module."""
    with request.param(machine_network) as dom0:
        yield dom0


@pytest.fixture
def healed_dom0(machine_dom0: MachineDom0) -> MachineDom0:
    """`machine_dom0` with everything connected and eth0 active."""
    machine_dom0.heal()
    return machine_dom0
