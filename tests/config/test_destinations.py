"""What should answer behind a bond: the pool's destinations, or the host's own instead."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from collectors.inventory import Destination
from exporter.config import ConfigError, load
from exporter.config.load import loads
from exporter.config.show import effective

EVERYTHING = Path(__file__).parent.parent / "fixtures" / "config" / "valid" / "everything.yml"
POOL = (
    Destination(),
    Destination("192.0.2.9"),
    Destination("198.51.100.1", 20, "5a:00:00:00:00:01"),
)


def document(pool: str, host: str = "{}") -> bytes:
    bonds = f"{{bond0: {{members: [eth0, eth2], destinations: {pool}}}}}"
    own = f"{{local: {{}}, bonds: {{bond0: {host}}}}}"
    return f"pools: {{p: {{bonds: {bonds}, hosts: {{h: {own}}}}}}}".encode()


def destinations_of(pool: str, host: str = "{}") -> tuple[Destination, ...]:
    found = loads(document(pool, host), Path("xenlens.yml"))
    return found.find("h").inventory.bonds["bond0"].destinations


def kept_mac(written: str) -> str | None:
    (found,) = destinations_of(f'[{{address: auto, mac: "{written}"}}]')
    return found.mac


def test_a_host_takes_the_destinations_of_its_pool() -> None:
    assert load(EVERYTHING).find("xenserver2").inventory.bonds["bond0"].destinations == POOL


def test_a_host_that_names_other_members_keeps_the_destinations() -> None:
    assert load(EVERYTHING).find("xenserver1").inventory.bonds["bond0"].destinations == POOL


def test_a_bond_that_names_no_destination_has_none() -> None:
    assert load(EVERYTHING).find("xenserver1").inventory.bonds["xapi0"].destinations == ()


def test_the_list_of_a_host_replaces_that_of_its_pool() -> None:
    found = destinations_of("[auto, 192.0.2.9]", "{destinations: [192.0.2.10]}")
    assert found == (Destination("192.0.2.10"),)


def test_an_empty_list_of_a_host_switches_off_what_its_pool_names() -> None:
    assert destinations_of("[auto]", "{destinations: []}") == ()


def test_a_host_may_name_destinations_where_its_pool_has_none() -> None:
    assert destinations_of("[]", "{destinations: [auto]}") == (Destination(),)


def test_the_gateway_may_be_looked_for_in_a_vlan() -> None:
    assert destinations_of("[{address: auto, vlan: 1}]") == (Destination(None, 1),)


@pytest.mark.parametrize("vlan", [1, 4094])
def test_a_destination_may_be_in_a_vlan(vlan: int) -> None:
    written = f"[{{address: 192.0.2.9, vlan: {vlan}}}]"
    assert destinations_of(written) == (Destination("192.0.2.9", vlan),)


def test_a_bond_may_have_eight_destinations() -> None:
    addresses = [f"192.0.2.{last}" for last in range(1, 9)]
    assert destinations_of(f"[{', '.join(addresses)}]") == tuple(map(Destination, addresses))


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.1.1", "223.255.255.254", "240.0.0.1"])
def test_an_address_of_one_device_is_kept_as_it_is(address: str) -> None:
    assert destinations_of(f"[{address}]") == (Destination(address),)


@pytest.mark.parametrize("address", ["0.0.0.1", "127.255.255.254", "239.255.255.255", "::1", ""])
def test_an_address_of_no_one_device_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match=r":1: .*destinations\[0\]: .*IPv4 address"):
        destinations_of(f'["{address}"]')


@given(
    st.binary(min_size=6, max_size=6).filter(lambda mac: any(mac) and not mac[0] & 1),
    st.booleans(),
)
def test_a_mac_in_any_writing_is_kept_in_lower_case_with_colons(mac: bytes, upper: bool) -> None:
    writings = [mac.hex(), mac.hex(":"), mac.hex("-"), mac.hex(".", 2), mac.hex("-", 2)]
    for written in writings:
        assert kept_mac(written.upper() if upper else written) == mac.hex(":")


@given(st.binary(min_size=6, max_size=6).filter(lambda mac: bool(mac[0] & 1)))
def test_a_mac_of_a_group_is_refused(mac: bytes) -> None:
    with pytest.raises(ConfigError, match=r"\.mac: .* is (a multicast|the broadcast) address"):
        kept_mac(mac.hex(":"))


@pytest.mark.parametrize(
    "pool", ["[]", "[auto, {address: 192.0.2.9, vlan: 20, mac: 5A0000000001}]"]
)
@pytest.mark.parametrize("host", ["{}", "{destinations: []}", "{destinations: [192.0.2.10]}"])
def test_what_is_shown_reads_back_to_the_same_destinations(pool: str, host: str) -> None:
    found = loads(document(pool, host), Path("xenlens.yml"))
    again = loads(effective(found.document).encode(), Path("elsewhere.yml"))
    assert again.targets() == found.targets()


def test_a_host_is_shown_with_the_destinations_in_effect() -> None:
    written = document("[auto, {address: 192.0.2.9, mac: 5A0000000001}]")
    shown = yaml.safe_load(effective(loads(written, Path("xenlens.yml")).document))
    assert shown["pools"]["p"]["hosts"]["h"]["bonds"]["bond0"]["destinations"] == [
        {"address": "auto"},
        {"address": "192.0.2.9", "mac": "5a:00:00:00:00:01"},
    ]
