"""Fixtures of the labs, for tests marked `ovs`: the marker skips where a program is missing."""

from collections.abc import Iterator

import pytest

from tests.labs.lacp import LacpLab
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
