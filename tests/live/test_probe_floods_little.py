"""What a probe sends to everybody where the gateway's MAC is unknown or a switch is dead.

`pytest -rP` on this file prints the measured numbers of docs/reachability.md.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.labs.host import HOST
from tests.labs.ovs import MANAGEMENT
from tests.labs.watched import MODES, NOBODY, Report, WatchedLab, macs_by_member
from tests.labs.watching import BROADCAST, Sniffed

pytestmark = pytest.mark.ovs

ROUNDS, REQUESTS, TIMEOUT = 2, 3, 0.6
WAYS = pytest.mark.parametrize("way", ["raw", "openflow"])
Flood = dict[str, Counter[tuple[str, str]]]
"""By place: how many frames of each member came by, sent `to all` or `to one`."""


@pytest.fixture(scope="module", params=MODES)
def any_lab(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WatchedLab]:
    """A dom0 whose bond is in each mode that can be probed."""
    with WatchedLab(tmp_path_factory.mktemp("lab"), request.param) as lab:
        yield lab


@pytest.fixture
def lab(any_lab: WatchedLab) -> WatchedLab:
    """Everything connected, and every switch knows where the gateway is."""
    any_lab.heal()
    any_lab.probe("raw")
    return any_lab


def flooded(lab: WatchedLab, way: str, address: str = MANAGEMENT.gateway) -> Flood:
    """Frames of probes that reached others, printed as well."""
    with lab.watched() as watched:
        reports = [lab.probe(way, address, TIMEOUT) for _ in range(ROUNDS)]
    found = {place: count(each, reports) for place, each in watched.sniffed.items()}
    for place, counts in found.items():
        shown = [f"{n} from {m} {kind}" for (m, kind), n in sorted(counts.items())]
        print(f"{lab.mode}, {way}: {ROUNDS} rounds, seen at {place}: {', '.join(shown) or 0}")
    return found


def count(sniffed: Sniffed, reports: list[Report]) -> Counter[tuple[str, str]]:
    """The gateway's own ARP to the host's own MAC is none of our doing."""
    members = {mac: member for member, mac in macs_by_member(reports).items()}
    ours = [*macs_by_member(reports, private=True).values()]
    found: Counter[tuple[str, str]] = Counter()
    for frame in sniffed.arp_of(*members):
        if frame.source in members or frame.to in ours:
            kind = "to all" if frame.to == BROADCAST else "to one"
            found[members.get(frame.source, "an answer"), kind] += 1
    return found


def to_all(found: Flood) -> dict[str, int]:
    """The most broadcasts of a member that came by anywhere."""
    members = {member for counts in found.values() for member, _ in counts}
    most = {m: max(counts[m, "to all"] for counts in found.values()) for m in members}
    return {member: number for member, number in most.items() if number}


def replies(found: Flood) -> int:
    return sum(counts["an answer", "to one"] for counts in found.values())


@pytest.mark.parametrize("any_lab", ["active-backup"], indirect=True)
def test_a_gateway_whose_mac_nobody_knows_is_asked_for_by_one_broadcast_a_round(
    lab: WatchedLab,
) -> None:
    """By the active member; the standby waits until that has learned it."""
    lab.namespaces.ip(HOST, "neigh", "flush", "dev", MANAGEMENT.bridge)
    assert to_all(flooded(lab, "raw")) == {"eth0": ROUNDS}


@pytest.mark.parametrize("any_lab", ["balance-slb"], indirect=True)
def test_without_an_active_member_each_asks_by_one_broadcast_a_round(lab: WatchedLab) -> None:
    lab.namespaces.ip(HOST, "neigh", "flush", "dev", MANAGEMENT.bridge)
    assert to_all(flooded(lab, "raw")) == {"eth0": ROUNDS, "eth2": ROUNDS}


def test_openflow_never_learns_a_mac_so_each_request_is_a_broadcast(lab: WatchedLab) -> None:
    lab.namespaces.ip(HOST, "neigh", "flush", "dev", MANAGEMENT.bridge)
    found = flooded(lab, "openflow")
    assert to_all(found) == dict.fromkeys(["eth0", "eth2"], REQUESTS * ROUNDS)
    assert replies(found) == 0


@WAYS
@pytest.mark.parametrize(("switch", "member"), [("sw1", "eth0"), ("sw2", "eth2")])
def test_a_dead_switch_hears_one_broadcast_a_round_and_nobody_else_does(
    lab: WatchedLab, way: str, switch: str, member: str
) -> None:
    lab.cut_uplink(switch)
    found = flooded(lab, way)
    assert to_all(found) == {member: ROUNDS}
    assert replies(found) == 0
    by_the_bridge = lab.mode == "active-backup" and way == "raw" and member == "eth0"
    hearing = {switch, HOST} if by_the_bridge else {switch}
    assert {place for place, counts in found.items() if counts} == hearing


@WAYS
def test_for_an_address_that_nobody_has_each_request_is_a_broadcast(
    lab: WatchedLab, way: str
) -> None:
    """The active member asks a second time, with the host's own address, if it is silent."""
    by_the_bridge = lab.mode == "active-backup" and way == "raw"
    questions = {"eth0": 2 if by_the_bridge else 1, "eth2": 1}
    found = flooded(lab, way, NOBODY)
    assert to_all(found) == {m: n * REQUESTS * ROUNDS for m, n in questions.items()}
