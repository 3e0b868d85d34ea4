"""The words that the program understands, and what it says of all others."""

import subprocess
from typing import Any

import pytest

from tests.collectors.onhost.program import HOST, PROGRAM, SWITCHES, every_python, run
from tests.labs.pythons import Interpreter

BOND = ("--bond", "bond0", "--bridge", "xapi0", "--device", "xapi0", "--member", "eth0")
TO = ("--destination", "10.255.77.1")
MAC, HINT = "5a:00:00:00:00:01", "5a:00:00:00:00:02"
USAGE: dict[tuple[str, ...], str] = {
    ("fly",): "no verb fly; there is: probe",
    ("probe",): "no --bond given",
    ("probe", "--count", "3"): "no --bond given",
    ("probe", "bond0"): "bond0: give --OPTION VALUE",
    ("probe", "-b", "bond0"): "-b: give --OPTION VALUE",
    ("probe", *BOND, *TO, "--member"): "--member: give --OPTION VALUE",
    ("probe", "--speed", "9", *BOND, *TO): "--speed: no such option here",
    ("probe", "--", "9"): "--: no such option here",
    ("probe", "--member", "eth0"): "--member: give --bond first",
    ("probe", "--timeout", "1", *TO): "--destination: give --bond first",
    ("probe", *BOND, *TO, "--count", "3"): "--count: give it before the first --bond",
    ("probe", *BOND, "--timeout", "1"): "--timeout: give it before the first --bond",
    ("probe", *BOND, *TO, "--speed", "9"): "--speed: no such option here",
    ("probe", *BOND): "bond bond0: needs at least one --member, one --destination and --device",
    ("probe", "--bond", "bond0", "--member", "eth0", *TO): (
        "bond bond0: needs at least one --member, one --destination and --device"
    ),
    ("probe", *BOND[:2], *BOND[4:6], *TO): (
        "bond bond0: needs at least one --member, one --destination and --device"
    ),
    ("probe", *BOND[:2], *BOND[4:], *TO): "bond bond0: needs --bridge",
    ("probe", *BOND, *TO, "--backend", "macvlan"): (
        "bond bond0: --backend: give openvswitch or linux"
    ),
    ("probe", "--way", "smoke", *BOND, *TO): "--way smoke: give auto, raw or openflow",
    ("probe", "--count", "many", *BOND, *TO): "--count many: give a number",
    ("probe", "--count", "1.5", *BOND, *TO): "--count 1.5: give a number",
    ("probe", "--count", "0", *BOND, *TO): "--count 0: give a number above 0, at most 60",
    ("probe", "--timeout", "-1", *BOND, *TO): "--timeout -1: give a number above 0, at most 60",
    ("probe", "--timeout", "1e9", *BOND, *TO): "--timeout 1e9: give a number above 0, at most 60",
    ("probe", "--interval", "nan", *BOND, *TO): (
        "--interval nan: give a number above 0, at most 60"
    ),
    ("probe", "--interval", "5", *BOND, *TO): (
        "--interval: 3 requests 5 s apart do not fit into --timeout 1"
    ),
    ("probe", "--count", "2", "--interval", "0.25", "--timeout", "0.25", *BOND, *TO): (
        "--interval: 2 requests 0.25 s apart do not fit into --timeout 0.25"
    ),
}
ADDRESSES = (
    "",
    "gateway",
    "10.255.77",
    "10.255.77.1 ",
    "10.255.77.1 or so",
    "010.255.77.1",
    "10.255.77.1.1",
    "10.255.77.256",
    "fe80::1",
    "10.255.77.1,vlan",
    "10.255.77.1,vlan=0",
    "10.255.77.1,vlan=4095",
    "10.255.77.1,vlan=twenty",
    "10.255.77.1,mac=5a:00",
    "10.255.77.1,hint=",
    "10.255.77.1,via=",
    "10.255.77.1,speed=9",
    "10.255.77.1,",
)


def read(*words: str) -> tuple[dict[str, Any], list[Any]]:
    """Options and bonds of a command line behind `probe`."""
    options, bonds = HOST.read_options(list(words))
    return options, bonds


def said(python: Interpreter, *words: str) -> tuple[int, bytes, list[str]]:
    """Exit status, standard output, and the lines on standard error."""
    done = run(python, *words)
    return done.returncode, done.stdout, done.stderr.decode().splitlines()


def test_without_options_the_round_is_the_usual_one() -> None:
    options, _ = read(*BOND, *TO)
    assert options == {
        "timeout": 1.0,
        "count": 3,
        "interval": 0.1,
        "way": "auto",
        "rundir": "/var/run/openvswitch",
    }


def test_options_of_the_round_come_before_the_first_bond() -> None:
    options, _ = read(
        *("--timeout", "0.5", "--count", "2", "--interval", "0.05", "--way", "openflow"),
        *("--rundir", "/run/ovs", *BOND, *TO),
    )
    assert options == {
        "timeout": 0.5,
        "count": 2,
        "interval": 0.05,
        "way": "openflow",
        "rundir": "/run/ovs",
    }


def test_a_bond_has_its_members_and_destinations_in_their_order() -> None:
    told = ("--mode", "balance-slb", "--active", "eth2", "--member", "eth2", *TO)
    _, (bond,) = read(*BOND, *told, "--destination", f"192.0.2.9,vlan=20,mac={MAC.upper()},via=x3")
    assert (bond.name, bond.mode, bond.backend) == ("bond0", "balance-slb", "openvswitch")
    assert (bond.bridge, bond.device, bond.active) == ("xapi0", "xapi0", "eth2")
    assert bond.members == ["eth0", "eth2"]
    near, far = bond.destinations
    assert (near.address, near.vlan, near.mac, near.hint, near.via) == (
        TO[1],
        None,
        None,
        None,
        None,
    )
    assert (far.address, far.vlan, far.mac, far.via) == ("192.0.2.9", 20, MAC, "x3")


def test_a_hint_is_not_certain() -> None:
    _, (bond,) = read(*BOND, "--destination", f"{TO[1]},hint={HINT}")
    (destination,) = bond.destinations
    assert (destination.mac, destination.hint) == (None, HINT)


def test_what_follows_a_bond_is_of_this_bond() -> None:
    linux = ("--bond", "bond1", "--backend", "linux", "--device", "bond1", "--member", "eth1")
    _, (first, second) = read(*BOND, *TO, *linux, "--destination", "192.0.2.9")
    assert [bond.members for bond in (first, second)] == [["eth0"], ["eth1"]]
    assert [bond.backend for bond in (first, second)] == ["openvswitch", "linux"]
    assert second.active is None


@every_python
def test_a_command_line_that_cannot_be_understood_is_one_line_and_status_2(
    python: Interpreter,
) -> None:
    for words, text in USAGE.items():
        assert said(python, *words) == (2, b"", [f"xenlens_host: {text}"])


def test_a_single_request_needs_no_interval() -> None:
    options, _ = read("--count", "1", "--interval", "5", *BOND, *TO)
    assert (options["count"], options["interval"], options["timeout"]) == (1, 5.0, 1.0)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_no_destination_is_refused_with_the_form_of_one(address: str) -> None:
    form = "give IPV4[,vlan=N][,mac=MAC][,hint=MAC][,via=DEVICE]"
    with pytest.raises(HOST.Usage) as refusal:
        read(*BOND, "--destination", address)
    assert str(refusal.value) == f"--destination {address}: {form}"


@every_python
@pytest.mark.parametrize("odd", ["eth\u00e4", "\udcff", "eth0\neth2", "\t"])
def test_words_in_letters_that_no_device_has_are_refused(python: Interpreter, odd: str) -> None:
    for words in ((odd,), ("probe", *BOND, *TO, "--member", odd)):
        status, printed, (line,) = said(python, *words)
        assert (status, printed) == (2, b"")
        assert line.endswith(": give printable ASCII characters")


@every_python
def test_without_words_it_tells_what_it_can(python: Interpreter) -> None:
    wrong = ("probe", "--count", "many", *BOND)
    asking = ((), ("--help",), ("help",), ("-h", "probe"), (*wrong, "--help"), (*wrong, "-h", "9"))
    for words in asking:
        done = run(python, *words)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode().startswith("What xenlens does on a host itself")


@every_python
@pytest.mark.parametrize("words", [("--help",), ("probe", *BOND, "--mode", "802.3ad", *TO)])
@pytest.mark.parametrize("standard_output", ["| true", ">&-"])
def test_a_reader_who_left_is_not_complained_of(
    python: Interpreter, words: tuple[str, ...], standard_output: str
) -> None:
    # The reader has left for certain once the program gets its text.
    command = f'(sleep 0.2; exec cat "$PROGRAM") | "$@" {standard_output}'
    argv = ["bash", "-c", command, "bash", *python.argv, *SWITCHES, "-", *words]
    done = subprocess.run(
        argv, env={"PROGRAM": str(PROGRAM)}, capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
