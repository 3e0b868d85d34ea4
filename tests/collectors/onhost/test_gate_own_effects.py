"""The effects that are no programs: learning packets, and the few files that may be written."""

import json
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.collectors.onhost.gate_program import GATE, Gate, answered, done, reason
from tests.collectors.onhost.program import every_python
from tests.labs import sniffer
from tests.labs.netns import Namespaces
from tests.labs.pythons import Interpreter, interpreters

ANNOUNCE, WRITE = "xenlens-announce", "xenlens-write"
MAC, OTHER = "02:16:3e:00:00:0a", "02:16:3e:00:00:0b"
ALL, RARP = "ff:ff:ff:ff:ff:ff", 0x8035
SCAN, STATE = "/sys/class/scsi_host/host0/scan", "/sys/block/sda/device/state"
NO_HOST, NO_DISK = "/sys/class/scsi_host/host99999/scan", "/sys/block/sdzzzzz/device/state"


@pytest.fixture
def gate(gate: Gate) -> Gate:
    """The same, and its lock is taken."""
    gate.take()
    return gate


def allowed(path: str, value: str) -> bool:
    """Whether this may be written."""
    try:
        GATE.check_effect([WRITE, path, value])
    except GATE.Refused as refused:
        found: str = refused.reason
        return found != "forbidden_path"
    return True


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (SCAN, "- - -"),
        ("/sys/class/scsi_host/host12/scan", "- 0 1"),
        (SCAN, "- 12 255"),
        (STATE, "running"),
        ("/sys/block/sdabc/device/state", "running"),
    ],
)
def test_a_scan_and_a_disk_that_is_to_run_may_be_written(path: str, value: str) -> None:
    assert allowed(path, value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/etc/passwd", "running"),
        ("", "- - -"),
        (SCAN, "running"),
        (SCAN, "0 0 0"),
        (SCAN, "- -"),
        (SCAN, "- 0 -"),
        (SCAN, "- - -\n"),
        (SCAN, "- - - x"),
        (SCAN, ""),
        (SCAN, "- 1 \u0661"),
        (STATE, "offline"),
        (STATE, "- - -"),
        (STATE, "running\n"),
        (f"{SCAN}\n", "- - -"),
        (f"{SCAN}/../../../../../etc/passwd", "- - -"),
        (f" {SCAN}", "- - -"),
        (f"/x{SCAN}", "- - -"),
        ("/sys/class/scsi_host/host/scan", "- - -"),
        ("/sys/class/scsi_host/host1/../host2/scan", "- - -"),
        ("/sys/class/scsi_host/host\u0661/scan", "- - -"),
        ("/sys/class/scsi_host/host0/state", "running"),
        ("/sys/class/scsi_host/hosts/scan", "- - -"),
        ("sys/class/scsi_host/host0/scan", "- - -"),
        ("/sys/block/sda/device/delete", "1"),
        ("/sys/block/sda/device/delete", "running"),
        ("/sys/block/sda1/device/state", "running"),
        ("/sys/block/dm-0/device/state", "running"),
        ("/sys/block/sd/device/state", "running"),
        ("/sys/block/../block/sda/device/state", "running"),
        ("/sys/block/sda/device/../device/state", "running"),
        ("/proc/sysrq-trigger", "b"),
    ],
)
def test_nothing_else_may_be_written(path: str, value: str) -> None:
    assert not allowed(path, value)


@every_python
def test_a_forbidden_path_is_refused_before_anything_begins(
    python: Interpreter, tmp_path: Path
) -> None:
    gate, file = Gate(python, tmp_path / "gate"), tmp_path / "file"
    gate.take()
    answer = gate.act(WRITE, str(file), "running")
    assert reason(answer) == "forbidden_path"
    assert str(file) in answer["text"]
    assert not file.exists()
    assert reason(gate.act("true")) == ""


@every_python
@pytest.mark.parametrize(("path", "value"), [(NO_HOST, "- - -"), (NO_DISK, "running")])
def test_a_path_that_is_not_there_fails_and_is_not_made(
    python: Interpreter, tmp_path: Path, path: str, value: str
) -> None:
    gate = Gate(python, tmp_path / "gate")
    gate.take()
    answer = gate.act(WRITE, path, value)
    assert (reason(answer), answer["exit_status"]) == ("", 1)
    assert answer["stderr"] == f"xenlens_gate: {WRITE}: No such file or directory\n"


def test_a_value_is_written_with_the_newline_that_the_kernel_wants(tmp_path: Path) -> None:
    file = tmp_path / "state"
    file.write_text("offline\n")
    GATE.write_value([WRITE, str(file), "running"])
    assert file.read_text() == "running\n"


@pytest.mark.parametrize("words", [(), (SCAN,), (SCAN, "-", "-", "-")])
def test_a_write_of_another_form_is_not_understood(gate: Gate, words: tuple[str, ...]) -> None:
    ran = done(gate.acting(WRITE, *words))
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr == b"xenlens_gate: xenlens-write takes a path and a value\n"


@pytest.mark.parametrize(
    "words",
    [
        "eth0",
        "eth0 02:16:3e:00:00",
        f"eth0 {MAC}:00",
        f"eth0 {MAC}/0",
        f"eth0 {MAC}/4095",
        f"eth0 {MAC}/",
        f"eth0 {MAC}/1x",
        f"eth0 {MAC} {ALL}",
        "eth0 01:16:3e:00:00:0a",
    ],
)
def test_an_announcement_of_what_is_no_device_is_not_understood(gate: Gate, words: str) -> None:
    ran = done(gate.acting(ANNOUNCE, *words.split()))
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.startswith(b"xenlens_gate: xenlens-announce takes ")
    assert reason(gate.act("true")) == ""


@every_python
@pytest.mark.parametrize("device", ["no-such-device", "a-name-that-is-too-long"])
def test_a_device_that_is_not_there_is_told(
    python: Interpreter, tmp_path: Path, device: str
) -> None:
    gate = Gate(python, tmp_path / "gate")
    gate.take()
    answer = gate.act(ANNOUNCE, device, MAC)
    assert (reason(answer), answer["exit_status"]) == ("", 1)
    assert answer["stderr"].startswith("xenlens_gate: xenlens-announce: ")


def test_the_frame_is_the_one_that_open_vswitch_composes() -> None:
    """lib/packets.c, compose_rarp: sender and target are the MAC itself, addresses are 0."""
    ours = bytes.fromhex(MAC.replace(":", ""))
    rarp = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 3) + (ours + bytes(4)) * 2
    head = b"\xff" * 6 + ours
    assert GATE.learning_frame(MAC, 0) == (head + b"\x80\x35" + rarp).ljust(60, b"\0")
    tagged = head + b"\x81\x00\x00\x14\x80\x35" + rarp
    assert GATE.learning_frame(MAC, 20) == tagged.ljust(60, b"\0")


@pytest.mark.ovs
def test_each_mac_is_announced_once_by_the_device(tmp_path: Path) -> None:
    with Namespaces("host", "switch") as lab:
        lab.cable("host", "eth0", "switch", "port1")
        listening = lab.argv("switch", sys.executable, str(sniffer.__file__), "port1")
        with subprocess.Popen(
            listening, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as ear:
            assert ear.stdout is not None
            assert ear.stdout.readline() == "listening\n"
            for python in interpreters():
                gate = Gate(python, tmp_path / str(python))
                gate.take()
                line = gate.acting(ANNOUNCE, "eth0", MAC, f"{OTHER}/20")
                answer = answered(lab.argv("host", *line))
                assert (reason(answer), answer["exit_status"], answer["stderr"]) == ("", 0, "")
            frames = json.loads(ear.communicate(timeout=20)[0])
    heard = [frame for frame in frames if frame[1] in (MAC, OTHER)]
    # The kernel takes a tag off and keeps it beside the frame, where this sniffer does not look.
    assert heard == [[ALL, MAC, RARP], [ALL, OTHER, RARP]] * len(interpreters())


def test_an_announcement_is_a_step_like_any_other(gate: Gate) -> None:
    line = (ANNOUNCE, "no-such-device", MAC)
    assert reason(gate.act(*line)) == ""
    assert reason(gate.act(*line)) == "done_before"
    assert reason(replace(gate, owner="b-2").act(*line)) == "not_held"
