"""The lab is what it claims to be, before anything is proven with it."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.labs.lacp import BOND, LacpLab
from tests.labs.netns import MARKERS, Namespaces, namespaces_of
from tests.labs.ovs import MANAGEMENT, STORAGE, OvsLab
from tests.labs.waiting import wait_for

pytestmark = pytest.mark.ovs

ROOT = Path(__file__).parents[2]


def test_the_lab_starts_with_both_members_enabled_and_eth0_active(healed_lab: OvsLab) -> None:
    assert healed_lab.enabled("bond0") == {"eth0": True, "eth2": True}
    assert healed_lab.active("bond0") == "eth0"
    assert healed_lab.ping(5).loss == 0


def test_the_active_member_can_be_set(healed_lab: OvsLab) -> None:
    assert healed_lab.set_active("bond0", "eth2").strip() == "done"
    assert healed_lab.active("bond0") == "eth2"
    healed_lab.wait_for(healed_lab.reaches)


def test_lost_carrier_moves_the_active_member_and_its_return_does_not(healed_lab: OvsLab) -> None:
    healed_lab.carrier("eth0", up=False)
    healed_lab.wait_for(lambda: healed_lab.active("bond0") == "eth2")
    assert healed_lab.enabled("bond0") == {"eth0": False, "eth2": True}
    healed_lab.wait_for(healed_lab.reaches)
    healed_lab.carrier("eth0", up=True)
    healed_lab.wait_for(lambda: healed_lab.all_enabled("bond0"))
    assert healed_lab.active("bond0") == "eth2"


def test_a_cut_uplink_stops_traffic_though_the_bond_sees_nothing(healed_lab: OvsLab) -> None:
    healed_lab.cut_uplink("sw1")
    dead = healed_lab.ping(5)
    assert dead.loss == 1
    assert dead.longest_gap == pytest.approx(5 * dead.interval)
    assert healed_lab.enabled("bond0") == {"eth0": True, "eth2": True}
    assert healed_lab.active("bond0") == "eth0"
    healed_lab.restore_uplink("sw1")
    healed_lab.wait_for(healed_lab.reaches)


def test_with_an_uplink_cut_the_other_member_still_reaches_the_gateway(healed_lab: OvsLab) -> None:
    healed_lab.cut_uplink("sw1")
    healed_lab.set_active("bond0", "eth2")
    healed_lab.wait_for(healed_lab.reaches)


def test_tcp_passes_from_the_gateway_to_the_host(healed_lab: OvsLab) -> None:
    """The userspace datapath would drop it, had the lab left checksums to the veth."""
    serve = "import socket; s = socket.create_server(('', 7)); print(flush=True); s.accept()"
    dial = f"import socket; socket.create_connection(({MANAGEMENT.address!r}, 7), 10)"
    listening = healed_lab.namespaces.argv("host", sys.executable, "-c", serve)
    with subprocess.Popen(listening, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == "\n"
            healed_lab.exec("gw", sys.executable, "-c", dial)
        finally:
            server.kill()


@pytest.mark.parametrize("prefix", [(), ("gw",), ("sw1",)], ids=["outside", "gw", "sw1"])
def test_a_spawned_appctl_finds_this_instance_from_any_namespace(
    ovs_lab: OvsLab, prefix: tuple[str, ...]
) -> None:
    argv = ["ovs-appctl", "bond/list"]
    argv = ovs_lab.namespaces.argv(prefix[0], *argv) if prefix else argv
    environment = {**os.environ, **ovs_lab.env}
    printed = subprocess.run(argv, env=environment, capture_output=True, text=True, check=True)
    assert printed.stdout == ovs_lab.appctl("bond/list")


def test_an_unknown_bond_is_refused_by_appctl(ovs_lab: OvsLab) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refusal:
        ovs_lab.appctl("bond/show", "nobond")
    assert refusal.value.returncode == 2
    assert refusal.value.stderr.splitlines() == [
        "no such bond",
        "ovs-appctl: ovs-vswitchd: server returned an error",
    ]


def _request(control: socket.socket, number: int, method: str, *params: str) -> object:
    control.sendall(json.dumps({"id": number, "method": method, "params": params}).encode())
    raw = b""
    while not raw.endswith(b"}"):
        raw += control.recv(65536)
    return json.loads(raw)


def test_one_connection_to_the_control_socket_answers_many_requests(healed_lab: OvsLab) -> None:
    shown = healed_lab.appctl("bond/show")
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(10)
        control.connect(str(healed_lab.ctl_socket))
        for number in range(100):
            reply = _request(control, number, "bond/show")
            assert reply == {"id": number, "result": shown, "error": None}
        refusal = _request(control, 100, "bond/show", "nobond")
    assert refusal == {"id": 100, "error": "no such bond\n"}


def test_two_bonds_reach_their_own_gateways(two_bond_lab: OvsLab) -> None:
    assert two_bond_lab.active("bond0") == "eth0"
    assert two_bond_lab.active("bond1") == "eth1"
    assert two_bond_lab.reaches()
    assert two_bond_lab.reaches(STORAGE.gateway)


def test_a_dead_main_switch_is_overcome_bond_by_bond(two_bond_lab: OvsLab) -> None:
    two_bond_lab.heal()
    two_bond_lab.cut_uplink("sw1")
    two_bond_lab.set_active("bond0", "eth2")
    two_bond_lab.wait_for(two_bond_lab.reaches)
    assert two_bond_lab.ping(3, address=STORAGE.gateway).loss == 1


def test_lacp_is_negotiated_and_survives_the_loss_of_one_member(lacp_lab: LacpLab) -> None:
    assert "status: active negotiated" in lacp_lab.appctl("lacp/show", BOND)
    lacp_lab.carrier("eth0", up=False)
    lacp_lab.wait_for(lambda: lacp_lab.enabled(BOND) == {"eth0": False, "eth2": True})
    assert "lacp_status: negotiated" in lacp_lab.appctl("bond/show", BOND)
    lacp_lab.carrier("eth0", up=True)
    lacp_lab.wait_for(lacp_lab.negotiated)


STAYS = ("sh", "-c", "echo; exec sleep 600")
"""Says a line once it runs in its namespace, then stays."""


def test_nothing_is_left_after_an_exception(tmp_path: Path) -> None:
    pids: list[int] = []
    with pytest.raises(ZeroDivisionError):
        _break_a_lab(lab := OvsLab(tmp_path), pids)
    assert len(pids) == 3
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert namespaces_of(lab.namespaces.prefix) == []
    assert not (MARKERS / lab.namespaces.prefix).exists()


def _break_a_lab(lab: OvsLab, pids: list[int]) -> None:
    stays: subprocess.Popen[bytes] | None = None
    try:
        with lab:
            stays = subprocess.Popen(lab.namespaces.argv("gw", *STAYS), stdout=subprocess.PIPE)
            assert stays.stdout is not None
            stays.stdout.readline()
            pids += [stays.pid, *(int(file.read_text()) for file in lab.rundir.glob("*.pid"))]
            raise ZeroDivisionError
    finally:
        if stays is not None:
            stays.communicate(timeout=10)


def test_two_labs_at_once_do_not_meet() -> None:
    with Namespaces("box") as one:
        with Namespaces("box") as other:
            assert one.name("box") != other.name("box")
        assert namespaces_of(one.prefix) == [one.name("box")]


CRASH = f"""
import os, signal, subprocess
from tests.labs.netns import Namespaces
left = Namespaces("box").__enter__()
pipes = dict(stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
stays = subprocess.Popen(left.argv("box", *{STAYS}), **pipes)
stays.stdout.readline()
print(left.prefix, stays.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_next_lab_removes_what_a_killed_run_left() -> None:
    argv = [sys.executable, "-c", CRASH]
    crashed = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, timeout=60)
    prefix, pid = crashed.stdout.split()
    with Namespaces():
        assert namespaces_of(prefix) == []
        assert not (MARKERS / prefix).exists()
        wait_for(lambda: not _runs(int(pid)), 10)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
