"""An effect happens once, under its lock, within its deadline, and its result is kept."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.collectors.onhost.gate_program import (
    GATE,
    NO_EFFECT,
    Gate,
    reason,
    started,
)
from tests.collectors.onhost.program import every_python
from tests.labs.pythons import Interpreter, interpreters


@pytest.fixture
def gate(gate: Gate) -> Gate:
    """The same, and its lock is taken."""
    gate.take()
    return gate


@every_python
def test_an_effect_is_answered_with_what_it_printed_and_how_it_ended(
    python: Interpreter, folder: Path
) -> None:
    gate = Gate(python, folder)
    gate.take()
    answer = gate.act("sh", "-c", 'echo "$1"; echo oh >&2; exit 3', "sh", "hé '$x'\n")
    assert 0 <= answer.pop("seconds") < 20
    granted = {"xenlens_gate": 1, "granted": True, "reason": "", "text": ""}
    printed = {"stdout": "hé '$x'\n\n", "stderr": "oh\n"}
    ended = {"exit_status": 3, "timed_out": False, "still_there": False}
    assert answer == granted | printed | ended


@every_python
def test_a_step_happens_once_and_its_result_is_told_again(
    python: Interpreter, folder: Path, tmp_path: Path
) -> None:
    gate, log = Gate(python, folder), tmp_path / "log"
    gate.take()
    line = ("sh", "-c", f"echo once >>{log}; echo hé; printf '\\377%%'")
    first, second = gate.act(*line), gate.act(*line)
    assert (reason(first), reason(second)) == ("", "done_before")
    assert log.read_text() == "once\n"
    told = ("stdout", "stderr", "exit_status", "timed_out", "still_there")
    assert [first[key] for key in told] == [second[key] for key in told]
    assert first["stdout"] == "hé\n\ufffd%"
    assert second["seconds"] == pytest.approx(first["seconds"], abs=0.001)


def test_another_step_and_another_owner_have_effects_of_their_own(gate: Gate) -> None:
    assert reason(gate.act("true", step="1")) == ""
    assert reason(gate.act("true", step="2")) == ""
    newer = replace(gate, owner="b-2", epoch=6)
    newer.take()
    assert reason(newer.act("true", step="1")) == ""


def test_a_step_is_remembered_when_its_owner_takes_the_lock_again(gate: Gate) -> None:
    gate.act("true")
    gate.release()
    other = replace(gate, owner="b-2")
    other.take()
    other.release()
    gate.take()
    assert reason(gate.act("true")) == "done_before"


def test_without_the_lock_nothing_happens(gate: Gate, tmp_path: Path) -> None:
    line = ("touch", str(tmp_path / "acted"))
    for other in (
        replace(gate, owner="b-2"),
        replace(gate, object="another"),
        replace(gate, epoch=6),
    ):
        answer = other.act(*line)
        assert reason(answer) == "not_held"
        assert {key: answer[key] for key in NO_EFFECT} == NO_EFFECT
    assert not (tmp_path / "acted").exists()


def test_with_a_lease_that_is_over_nothing_happens(folder: Path, tmp_path: Path) -> None:
    gate = Gate(interpreters()[-1], folder)
    gate.take(0.01)
    assert reason(gate.act("touch", str(tmp_path / "acted"))) == "lease_expired"
    assert not (tmp_path / "acted").exists()
    gate.take()
    assert reason(gate.act("true")) == ""


@every_python
def test_an_effect_has_a_plain_environment_and_nothing_to_read(
    python: Interpreter, folder: Path
) -> None:
    gate = Gate(python, folder)
    gate.take()
    script = 'echo "$LC_ALL $PATH"; pwd; cat; ls -l /proc/self/fd | grep -c pipe'
    said = gate.act("sh", "-c", script)["stdout"].splitlines()
    locale, _, path = said[0].partition(" ")
    assert locale == "C"
    assert {"/opt/xensource/bin", "/usr/sbin", "/sbin"} <= set(path.split(":"))
    assert said[1:] == ["/", "2"]


def test_what_is_printed_without_end_is_cut(gate: Gate) -> None:
    script = "head -c 200000 /dev/zero | tr '\\0' x; head -c 200000 /dev/zero | tr '\\0' y >&2"
    answer = gate.act("sh", "-c", script)
    assert (answer["stdout"], answer["stderr"]) == ("x" * 65536, "y" * 65536)
    assert gate.act("true")["stdout"] == "x" * 65536


@every_python
@pytest.mark.parametrize(
    ("program", "status", "said"),
    [
        ("no-such-program", 127, "No such file or directory"),
        ("/no/such", 127, "No such file or directory"),
        ("/etc/passwd", 126, "Permission denied"),
    ],
)
def test_a_program_that_cannot_be_run_is_told(
    python: Interpreter, folder: Path, program: str, status: int, said: str
) -> None:
    gate = Gate(python, folder)
    gate.take()
    answer = gate.act(program, "-x")
    assert (answer["exit_status"], answer["stdout"]) == (status, "")
    assert answer["stderr"] == f"xenlens_gate: {program}: {said}\n"


def test_a_step_whose_record_is_damaged_is_not_repeated(gate: Gate) -> None:
    gate.act("true")
    (path,) = [each for each in gate.folder.iterdir() if each.name.startswith("step.")]
    path.write_bytes(path.read_bytes()[:-20])
    assert reason(gate.act("true")) == "damaged_state"


def test_nothing_happens_that_could_not_be_noted_before(gate: Gate, tmp_path: Path) -> None:
    gate.act("true")
    (path,) = [each for each in gate.folder.iterdir() if each.name.startswith("step.")]
    number = int(path.name[5:15]) + 1
    other = GATE.step_end(gate.object, gate.owner, "2")
    (gate.folder / f"new.step.{number:010}{other}").mkdir()
    answer = gate.act("touch", str(tmp_path / "acted"), step="2")
    assert reason(answer) == "unwritable_state"
    assert not (tmp_path / "acted").exists()


def test_the_begin_of_a_step_is_on_record_while_it_runs(gate: Gate, tmp_path: Path) -> None:
    with started(gate, tmp_path):
        step = gate.show("--object", gate.object)["objects"][0]["last_step"]
    assert (step["owner"], step["step"], step["seconds"]) == ("a-1", "1", None)
    assert step["command"].startswith("sh -c ")


def test_only_the_last_steps_are_remembered(gate: Gate) -> None:
    store = GATE.Folder(str(gate.folder))
    for number in range(GATE.MOST_STEPS + 2):
        store.begin({"object": gate.object, "owner": gate.owner, "step": str(number)})
        os.close(store.claimed)
    names = [f"{number:010}" for number in range(3, GATE.MOST_STEPS + 3)]
    assert [each[5:15] for each in store.steps()] == names
    assert store.step(gate.object, gate.owner, "1") is None
    assert store.step(gate.object, gate.owner, "2")["step"] == "2"
