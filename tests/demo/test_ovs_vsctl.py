"""The simulated `ovs-vsctl` tells bridges in the words of the real one."""

import os
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.demo.simulated import HOSTS, Simulated
from tests.labs.netns import Namespaces
from tests.labs.vswitch import Vswitch

LINES = [
    "port-to-br bond0",
    "port-to-br bond9",
    "port-to-br eth0",
    "port-to-br xapi0",
    "br-to-parent xapi1",
    "br-to-parent eth9",
    "br-to-vlan xapi0",
    "br-to-vlan eth9",
    "list-br",
    "iface-to-br eth3",
    "iface-to-br bond0",
    "port-to-br bond0 -- br-to-vlan xapi1",
    "-- list-br -- -- br-to-parent xapi0",
    "port-to-br bond0 -- port-to-br bond9",
    "--timeout=3 list-br",
    "-t 3 port-to-br bond1",
    "",
    "--",
    "port-to-br",
    "port-to-br bond0 bond1",
    "list-br --nonsense",
    "-- --nonsense list-br",
    "nonsense",
    "--nonsense list-br",
]


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


@pytest.mark.parametrize("host", HOSTS)
def test_a_bond_leads_to_its_bridge(pool: Simulated, host: str) -> None:
    assert pool.printed(host, "ovs-vsctl port-to-br bond1") == "xapi1\n"
    assert pool.printed(host, "env OVS_RUNDIR=/var/run/openvswitch ovs-vsctl list-br") == (
        "xapi0\nxapi1\n"
    )


@pytest.mark.parametrize("host", HOSTS)
def test_a_bridge_is_its_own_parent_without_a_vlan(pool: Simulated, host: str) -> None:
    line = "ovs-vsctl br-to-parent xapi0 -- br-to-vlan xapi0"
    assert pool.printed(host, line) == "xapi0\n0\n"


@pytest.mark.parametrize("host", HOSTS)
def test_what_is_not_there_is_named_and_nothing_is_printed(pool: Simulated, host: str) -> None:
    result = pool.run(host, "ovs-vsctl list-br -- port-to-br bond9")
    assert (result.stdout, result.stderr, result.status) == (
        "",
        "ovs-vsctl: no port named bond9\n",
        1,
    )


def test_the_version_is_that_of_the_host(pool: Simulated) -> None:
    shown = [pool.printed(host, "ovs-vsctl --version").splitlines() for host in HOSTS]
    assert shown == [
        ["ovs-vsctl (Open vSwitch) 1.0.99"],
        ["ovs-vsctl (Open vSwitch) 2.5.3", "DB Schema 7.12.1"],
        ["ovs-vsctl (Open vSwitch) 2.17.7", "DB Schema 8.3.0"],
    ]


def test_a_database_that_is_not_there_is_waited_for_by_the_old_version(pool: Simulated) -> None:
    line = "OVS_RUNDIR=/nowhere ovs-vsctl list-br"
    assert pool.run("xenserver1", line).hangs
    result = pool.run("xcp83", line)
    assert (result.status, result.stderr) == (
        1,
        "ovs-vsctl: unix:/nowhere/db.sock: database connection failed "
        "(No such file or directory)\n",
    )


Real = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """The real ovs-vsctl, on a database with the bridges and bonds of a simulated host."""
    folder = tmp_path_factory.mktemp("ovs")
    with Namespaces("host") as namespaces, Vswitch(namespaces, "host", folder) as vswitch:
        for bridge, bond, members in (
            ("xapi0", "bond0", ("eth0", "eth2")),
            ("xapi1", "bond1", ("eth1", "eth3")),
        ):
            vswitch.vsctl("--no-wait", "add-br", bridge, "--", "add-bond", bridge, bond, *members)

        def ask(line: str) -> "subprocess.CompletedProcess[str]":
            words = ["ovs-vsctl", *line.split()]
            environment = os.environ | vswitch.env
            return subprocess.run(
                words, capture_output=True, text=True, timeout=20, check=False, env=environment
            )

        yield ask


@pytest.mark.ovs
@pytest.mark.parametrize("line", LINES)
def test_its_words_and_status_are_those_of_the_real_one(
    pool: Simulated, real: Real, line: str
) -> None:
    simulated, truly = pool.run("xcp83", f"ovs-vsctl {line}"), real(line)
    assert (simulated.stdout, simulated.stderr, simulated.status) == (
        truly.stdout,
        truly.stderr,
        truly.returncode,
    )
