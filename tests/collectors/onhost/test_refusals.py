"""What is said of a member for which neither way, or no way at all, is to be had."""

import errno
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.collectors.onhost.program import HOST

ROOT, NOBODY = 0, 65534
UP = HOST.IFF_UP | HOST.IFF_RUNNING
FORBIDDEN, UNKNOWN = "eth0: Operation not permitted", "eth0: No such device"
MISSING = "OpenFlow: xenbr0.mgmt: No such file or directory"


class Machine:
    """The devices of a host, and what its kernel says to a raw socket."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.flags = {"eth0": UP, "xenbr0": UP}
        self.refusal: int | None = errno.EPERM
        self.user = NOBODY
        patched.setattr(HOST, "flags_of", self._flags_of)
        patched.setattr(HOST, "mac_of", lambda device: "5a:00:00:00:00:02")
        patched.setattr(HOST, "Port", self._port)
        patched.setattr(HOST.posix, "geteuid", lambda: self.user)

    def _flags_of(self, device: str) -> int:
        if device not in self.flags:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        return int(self.flags[device])

    def _port(self, *told: Any) -> None:
        if self.refusal is not None:
            raise OSError(self.refusal, os.strerror(self.refusal))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A host on which a user who is not root may open no raw socket."""
    return Machine(monkeypatch)


def refused(folder: Path, *facts: str, way: str = "auto") -> tuple[str | None, str]:
    """Reason and text of eth0, a member of bond0 on xenbr0."""
    bond = ("--bond", "bond0", "--bridge", "xenbr0", "--device", "xenbr0", "--member", "eth0")
    words = ["--way", way, "--rundir", str(folder), *bond, "--destination", "192.0.2.9", *facts]
    options, bonds = HOST.read_options(words)
    turn = HOST.Round(options)
    turn.prepare(bonds)
    turn.close()
    (row,) = turn.rows
    return row.reason, row.text


@pytest.mark.parametrize(
    ("way", "reason", "text"),
    [
        ("raw", "not_permitted", f"{FORBIDDEN}; run it as root"),
        ("auto", "not_permitted", f"{FORBIDDEN}; {MISSING}; run it as root"),
        ("openflow", "openflow_refused", MISSING.removeprefix("OpenFlow: ")),
    ],
)
def test_what_is_not_permitted_names_every_way_that_was_tried_and_the_right_user(
    machine: Machine, tmp_path: Path, way: str, reason: str, text: str
) -> None:
    assert refused(tmp_path, way=way) == (reason, text)


def test_root_who_may_not_is_not_told_to_be_root(machine: Machine, tmp_path: Path) -> None:
    machine.user = ROOT
    assert refused(tmp_path) == ("not_permitted", f"{FORBIDDEN}; {MISSING}")


def test_a_device_that_is_not_there_is_the_reason_where_the_bridge_has_no_socket(
    machine: Machine, tmp_path: Path
) -> None:
    del machine.flags["eth0"]
    assert refused(tmp_path) == ("no_such_device", f"{UNKNOWN}; {MISSING}")


def test_a_socket_that_nobody_listens_to_is_as_good_as_none(
    machine: Machine, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(tmp_path / "xenbr0.mgmt"))
    text = f"{FORBIDDEN}; OpenFlow: xenbr0.mgmt: Connection refused; run it as root"
    assert refused(tmp_path) == ("not_permitted", text)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
@pytest.mark.parametrize(
    ("way", "before", "reason"),
    [
        ("auto", f"{UNKNOWN}; OpenFlow: ", "no_such_device"),
        ("openflow", "", "not_permitted"),
    ],
)
def test_a_socket_of_the_bridge_that_may_not_be_opened_is_for_root(
    machine: Machine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    way: str,
    before: str,
    reason: str,
) -> None:
    def forbidden(*told: Any) -> None:
        raise OSError(number, os.strerror(number))

    del machine.flags["eth0"]
    monkeypatch.setattr(HOST, "Bridge", forbidden)
    text = f"{before}xenbr0.mgmt: {os.strerror(number)}; run it as root"
    assert refused(tmp_path, way=way) == (reason, text)


def test_a_bridge_that_answers_and_refuses_is_the_reason(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*told: Any) -> None:
        raise HOST.Refused("openflow_refused", "xenbr0: speaks no OpenFlow 1.0")

    monkeypatch.setattr(HOST, "Bridge", refusing)
    text = f"{FORBIDDEN}; OpenFlow: xenbr0: speaks no OpenFlow 1.0; run it as root"
    assert refused(tmp_path) == ("openflow_refused", text)


def test_a_slb_member_without_the_quiet_rule_names_the_bridges_socket(
    machine: Machine, tmp_path: Path
) -> None:
    machine.refusal = None
    found = refused(tmp_path, "--mode", "balance-slb")
    assert found == ("openflow_refused", MISSING.removeprefix("OpenFlow: "))


@pytest.mark.parametrize(
    ("flags", "reason", "text"),
    [
        ({"xenbr0": 0}, "send_failed", "xenbr0 is administratively down"),
        ({}, "no_such_device", "xenbr0: No such device"),
    ],
)
def test_the_hosts_own_device_on_a_linux_bond_is_named_and_not_the_member(
    machine: Machine, tmp_path: Path, flags: dict[str, int], reason: str, text: str
) -> None:
    machine.flags = {"eth0": UP, **flags}
    found = refused(tmp_path, "--backend", "linux", "--active", "eth0")
    assert found == (reason, text)


def test_a_member_that_is_down_is_said_so_alone(machine: Machine, tmp_path: Path) -> None:
    machine.flags["eth0"] = 0
    assert refused(tmp_path) == ("link_down", "eth0 is administratively down")
