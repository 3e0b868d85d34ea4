"""The OpenFlow way against a switch of a test, under every Python: no privilege is needed."""

from pathlib import Path
from typing import Any

from collectors.reachability_answer import Row, parse_report
from tests.collectors.onhost.frames import BROADCAST, NOBODY, OTHER, THEIRS, THERE
from tests.collectors.onhost.openflow_switch import Switch
from tests.collectors.onhost.program import HOST, every_python, run
from tests.labs.pythons import Interpreter

PORTS = {"nowhere0": 1, "nowhere2": 2, "xapi0": 65534}
"""No devices of this machine, so that raw sockets are not to be had for them."""


def switch(folder: Path, *answering: str, **facts: Any) -> Switch:
    """A bridge xapi0 behind whose first member these devices answer."""
    return Switch(folder / "xapi0.mgmt", PORTS, {1: answering}, **facts)


def probed(python: Interpreter, folder: Path, extra: str = "", *more: str) -> dict[str, Row]:
    """One round through both members; its rows by member."""
    done = run(
        python,
        *("probe", "--timeout", "0.3", "--interval", "0.02", "--rundir", str(folder), *more),
        *("--bond", "bond0", "--bridge", "xapi0", "--device", "xapi0", "--active", "nowhere0"),
        *("--member", "nowhere0", "--member", "nowhere2", "--destination", THERE + extra),
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return {row.member: row for row in parse_report(done.stdout.decode()).rows}


@every_python
def test_answers_are_counted_by_the_bridge_and_its_rules_are_removed(
    python: Interpreter, tmp_path: Path
) -> None:
    with switch(tmp_path, THEIRS) as bridge:
        rows = probed(python, tmp_path)
    answered, silent = rows["nowhere0"], rows["nowhere2"]
    assert (answered.way, answered.sent, answered.reason) == ("openflow", 3, None)
    assert [(answer.mac, answer.received) for answer in answered.answers] == [(None, 3)]
    assert (silent.sent, silent.answers) == (3, ())
    assert bridge.rules == []
    assert bridge.removed
    assert {rule.cookie & ~0xFF for rule in bridge.removed} == {HOST.COOKIE}
    assert all(0 < rule.lasts < 10 for rule in bridge.removed)
    assert set(bridge.echoes) == {b"here"}


@every_python
def test_each_member_asks_by_its_own_port_from_its_own_address(
    python: Interpreter, tmp_path: Path
) -> None:
    with switch(tmp_path) as bridge:
        probed(python, tmp_path)
    asked = {port: {frame for at, frame in bridge.sent if at == port} for port in (1, 2)}
    assert asked == {
        port: {HOST.arp_request(HOST.private_mac("xapi0", nic), BROADCAST, None, NOBODY, THERE)}
        for nic, port in (("nowhere0", 1), ("nowhere2", 2))
    }


@every_python
def test_the_answer_of_the_known_device_is_told_from_anothers(
    python: Interpreter, tmp_path: Path
) -> None:
    with switch(tmp_path, THEIRS, OTHER):
        rows = probed(python, tmp_path, f",hint={THEIRS}")
    assert {answer.mac for answer in rows["nowhere0"].answers} == {THEIRS, None}


@every_python
def test_a_bridge_that_wants_no_rules_is_not_asked_to_send(
    python: Interpreter, tmp_path: Path
) -> None:
    with switch(tmp_path, refuses=(3, 1)) as bridge:
        rows = probed(python, tmp_path, "", "--way", "openflow")
    assert {row.reason for row in rows.values()} == {"openflow_refused"}
    assert {row.text for row in rows.values()} == {"xapi0: OpenFlow error type 3, code 1"}
    assert bridge.sent == []


@every_python
def test_a_bridge_that_hangs_up_while_it_is_asked_proves_nothing(
    python: Interpreter, tmp_path: Path
) -> None:
    with switch(tmp_path, hangs_up=True):
        rows = probed(python, tmp_path)
    assert {row.reason for row in rows.values()} == {"openflow_refused"}


@every_python
def test_a_member_that_is_no_port_of_the_bridge_is_told_and_the_other_is_asked(
    python: Interpreter, tmp_path: Path
) -> None:
    with Switch(tmp_path / "xapi0.mgmt", {"nowhere0": 1}, {1: (THEIRS,)}):
        rows = probed(python, tmp_path)
    assert rows["nowhere2"].reason == "no_such_device"
    assert rows["nowhere2"].text == (
        "nowhere2: No such device; OpenFlow: nowhere2 is no port of bridge xapi0"
    )
    assert rows["nowhere0"].answers[0].received == 3
