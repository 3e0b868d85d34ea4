"""However an effect ends, its object is kept as long as it runs, and no longer."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.collectors.onhost.disk_program import is_gone, runs
from tests.collectors.onhost.gate_program import (
    NO_EFFECT,
    Gate,
    begun,
    document,
    reason,
    started,
    until,
)
from tests.collectors.onhost.program import every_python
from tests.labs.loopdisk import LoopDisk
from tests.labs.pythons import Interpreter


@pytest.fixture
def gate(gate: Gate) -> Gate:
    """The same, and its lock is taken."""
    gate.take()
    return gate


@every_python
def test_while_an_effect_runs_nobody_gets_its_object(
    python: Interpreter, folder: Path, tmp_path: Path
) -> None:
    gate = Gate(python, folder)
    gate.take()
    with started(gate, tmp_path) as under_way:
        newer = replace(gate, owner="b-2", epoch=6)
        assert reason(gate.act("true", step="2")) == "busy"
        assert reason(gate.act("true", step="1")) == "busy"
        assert reason(gate.take()) == "busy"
        assert reason(newer.take()) == "busy"
        assert reason(replace(newer, object="another").take()) == ""
        assert gate.show()["objects"][-1]["busy"] is True
        os.kill(under_way.effect, signal.SIGTERM)
        answer = document(under_way.gate.communicate(timeout=20)[0])
    assert (reason(answer), answer["exit_status"]) == ("", -signal.SIGTERM)
    assert reason(newer.take()) == ""


@every_python
def test_at_the_deadline_the_whole_process_group_is_killed(
    python: Interpreter, folder: Path, tmp_path: Path
) -> None:
    gate, noted = Gate(python, folder), tmp_path / "pids"
    gate.take()
    script = f"sleep 60 & echo $! $$ >{noted}; echo begun; sleep 61"
    answer = gate.act("sh", "-c", script, deadline=0.5)
    assert (answer["timed_out"], answer["still_there"]) == (True, False)
    assert (answer["exit_status"], answer["stdout"]) == (-signal.SIGKILL, "begun\n")
    assert 0.5 <= answer["seconds"] < 2.5
    assert [pid for pid in map(int, noted.read_text().split()) if runs(pid)] == []
    assert reason(gate.take()) == ""


@pytest.mark.fio
def test_what_cannot_even_be_killed_is_told_and_keeps_the_object(
    gate: Gate, tmp_path: Path
) -> None:
    newer = replace(gate, owner="b-2", epoch=6)
    with LoopDisk(16 << 20, tmp_path) as frozen_disk:
        with frozen_disk.frozen():
            answer = gate.act("touch", f"{frozen_disk.folder}/file", deadline=0.3)
            assert (answer["timed_out"], answer["still_there"]) == (True, True)
            assert answer["exit_status"] is None
            assert 2.3 <= answer["seconds"] < 5
            assert reason(newer.take()) == "busy"
        assert until(lambda: reason(newer.take()) == "")
    assert gate.show()["objects"][0]["last_step"]["still_there"] is True


def test_a_gate_that_is_killed_leaves_a_step_without_a_result(gate: Gate, tmp_path: Path) -> None:
    with started(gate, tmp_path) as under_way:
        under_way.gate.kill()
        under_way.gate.wait(20)
        assert reason(replace(gate, owner="b-2", epoch=6).take()) == "busy"
        assert reason(gate.show()) == ""
        os.killpg(under_way.effect, signal.SIGKILL)
        assert is_gone(under_way.effect)
    gate = replace(gate, epoch=6)
    assert until(lambda: reason(gate.take()) == "")
    answer = gate.act("true")
    assert reason(answer) == "done_before"
    assert {key: answer[key] for key in NO_EFFECT} == NO_EFFECT


def test_what_a_killed_gate_began_ends_soon_after_its_deadline(gate: Gate, tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    line = gate.acting("sh", "-c", f"echo $$ >{noted}; exec sleep 60", deadline=0.5)
    with begun(line) as process:
        assert until(lambda: noted.exists() and noted.read_text().endswith("\n"))
        process.kill()
    assert is_gone(int(noted.read_text()), 10)


@every_python
def test_when_the_connection_is_cut_the_effect_ends_and_its_result_is_kept(
    python: Interpreter, folder: Path, tmp_path: Path
) -> None:
    gate = Gate(python, folder)
    gate.take()
    script = "echo $$ >{0}.new; mv {0}.new {0}; while test -e {0}; do sleep 0.02; done; echo on"
    with started(gate, tmp_path, script) as under_way:
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            under_way.gate.send_signal(number)
        assert under_way.gate.stdout is not None
        under_way.gate.stdout.close()
        (tmp_path / "pid").unlink()
        assert under_way.gate.wait(20) == 0
    answer = gate.act("true")
    assert (reason(answer), answer["stdout"], answer["exit_status"]) == ("done_before", "on\n", 0)


def test_a_child_that_an_effect_leaves_behind_does_not_keep_the_object(
    gate: Gate, tmp_path: Path
) -> None:
    noted = tmp_path / "pid"
    answer = gate.act("sh", "-c", f"sleep 60 & echo $! >{noted}; echo done")
    left = int(noted.read_text())
    try:
        assert (answer["stdout"], answer["timed_out"]) == ("done\n", False)
        assert runs(left)
        assert reason(gate.act("true", step="2")) == ""
    finally:
        os.kill(left, signal.SIGKILL)
