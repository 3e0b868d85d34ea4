"""Those who watch would notice a disturbance, before anybody relies on their silence."""

from collections.abc import Iterator

import pytest

from tests.labs.host import HOST
from tests.labs.ovs import MANAGEMENT
from tests.labs.watched import ALL_SWITCHES, WatchedLab

pytestmark = pytest.mark.ovs


@pytest.fixture(scope="module")
def any_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedLab]:
    """A dom0."""
    with WatchedLab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def lab(any_lab: WatchedLab) -> WatchedLab:
    """Everything connected, and eth0 active."""
    any_lab.heal()
    return any_lab


def test_a_mac_that_moves_is_told_by_the_switch_where_it_moves(lab: WatchedLab) -> None:
    mac = lab.mac(MANAGEMENT.bridge)
    with lab.watched() as watched:
        lab.set_active(MANAGEMENT.bond, "eth2")
        lab.wait_for(lab.reaches)
    assert any("dev sw2" in line for line in watched.fdb["core"].of(mac))


def test_a_broadcast_is_heard_at_every_place(lab: WatchedLab) -> None:
    mac = lab.mac(MANAGEMENT.bridge)
    with lab.watched() as watched:
        lab.namespaces.ip(HOST, "neigh", "flush", "dev", MANAGEMENT.bridge)
        lab.ping(1)
    heard = {place: len(each.arp_of(mac)) for place, each in watched.sniffed.items()}
    assert heard == dict.fromkeys((*ALL_SWITCHES, HOST), 1)


def test_an_arp_entry_that_is_lost_and_one_that_changes_are_told(lab: WatchedLab) -> None:
    other = "02:00:00:00:00:99"
    with lab.watched() as watched:
        lab.namespaces.ip("gw", "neigh", "flush", "dev", "eth0")
        words = (MANAGEMENT.gateway, "lladdr", other, "nud", "stale", "dev", MANAGEMENT.bridge)
        lab.namespaces.ip(HOST, "neigh", "replace", *words)
    assert any("FAILED" in line for line in watched.arp["gw"].of(MANAGEMENT.address))
    assert len(watched.arp[HOST].of(other)) == 1
    lab.namespaces.ip(HOST, "neigh", "flush", "dev", MANAGEMENT.bridge)


def test_nobody_notices_anything_where_nothing_happens(lab: WatchedLab) -> None:
    with lab.watched() as watched:
        lab.ping(3)
    assert [line for told in watched.fdb.values() for line in told.of(*lab.own_macs())] == []
    assert [frame for each in watched.sniffed.values() for frame in each.frames] == []
