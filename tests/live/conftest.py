"""The lab in which reachability is proven."""

from collections.abc import Iterator

import pytest

from tests.labs.strangers import StrangerLab


@pytest.fixture(scope="module")
def stranger_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StrangerLab]:
    """A dom0 with bond0 over two switches that have a stranger on them."""
    with StrangerLab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def lab(stranger_lab: StrangerLab) -> StrangerLab:
    """The module's lab with everything connected, eth0 active and the gateway's MAC known."""
    stranger_lab.heal()
    return stranger_lab
