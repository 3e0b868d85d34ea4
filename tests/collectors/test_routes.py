"""/proc/net/route: tables that kernels printed, any table in their format, noise and damage."""

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.parsing import ParseError, ToolError
from collectors.routes import Route, default_gateway, on_link, parse_routes

HEADER = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"


def text_of(*rows: str) -> str:
    """A table whose lines are filled with blanks, as every kernel fills them."""
    return "".join(f"{row:<127}\n" for row in (HEADER, *rows))


ONE_NIC = text_of(
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
    "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
)
"""Linux 6.18, a virtual machine."""

EVERY_KIND = text_of(
    "d0\t00000000\t0102010A\t0003\t0\t0\t100\t00000000\t0\t0\t0",
    "d1\t00000000\t0100140A\t0003\t0\t0\t4294967295\t00000000\t0\t0\t0",
    "d0\t0002010A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
    "d1\t0000140A\t00000000\t0001\t0\t0\t0\t00F0FFFF\t0\t0\t0",
    "*\t000010AC\t00000000\t0201\t0\t0\t0\t0000F0FF\t0\t0\t0",
    "*\t0000A8C0\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
    "d0\t006433C6\t00000000\t0003\t0\t0\t0\t80FFFFFF\t0\t0\t0",
    "*\t076433C6\t00000000\t0205\t0\t0\t5\tFFFFFFFF\t0\t0\t0",
    "d1\t096433C6\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0",
    "d0\t806433C6\t0902010A\t0003\t0\t0\t0\t80FFFFFF\t0\t0\t0",
    "*\t007100CB\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
    "d0\t000000E0\t00000000\t0001\t0\t0\t0\t000000F0\t0\t0\t0",
)
"""Linux 6.18, a network namespace with `ip route add unreachable`, `blackhole`, `via inet6` …"""

DEFAULT = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0"
STRAIGHT = Route("eth0", IPv4Network("192.0.2.0/24"), None, 0)


def route(device: str, network: str, gateway: str | None = None, metric: int = 0) -> Route:
    return Route(device, IPv4Network(network), IPv4Address(gateway) if gateway else None, metric)


def hexadecimal(address: int) -> str:
    """Eight digits, the last byte of the address first."""
    digits = f"{address:08X}"
    return digits[6:] + digits[4:6] + digits[2:4] + digits[:2]


def printed(route: Route, signed: bool = False) -> str:
    flags = 0x1 | 0x2 * bool(route.gateway) | 0x4 * (route.network.prefixlen == 32)
    metric = route.metric - 2**32 * (signed and route.metric >= 2**31)
    columns = [
        route.device,
        hexadecimal(int(route.network.network_address)),
        hexadecimal(int(route.gateway or 0)),
        f"{flags:04X}\t0\t0\t{metric}",
        hexadecimal(int(route.network.netmask)),
        "1500\t65535\t12",
    ]
    return "\t".join(columns)


DEVICES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\t\n\v\f\r \xa0/:"), min_size=1, max_size=15
).filter(lambda name: name != "*")
NETWORKS = st.builds(
    lambda address, length: IPv4Network((address, length), strict=False),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)
GATEWAYS = st.integers(1, 2**32 - 1).map(IPv4Address)
ROUTES = st.builds(Route, DEVICES, NETWORKS, st.none() | GATEWAYS, st.integers(0, 2**32 - 1))
TABLES = st.lists(ROUTES, max_size=6)
ADDRESS = IPv4Address("192.0.2.77")
NEAR = st.builds(
    Route,
    st.sampled_from(["eth0", "eth1"]),
    st.integers(0, 32).map(lambda length: IPv4Network((ADDRESS, length), strict=False)),
    st.none() | GATEWAYS,
    st.integers(0, 3),
)
"""Routes that lead to ADDRESS."""


def nearness(route: Route) -> tuple[int, int]:
    return route.network.prefixlen, -route.metric


def test_the_table_of_a_machine_with_one_nic_is_read() -> None:
    parsed = parse_routes(ONE_NIC)
    assert parsed.records == (route("eth0", "0.0.0.0/0", "192.0.2.1"), STRAIGHT)
    assert (parsed.noise, parsed.damaged) == ((), 0)


def test_routes_on_which_nothing_is_sent_and_to_ipv6_gateways_are_left_out() -> None:
    parsed = parse_routes(EVERY_KIND)
    assert parsed.records == (
        route("d0", "0.0.0.0/0", "10.1.2.1", 100),
        route("d1", "0.0.0.0/0", "10.20.0.1", 4294967295),
        route("d0", "10.1.2.0/24"),
        route("d1", "10.20.0.0/20"),
        route("d1", "198.51.100.9/32"),
        route("d0", "198.51.100.128/25", "10.1.2.9"),
        route("d0", "224.0.0.0/4"),
    )
    assert (parsed.noise, parsed.damaged) == ((), 0)


@pytest.mark.parametrize("flags", ["0002", "0202", "0203", "0207"])
def test_a_route_that_is_not_up_or_that_rejects_is_left_out(flags: str) -> None:
    parsed = parse_routes(text_of(DEFAULT, DEFAULT.replace("0003", flags)))
    assert parsed.records == (route("eth0", "0.0.0.0/0", "192.0.2.1"),)
    assert (parsed.noise, parsed.damaged) == ((), 0)


@given(TABLES, st.booleans())
def test_every_table_in_the_kernels_format_reads_back(table: list[Route], signed: bool) -> None:
    parsed = parse_routes(text_of(*(printed(route, signed) for route in table)))
    assert parsed.records == tuple(table)
    assert (parsed.noise, parsed.damaged) == ((), 0)


@given(st.lists(ROUTES, min_size=1, max_size=3), st.data())
def test_a_text_that_breaks_off_gives_no_route_that_was_not_there(
    table: list[Route], data: st.DataObject
) -> None:
    text = "\n".join([HEADER, *map(printed, table)])
    cut = text[: data.draw(st.integers(len(HEADER), len(text)), label="cut")]
    try:
        found = parse_routes(cut).records
    except ParseError:
        found = ()
    assert found == tuple(table)[: len(found)]
    assert len(found) >= cut.count("\n") - 1


def test_the_header_the_blanks_and_the_last_line_feed_may_be_missing() -> None:
    assert parse_routes(DEFAULT).records == (route("eth0", "0.0.0.0/0", "192.0.2.1"),)


def test_a_paste_that_turned_tabs_to_blanks_and_added_a_prompt_is_read() -> None:
    pasted = f"[root@xenserver1 ~]# cat /proc/net/route\n{ONE_NIC}".expandtabs()
    parsed = parse_routes(pasted.replace("\n", "\r\n"))
    assert parsed.records == parse_routes(ONE_NIC).records
    assert ([line.line for line in parsed.noise], parsed.damaged) == ([1], 0)


@pytest.mark.parametrize(
    "row",
    [
        DEFAULT.removesuffix("\t0"),
        f"{DEFAULT}\t0",
        DEFAULT.replace("010200C0", "10200C0"),
        DEFAULT.replace("010200C0", "192.0.2.1"),
        DEFAULT.replace("010200C0\t0003", "010200C0\t0001"),
        DEFAULT.replace("0003", "up"),
        "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FF00FF\t0\t0\t0",
        "eth0\t000200C0\t00000000\t0001\t0\t0\t0\tFF000000\t0\t0\t0",
        "eth0\t010200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
        "eth0\t000200C0",
        "eth0 000200C0 00000000 0001",
    ],
)
def test_a_damaged_row_is_left_out_and_counted(row: str) -> None:
    parsed = parse_routes(ONE_NIC + row + "\n")
    assert parsed.records == parse_routes(ONE_NIC).records
    assert ([line.text for line in parsed.noise], parsed.damaged) == ([row], 1)


def test_a_line_that_is_no_row_is_noise() -> None:
    parsed = parse_routes(f"Warning: Permanently added 'xenserver1'.\n{ONE_NIC}")
    assert (len(parsed.records), len(parsed.noise), parsed.damaged) == (2, 1, 0)


@pytest.mark.parametrize("text", ["", "\n", text_of()])
def test_a_table_without_routes_is_an_answer(text: str) -> None:
    assert parse_routes(text).records == ()


def test_an_error_of_cat_is_told_as_one() -> None:
    with pytest.raises(ToolError) as refusal:
        parse_routes("cat: /proc/net/route: No such file or directory\n")
    assert refusal.value.kind == "no-such-object"


@pytest.mark.parametrize("text", ["default via 192.0.2.1 dev eth0\n", f"{DEFAULT}\t0\n"])
def test_a_text_of_another_kind_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ParseError) as refusal:
        parse_routes(f"{HEADER}\n{text}")
    assert refusal.value.line == 2


def test_the_default_gateway_with_the_lowest_metric_is_taken() -> None:
    first, last = route("eth0", "0.0.0.0/0", "192.0.2.1", 1), route("b", "0.0.0.0/0", "10.0.0.1", 9)
    assert default_gateway([last, first]) == default_gateway([first, last]) == first


def test_a_default_route_without_a_gateway_has_none_to_offer() -> None:
    through = route("eth0", "0.0.0.0/0", "192.0.2.1", 5)
    assert default_gateway([route("tun0", "0.0.0.0/0"), through]) == through
    assert default_gateway([route("tun0", "0.0.0.0/0")]) is None


def test_a_gateway_of_a_part_of_the_world_is_no_default_gateway() -> None:
    assert default_gateway([route("eth0", "0.0.0.0/1", "192.0.2.1"), STRAIGHT]) is None
    assert default_gateway([]) is None


def test_an_address_of_a_network_of_the_host_is_on_link() -> None:
    routes = parse_routes(ONE_NIC).records
    assert on_link(routes, IPv4Address("192.0.2.200")) == STRAIGHT
    assert on_link(routes, IPv4Address("192.0.3.1")) is None
    assert on_link([STRAIGHT], IPv4Address("192.0.3.1")) is None


def test_a_longer_prefix_through_a_gateway_takes_an_address_off_the_link() -> None:
    behind = route("eth0", "192.0.2.128/25", "192.0.2.1")
    assert on_link([STRAIGHT, behind], IPv4Address("192.0.2.200")) is None
    assert on_link([STRAIGHT, behind], IPv4Address("192.0.2.100")) == STRAIGHT


def test_of_two_routes_to_one_network_the_lower_metric_decides() -> None:
    near, far = route("xapi3", "192.0.2.0/24", metric=1), route("eth9", "192.0.2.0/24", metric=2)
    assert on_link([far, near], IPv4Address("192.0.2.1")) == near


@given(st.lists(NEAR | ROUTES, max_size=6))
def test_an_address_is_on_link_unless_a_gateway_is_as_near(routes: list[Route]) -> None:
    leading = [r for r in routes if ADDRESS in r.network]
    found = on_link(routes, ADDRESS)
    if found is not None:
        assert found.gateway is None
        assert found in leading
        assert all(nearness(found) >= nearness(r) for r in leading)
    else:
        through = max((nearness(r) for r in leading if r.gateway is not None), default=(-1, 0))
        assert all(nearness(r) <= through for r in leading)
