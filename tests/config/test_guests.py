"""Guests: reached like a host, and no members of their pool."""

from pathlib import Path

import pytest

from collectors.inventory import HostInventory
from exporter.config import Configuration, UnknownTarget, load, pools_of
from exporter.config.load import loads
from exporter.hosts.settings import Local, Ssh

EVERYTHING = Path(__file__).parent.parent / "fixtures" / "config" / "valid" / "everything.yml"
TWO_POOLS = b"""\
ssh: {user: monitor}
pools:
  modular:
    bonds: {bond0: {members: [eth0, eth2]}}
    multipath: {paths: 2}
    ssh: {port: 2222}
    guests:
      debian6: {ssh: 192.0.2.21}
    hosts:
      xenserver1: {ssh: 192.0.2.11}
  guests-only:
    guests:
      here: {local: {}}
    disk_probes:
      seek: {host: here, directory: /srv, profile: seek}
"""


@pytest.fixture
def two_pools() -> Configuration:
    return loads(TWO_POOLS, Path("xenlens.yml"))


def test_the_guests_of_a_pool_come_after_its_hosts(two_pools: Configuration) -> None:
    found = [(target.name, target.guest) for target in two_pools.targets()]
    assert found == [("xenserver1", False), ("debian6", True), ("here", True)]


def test_a_guest_is_labelled_like_a_host(two_pools: Configuration) -> None:
    assert two_pools.find("debian6").labels == {"pool": "modular", "host": "debian6"}


def test_a_guest_is_reached_with_what_it_inherits(two_pools: Configuration) -> None:
    assert two_pools.find("debian6").settings == Ssh("192.0.2.21", port=2222, user="monitor")
    assert two_pools.find("here").settings == Local()


def test_a_guest_may_be_reached_otherwise_than_its_pool() -> None:
    settings = load(EVERYTHING).find("debian6").settings
    assert isinstance(settings, Ssh)
    assert (settings.address, settings.user, settings.legacy) == ("192.0.2.21", "measurer", True)
    assert settings.jump is not None
    assert (settings.jump.address, settings.jump.user) == ("192.0.2.1", "monitor")


def test_nothing_is_expected_of_a_guest(two_pools: Configuration) -> None:
    assert two_pools.find("xenserver1").inventory != HostInventory()
    assert two_pools.find("debian6").inventory == HostInventory()


def test_guests_are_no_members_of_a_pool(two_pools: Configuration) -> None:
    (pool,) = pools_of(two_pools.targets())
    assert (pool.name, [member.name for member in pool.members]) == ("pool:modular", ["xenserver1"])


def test_what_a_pool_expects_is_not_what_its_guests_expect(two_pools: Configuration) -> None:
    (pool,) = pools_of(two_pools.targets())
    assert pool.inventory.paths_per_map == 2


@pytest.mark.parametrize("name", ["modular", "pool:modular"])
def test_a_pool_is_selected_with_its_guests(two_pools: Configuration, name: str) -> None:
    assert two_pools.select(name) == ("xenserver1", "debian6", "pool:modular")


@pytest.mark.parametrize("name", ["guests-only", "pool:guests-only"])
def test_a_pool_of_guests_is_only_its_guests(two_pools: Configuration, name: str) -> None:
    assert two_pools.select(name) == ("here",)


def test_a_guest_is_selected_by_its_name(two_pools: Configuration) -> None:
    assert two_pools.select("debian6") == ("debian6",)


def test_a_misspelt_guest_is_told_with_the_nearest_one(two_pools: Configuration) -> None:
    with pytest.raises(UnknownTarget, match=r'did you mean "debian6"\?'):
        two_pools.select("debian7")
