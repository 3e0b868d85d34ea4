"""Fixtures of the multipath lab, for tests marked `multipath`, skipped where a part is missing."""

from collections.abc import Iterator

import pytest

from tests.labs.multipath.array import Array
from tests.labs.multipath.lab import MultipathLab


@pytest.fixture(scope="session")
def multipath_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MultipathLab]:
    """A host with two controllers, in whatever state the last test left it."""
    with MultipathLab(tmp_path_factory.mktemp("multipath")) as lab:
        yield lab


@pytest.fixture
def healed_multipath(multipath_lab: MultipathLab) -> MultipathLab:
    """The lab with both paths ready and SCM1, the preferred one, serving."""
    multipath_lab.heal()
    return multipath_lab


@pytest.fixture(scope="module")
def array_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MultipathLab, Array]]:
    """A machine of its own with an ALUA array, which has no LUN yet."""
    with MultipathLab(tmp_path_factory.mktemp("array")) as lab:
        yield lab, Array(lab.machine)
