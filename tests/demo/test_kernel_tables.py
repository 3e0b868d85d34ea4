"""Routes and neighbours of the simulated hosts, as the kernel tells them."""

from ipaddress import IPv4Address, IPv4Network

import pytest

from collectors.routes import Route, default_gateway, on_link, parse_routes
from exporter.demo.command import Dom0
from exporter.demo.files import file_text
from exporter.demo.model import Model
from exporter.demo.modular import modular_chassis
from tests.demo.simulated import HOSTS, Simulated


@pytest.mark.parametrize("host", HOSTS)
def test_the_default_route_leads_to_the_gateway_through_the_management_bridge(host: str) -> None:
    parsed = parse_routes(Simulated().printed(host, "cat /proc/net/route"))
    assert (parsed.noise, parsed.damaged) == ((), 0)
    assert parsed.records == (
        Route("xapi0", IPv4Network("0.0.0.0/0"), IPv4Address("192.0.2.1"), 0),
        Route("xapi0", IPv4Network("192.0.2.0/24"), None, 0),
        Route("xapi1", IPv4Network("198.51.100.0/24"), None, 0),
    )


def test_lines_of_the_route_table_are_as_wide_as_the_kernels() -> None:
    lines = Simulated().printed("xcp83", "cat /proc/net/route").splitlines()
    assert {len(line) for line in lines} == {127}
    assert lines[1].rstrip() == "xapi0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0"


def test_the_neighbours_are_the_gateways_each_on_its_bridge() -> None:
    assert Simulated().printed("xcp82", "cat /proc/net/arp").splitlines() == [
        "IP address       HW type     Flags       HW address            Mask     Device",
        "192.0.2.1        0x1         0x2         02:15:17:fe:00:00     *        xapi0",
        "198.51.100.1     0x1         0x2         02:15:17:fe:00:01     *        xapi1",
    ]


def test_every_host_of_a_large_pool_reaches_gateway_portal_and_its_own_network() -> None:
    model = Model(modular_chassis(260), lambda: 0.0)
    addresses = set()
    for host in model.chassis.hosts.values():
        routes = parse_routes(file_text(Dom0(model, host.name), "/proc/net/route") or "").records
        gateway = default_gateway(routes)
        assert gateway is not None
        assert gateway.device == "xapi0"
        for bond in host.bonds:
            for address in (bond.address, model.chassis.core.gateways[bond.name]):
                leads = on_link(routes, IPv4Address(address))
                assert leads is not None
                assert leads.device == bond.bridge
            addresses.add(bond.address)
    assert len(addresses) == 2 * 260
