"""On a simulated host xenlens_gate.py decides and answers as the program itself does."""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from collectors.onhost import GATE, program
from tests.demo.gating import NEWER, OLD, B, Host, act, release, take

SCAN, STATE = "/sys/class/scsi_host/host0/scan", "/sys/block/sda/device/state"


@pytest.fixture
def host() -> Host:
    """A healthy host."""
    return Host()


def real(folder: Path, words: str) -> "subprocess.CompletedProcess[str]":
    """The program itself."""
    told = shlex.split(words)
    if told[:1] in (["take"], ["act"], ["release"], ["show"]):
        told[1:1] = ["--folder", str(folder / "gate")]
    return subprocess.run(
        [sys.executable, "-S", "-E", "-", *told],
        input=program(GATE),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


SEQUENCES = {
    "a lock is taken, renewed and given back": [take(), take(), release(), release(), take(B)],
    "a lock is held": [take(), take(B), act("true", B), release(B), act("true")],
    "a newer epoch takes over": [take(), take(NEWER), act("true"), take(), act("true", NEWER)],
    "an old epoch is refused for everything": [take(), take(OLD, "bond1"), act("true", OLD)],
    "nothing without a lock": [act("true"), take(), act("true", NEWER), act("true")],
    "a step happens once": [take(), act("echo hé"), act("echo hé"), act("echo hé", step="2")],
    "a step is another owner's": [take(), act("true"), release(), take(B), act("false", B)],
    "output, status, programs": [
        take(),
        act("sh -c 'echo oh >&2; exit 3'", step="1"),
        act("no-such-program -x", step="2"),
        act("env LC_ALL=C true", step="3"),
        act("/no/such", step="4"),
    ],
    "what may be written": [
        take(),
        act("xenlens-write /etc/passwd running"),
        act(f"xenlens-write {STATE} offline"),
        act(f"xenlens-write {SCAN} '- - -\n'"),
        act("xenlens-write /proc/sysrq-trigger b"),
    ],
    "what is known": [
        "show --object bond0",
        take(),
        act("sh -c 'exit 3'"),
        take(B, "„x“"),
        "show",
        "show --object bond0",
    ],
}


@pytest.mark.parametrize("lines", SEQUENCES.values(), ids=SEQUENCES.keys())
def test_a_sequence_of_calls_is_answered_as_the_program_answers_it(
    host: Host, lines: list[str], tmp_path: Path
) -> None:
    simulated = [without_times(host.ask(line)) for line in lines]
    truly = [without_times(json.loads(real(tmp_path, line).stdout)) for line in lines]
    assert simulated == truly


def without_times(found: dict[str, Any]) -> dict[str, Any]:
    """A document without what the clock says; whether there is a time is kept."""
    made: dict[str, Any] = {}
    for key, value in found.items():
        if key == "objects":
            made[key] = [without_times(each) for each in value]
        elif isinstance(value, dict):
            made[key] = without_times(value)
        elif key in ("seconds", "lease_left"):
            made[key] = value is not None and value >= 0
        else:
            made[key] = value.split(" another ")[0] if key == "text" else value
    return made


def test_a_lease_runs_out_on_the_models_clock(host: Host, tmp_path: Path) -> None:
    host.ask(take())
    host.pool.now += 59
    assert host.ask(take(B))["reason"] == "held"
    host.pool.now += 1
    assert host.ask(act("true"))["reason"] == "lease_expired"
    assert host.ask(take(B))["reason"] == ""


@pytest.mark.parametrize(
    "words",
    [
        "nonsense",
        "take --object",
        "take --object bond0 --lease 5 --owner a",
        take().replace("60", "0"),
        act("xenlens-announce eth0"),
        act("xenlens-announce eth0 02:16"),
        act("xenlens-write /a"),
        release() + " -- true",
    ],
)
def test_a_line_that_cannot_be_understood_is_refused_as_the_program_does(
    host: Host, words: str, tmp_path: Path
) -> None:
    simulated, truly = host.result(words), real(tmp_path, words)
    assert (simulated.status, simulated.stdout) == (2, "")
    assert (truly.returncode, truly.stdout) == (2, "")
    assert simulated.stderr == truly.stderr


@pytest.mark.parametrize("words", ["", "help", "-h", "--help"])
def test_it_tells_its_usage(host: Host, words: str, tmp_path: Path) -> None:
    assert host.result(words).stdout == real(tmp_path, words).stdout
    assert "xenlens-announce" in host.result(words).stdout


@pytest.mark.parametrize("name", ["xenserver1", "xcp82", "xcp83"])
def test_an_effect_changes_the_simulated_host(name: str) -> None:
    host = Host(name)
    host.ask(take())
    found = host.ask(act("ovs-appctl bond/set-active-slave bond0 eth2"))
    assert (found["reason"], found["exit_status"]) == ("", 0)
    assert host.pool.active(name, "bond0") == "eth2"


def test_a_step_that_was_begun_changes_nothing_again(host: Host) -> None:
    host.ask(take())
    line = act("ovs-appctl bond/set-active-slave bond0 eth2")
    host.ask(line)
    host.pool.printed("xcp83", "ovs-appctl bond/set-active-slave bond0 eth0")
    assert host.ask(line)["reason"] == "done_before"
    assert host.pool.active("xcp83", "bond0") == "eth0"


def test_without_the_lock_the_simulated_host_stays_as_it_is(host: Host) -> None:
    assert host.ask(act("ovs-appctl bond/set-active-slave bond0 eth2"))["reason"] == "not_held"
    assert host.pool.active("xcp83", "bond0") == "eth0"


@pytest.mark.parametrize(
    "argv",
    [
        "xenlens-announce eth0 02:16:3e:00:00:0a 02:16:3e:00:00:0b/20",
        f"xenlens-write {SCAN} '- - -'",
        f"xenlens-write {SCAN} '- 0 1'",
        f"xenlens-write {STATE} running",
    ],
)
def test_the_gates_own_effects_succeed(host: Host, argv: str) -> None:
    host.ask(take())
    found = host.ask(act(argv))
    assert (found["reason"], found["exit_status"], found["stderr"]) == ("", 0, "")
