"""What a drill asks of a simulated host's bonds: carriers, and pings through the active member."""

import shlex

import pytest

from exporter.demo.command import Result
from exporter.demo.shell import Shell
from exporter.drill.bond_sample import carriers_in
from exporter.drill.pings import INTERVAL, NO_ANSWER, STAMPED, pings_in
from exporter.drill.record import Io
from tests.demo.simulated import HOSTS, Simulated

GATEWAY, PORTAL = "192.0.2.1", "198.51.100.1"
LOOKS = 0.2


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


class Pinging:
    """A run of pings on a host, looked at as a session does."""

    def __init__(self, pool: Simulated, count: int, address: str, host: str = "xcp83") -> None:
        self.pool = pool
        self.shell = Shell(pool.dom0(host), 4000)
        self.line = shlex.join(("sh", "-c", STAMPED, "ping", str(count), address))
        self.result: Result = self.shell.run(self.line)

    def wait(self, seconds: float) -> None:
        """Let time pass, or until it ends."""
        until = self.pool.now + seconds - LOOKS / 2
        while self.result.hangs and self.pool.now < until:
            self.pool.now += LOOKS
            self.result = self.shell.run(self.line)

    def ended(self) -> list[Io]:
        """Its packets."""
        self.wait(60)
        assert not self.result.hangs
        return list(pings_in(self.result.stdout).io)


def pinged(pool: Simulated, address: str, host: str = "xcp83", count: int = 5) -> set[str]:
    """How a run of pings ended: errors, and nothing for what was answered."""
    packets = Pinging(pool, count, address, host).ended()
    assert len(packets) == count
    return {one.error for one in packets}


@pytest.mark.parametrize("address", [GATEWAY, PORTAL, "192.0.2.12", "127.0.0.1"])
@pytest.mark.parametrize("host", HOSTS)
def test_what_is_behind_a_bond_answers(pool: Simulated, host: str, address: str) -> None:
    packets = Pinging(pool, 10, address, host).ended()
    assert all(one.seconds is not None and 0 < one.seconds < 0.01 for one in packets)
    assert packets[-1].at - packets[0].at == pytest.approx(9 * INTERVAL, abs=0.01)


@pytest.mark.parametrize("address", ["203.0.113.9", "192.0.2.200", "nosuch.example"])
def test_what_is_nowhere_does_not_answer(pool: Simulated, address: str) -> None:
    assert pinged(pool, address) == {NO_ANSWER}


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("switch1.uplink down", {NO_ANSWER}),
        ("switch2.uplink down", {""}),
        ("gateway dead", {NO_ANSWER}),
    ],
)
def test_the_way_behind_the_active_member_decides(
    pool: Simulated, fault: str, expected: set[str]
) -> None:
    pool.fault(fault)
    assert pinged(pool, GATEWAY) == expected


def test_who_answers_arp_for_others_answers_no_ping(pool: Simulated) -> None:
    pool.fault("switch1.proxy on", "gateway dead")
    assert pinged(pool, GATEWAY) == {NO_ANSWER}


def test_a_slow_gateway_answers_late(pool: Simulated) -> None:
    pool.fault("gateway slow")
    packets = Pinging(pool, 5, GATEWAY).ended()
    assert all(one.seconds is not None and one.seconds > 0.6 for one in packets)


def test_a_dead_switch_costs_what_the_bond_needs_to_see_it(pool: Simulated) -> None:
    pinging = Pinging(pool, 20, GATEWAY)
    pinging.wait(1.0)
    pool.fault("switch1 off")
    lost = [one for one in pinging.ended() if one.error]
    assert len(lost) <= 2
    assert pool.active("xcp83", "bond0") == "eth2"


def test_a_dead_uplink_is_seen_while_it_lasts(pool: Simulated) -> None:
    pinging = Pinging(pool, 30, GATEWAY)
    pinging.wait(2.0)
    pool.fault("switch1.uplink down")
    pinging.wait(2.0)
    pool.fault("switch1.uplink up")
    errors = [one.error for one in pinging.ended()]
    assert 8 <= errors.count(NO_ANSWER) <= 12
    assert (errors[0], errors[-1]) == ("", "")


def test_a_single_ping_tells_by_its_status(pool: Simulated) -> None:
    line = f"ping -n -c 1 -W 1 -- {GATEWAY}"
    shell = Shell(pool.dom0("xcp82"), 4000)
    assert shell.run(line).hangs
    pool.now += LOOKS
    assert shell.run(line).status == 0
    pool.fault("gateway dead")
    assert shell.run(line).hangs
    pool.now += 1.1
    assert shell.run(line).status == 1


@pytest.mark.parametrize("line", ["ping", f"ping {GATEWAY}", f"ping -c x {GATEWAY}", "ping -c 1"])
def test_other_pings_are_not_simulated_and_say_so(pool: Simulated, line: str) -> None:
    result = pool.run("xcp83", line)
    assert (result.status, result.stdout) == (2, "")
    assert "simulated" in result.stderr


@pytest.mark.parametrize("host", HOSTS)
def test_a_dead_switch_takes_the_carrier_of_its_ports(pool: Simulated, host: str) -> None:
    pool.fault("switch2 off")
    files = " ".join(f"/sys/class/net/eth{number}/carrier" for number in range(4))
    carriers = carriers_in(pool.printed(host, f"grep -H '' {files}"))
    assert carriers == {"eth0": True, "eth1": True, "eth2": False, "eth3": False}
