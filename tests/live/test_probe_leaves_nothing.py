"""Nothing of a probe lasts: not of one that ended, and not of one that was killed."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from collectors.onhost import program
from tests.labs.watched import NOBODY, WatchedLab

pytestmark = pytest.mark.ovs

TIMEOUT = 0.5
LASTS = TIMEOUT + 6
"""Seconds after which Open vSwitch has removed by itself what a killed probe left."""
WAYS = pytest.mark.parametrize(
    ("mode", "way"),
    [("active-backup", "raw"), ("active-backup", "openflow"), ("balance-slb", "raw")],
)
HARD_TIMEOUT = re.compile(r"hard_timeout=(\d+)")


@pytest.fixture(scope="module")
def any_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedLab]:
    """A dom0."""
    with WatchedLab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def lab(any_lab: WatchedLab, mode: str) -> WatchedLab:
    """Everything connected, the bond in the mode that is wanted."""
    any_lab.set_mode(mode)
    any_lab.heal()
    return any_lab


@dataclass(frozen=True, slots=True)
class Held:
    """What a probe may hold of the host. Sockets: packet sockets, and connections to the bridge."""

    sockets: tuple[int, int]
    nics: str
    flows: list[str]


def held(lab: WatchedLab) -> Held:
    return Held(lab.sockets(), lab.nics(), lab.flows())


def has_rules(lab: WatchedLab, way: str) -> bool:
    """Whether a probe of this way needs rules."""
    return way == "openflow" or lab.mode == "balance-slb"


@contextmanager
def probing(lab: WatchedLab, way: str) -> Iterator[subprocess.Popen[str]]:
    """A round that has opened all it needs and waits for answers, which will not come."""
    argv = lab.probe_argv(way, NOBODY, TIMEOUT)
    before = held(lab)
    pipe = subprocess.PIPE

    def has_begun() -> bool:
        packet, openflow = lab.sockets()
        more = (packet > before.sockets[0], openflow > before.sockets[1])
        rules = len(lab.flows()) > len(before.flows)
        return (*more, rules) == (way == "raw", has_rules(lab, way), has_rules(lab, way))

    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdin is not None
            process.stdin.write(program())
            process.stdin.close()
            lab.wait_for(has_begun)
            yield process
        finally:
            process.kill()


@WAYS
def test_sockets_are_open_and_rules_there_only_while_probing(lab: WatchedLab, way: str) -> None:
    before = held(lab)
    with probing(lab, way) as process:
        assert process.wait(10) == 0
    assert held(lab) == before


@WAYS
def test_a_killed_probe_leaves_at_most_drop_rules_that_end_by_themselves(
    lab: WatchedLab, way: str
) -> None:
    before = held(lab)
    with probing(lab, way) as process:
        process.kill()
        process.wait(10)
    lab.wait_for(lambda: lab.sockets() == before.sockets, 1)
    assert lab.nics() == before.nics
    left = [rule for rule in lab.flows() if rule not in before.flows]
    assert bool(left) == has_rules(lab, way)
    for rule in left:
        assert rule.endswith("actions=drop")
        assert all(int(seconds) <= LASTS for seconds in HARD_TIMEOUT.findall(rule) or ["never"])
    lab.wait_for(lambda: lab.flows() == before.flows, LASTS + 1)
