"""Bonds of the simulated hosts do what Open vSwitch does, and print it in its words."""

from pathlib import Path

import pytest

from tests.demo.simulated import HOSTS, Simulated

FIXTURES = Path(__file__).parents[1] / "fixtures" / "bond-show"


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


@pytest.mark.parametrize("bond", ["bond0", "bond1"])
def test_xenserver_6_0_2_prints_what_the_operator_captured(pool: Simulated, bond: str) -> None:
    captured = (FIXTURES / f"xenserver-6.0.2-{bond}.txt").read_text()
    assert pool.printed("xenserver1", f"ovs-appctl bond/show {bond}") == captured


def test_xcp_ng_8_2_prints_a_header_the_active_mac_and_may_enable(pool: Simulated) -> None:
    assert pool.printed("xcp82", "ovs-appctl bond/show bond0").splitlines() == [
        "---- bond0 ----",
        "bond_mode: active-backup",
        "bond may use recirculation: no, Recirc-ID : -1",
        "bond-hash-basis: 0",
        "updelay: 31000 ms",
        "downdelay: 200 ms",
        "lacp_status: off",
        "active slave mac: 02:15:17:00:01:00(eth0)",
        "",
        "slave eth0: enabled",
        "\tactive slave",
        "\tmay_enable: true",
        "",
        "slave eth2: enabled",
        "\tmay_enable: true",
        "",
    ]


def test_xcp_ng_8_3_says_member_and_indents_by_spaces(pool: Simulated) -> None:
    assert pool.printed("xcp83", "ovs-appctl bond/show bond1").splitlines()[4:] == [
        "lb_output action: disabled, bond-id: -1",
        "updelay: 31000 ms",
        "downdelay: 200 ms",
        "lacp_status: off",
        "lacp_fallback_ab: false",
        "active-backup primary: <none>",
        "active member mac: 02:15:17:00:02:01(eth1)",
        "",
        "member eth1: enabled",
        "  active member",
        "  may_enable: true",
        "",
        "member eth3: enabled",
        "  may_enable: true",
        "",
    ]


@pytest.mark.parametrize("host", HOSTS)
def test_a_dead_uplink_is_not_seen(pool: Simulated, host: str) -> None:
    command = "ovs-appctl bond/show bond0; ovs-appctl bond/show bond1"
    before = pool.printed(host, command)
    pool.fault("switch1.uplink down")
    assert pool.printed(host, command) == before


@pytest.mark.parametrize("host", HOSTS)
def test_a_reset_switch_loses_the_active_members_for_good(pool: Simulated, host: str) -> None:
    pool.fault("switch1.reset")
    pool.now += 0.1
    assert pool.active(host, "bond0") == "eth0"
    assert "downdelay expires in 100 ms" in pool.printed(host, "ovs-appctl bond/show bond0")
    pool.now += 0.1
    assert (pool.active(host, "bond0"), pool.active(host, "bond1")) == ("eth2", "eth3")
    pool.now += 3600
    assert (pool.active(host, "bond0"), pool.active(host, "bond1")) == ("eth2", "eth3")


def test_a_member_that_came_back_waits_for_the_updelay(pool: Simulated) -> None:
    pool.fault("switch1.reset")
    pool.now += 6
    shown = pool.printed("xcp83", "ovs-appctl bond/show bond0")
    assert "member eth0: disabled\n  updelay expires in 30000 ms\n  may_enable: true\n" in shown
    pool.now += 30
    assert "member eth0: enabled" in pool.printed("xcp83", "ovs-appctl bond/show bond0")


def test_without_any_enabled_member_the_first_to_return_skips_the_updelay(pool: Simulated) -> None:
    pool.fault("switch1.off", "switch2.off")
    pool.now += 1
    assert pool.active("xcp82", "bond0") is None
    shown = pool.printed("xcp82", "ovs-appctl bond/show bond0")
    assert "active slave\n" not in shown
    assert "active slave mac: 02:15:17:00:01:" in shown
    pool.fault("switch2.on")
    assert pool.active("xcp82", "bond0") == "eth2"
    assert "slave eth2: enabled\n\tactive slave\n" in pool.printed("xcp82", "ovs-appctl bond/show")


def test_a_member_that_flaps_within_the_downdelay_stays_active(pool: Simulated) -> None:
    pool.fault("switch1.off")
    pool.now += 0.1
    pool.fault("switch1.on")
    pool.now += 60
    assert pool.active("xcp82", "bond0") == "eth0"


@pytest.mark.parametrize(
    ("host", "word"), [("xenserver1", "slave"), ("xcp82", "slave"), ("xcp83", "member")]
)
def test_setting_the_active_member_answers_in_the_words_of_the_version(
    pool: Simulated, host: str, word: str
) -> None:
    def ask(arguments: str) -> tuple[str, str]:
        result = pool.run(host, f"ovs-appctl bond/set-active-slave {arguments}")
        return result.stdout, result.stderr.partition("\n")[0]

    assert ask("bond0 eth2") == ("done\n", "")
    assert pool.active(host, "bond0") == "eth2"
    assert ask("bond0 eth2") == ("no change\n", "")
    assert ask("bond9 eth2") == ("", "no such bond")
    assert ask("bond0 eth9") == ("", f"no such {word}")
    pool.fault("switch1.off")
    pool.now += 1
    assert ask("bond0 eth0") == ("", f"cannot make disabled {word} active")


def test_bond_list_has_the_columns_of_the_version(pool: Simulated) -> None:
    heads = [pool.printed(host, "ovs-appctl bond/list").splitlines()[:2] for host in HOSTS]
    assert heads == [
        ["bridge\tbond\ttype\tslaves", "xapi0\tbond0\tactive-backup\teth2, eth0"],
        ["bond\ttype\trecircID\tslaves", "bond0\tactive-backup\t0\teth2, eth0"],
        ["bond\ttype\trecircID\tmembers", "bond0\tactive-backup\t0\teth2, eth0"],
    ]


def test_a_refusal_exits_2_and_says_so_as_the_version_does(pool: Simulated) -> None:
    old, new = (pool.run(host, "ovs-appctl bond/show") for host in ("xenserver1", "xcp82"))
    assert (old.status, old.stderr) == (
        2,
        "no such bond\novs-appctl: ovs-vswitchd: server returned reply code 501\n",
    )
    assert new.stdout.count("----\n") == 2
    unknown = [pool.run(host, "ovs-appctl lacp/nonsense") for host in HOSTS]
    assert [result.stderr.splitlines() for result in unknown] == [
        [
            '"lacp/nonsense" is not a valid command',
            "ovs-appctl: ovs-vswitchd: server returned reply code 400",
        ],
        [
            '"lacp/nonsense" is not a valid command',
            "ovs-appctl: ovs-vswitchd: server returned an error",
        ],
        [
            '"lacp/nonsense" is not a valid command '
            '(use "list-commands" to see a list of valid commands)',
            "ovs-appctl: ovs-vswitchd: server returned an error",
        ],
    ]


def test_what_cannot_be_asked_exits_1(pool: Simulated) -> None:
    for line in ("OVS_RUNDIR=/nowhere ovs-appctl bond/show", "ovs-appctl -t /no.ctl bond/show"):
        result = pool.run("xcp82", line)
        assert (result.status, "No such file or directory" in result.stderr) == (1, True)
    assert pool.run("xcp82", "ovs-appctl").status == 1
    assert pool.run("xenserver1", "ovs-appctl --timeout=3 bond/list").status == 1
    assert pool.run("xcp82", "ovs-appctl --timeout=3 bond/list").status == 0
