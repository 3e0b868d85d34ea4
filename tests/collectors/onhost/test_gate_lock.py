"""One holder of an object on a host, and nobody of an epoch that is over."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.collectors.onhost.gate_program import (
    GATE,
    PROGRAM,
    Gate,
    begun,
    document,
    reason,
    until,
)
from tests.collectors.onhost.program import every_python
from tests.labs.pythons import Interpreter


@every_python
def test_a_lock_is_taken_renewed_and_given_back(python: Interpreter, folder: Path) -> None:
    gate = Gate(python, folder)
    taken = gate.take(30)
    assert sorted(taken) == ["granted", "lease_left", "reason", "text", "xenlens_gate"]
    assert (reason(taken), taken["lease_left"]) == ("", 30.0)
    assert gate.take(40)["lease_left"] == 40.0
    (shown,) = gate.show()["objects"]
    assert (shown["holder"], shown["epoch"], shown["busy"]) == ("a-1", 5, False)
    assert 30 < shown["lease_left"] <= 40
    assert gate.release()["released"] is True
    assert gate.show()["objects"] == []


@every_python
def test_another_owner_is_told_who_holds_it_and_for_how_long(
    python: Interpreter, folder: Path
) -> None:
    gate = Gate(python, folder)
    gate.take(30)
    answer = replace(gate, owner="b-2").take()
    assert reason(answer) == "held"
    assert answer["text"].startswith(f"a-1 holds {gate.object} with epoch 5 for another ")
    assert 0 < answer["lease_left"] <= 30


def test_a_lease_that_is_over_leaves_the_object_to_others(gate: Gate) -> None:
    gate.take(0.01)
    assert reason(replace(gate, owner="b-2").take()) == ""


def test_a_higher_epoch_takes_the_lock_over(gate: Gate) -> None:
    gate.take()
    newer = replace(gate, owner="b-2", epoch=6)
    assert reason(newer.take()) == ""
    assert reason(gate.act("true")) == "old_epoch"
    assert reason(newer.act("true")) == ""


def test_what_was_given_back_may_be_taken(gate: Gate) -> None:
    gate.take()
    gate.release()
    assert reason(replace(gate, owner="b-2").take()) == ""


def test_a_release_of_what_is_not_held_is_no_error(gate: Gate) -> None:
    assert gate.release()["released"] is False
    gate.take()
    answer = replace(gate, owner="b-2").release()
    assert (reason(answer), answer["released"]) == ("", False)
    assert reason(gate.act("true")) == ""


@every_python
def test_an_old_epoch_is_refused_for_every_object_of_the_host(
    python: Interpreter, folder: Path
) -> None:
    gate = Gate(python, folder)
    replace(gate, epoch=6).take()
    old = replace(gate, object="another")
    assert reason(old.take()) == "old_epoch"
    assert reason(old.act("true")) == "old_epoch"


def test_an_epoch_counts_as_seen_also_where_the_lock_was_refused(gate: Gate) -> None:
    newer = replace(gate, owner="b-2", epoch=6)
    assert reason(newer.act("true")) == "not_held"
    assert reason(gate.take()) == "old_epoch"


def test_after_a_reboot_no_lock_is_held_and_the_epoch_is_still_known(gate: Gate) -> None:
    gate.take()
    store = GATE.Folder(str(gate.folder))
    store.keep({**store.lock(gate.object), "boot": "of another boot"})
    assert reason(gate.act("true")) == "not_held"
    assert reason(replace(gate, epoch=4).take()) == "old_epoch"
    assert reason(replace(gate, owner="b-2").take()) == ""


@contextmanager
def racing(gate: Gate, count: int) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """So many owners that take the lock at once."""
    with ExitStack() as stack:
        owners = [replace(gate, owner=f"r-{number}") for number in range(count)]
        lines = [owner.words("take", "--lease", "60") for owner in owners]
        yield [stack.enter_context(begun(line)) for line in lines]


def said_by(processes: list["subprocess.Popen[bytes]"]) -> list[str]:
    """Why each was refused."""
    return sorted(reason(document(each.communicate(timeout=20)[0])) for each in processes)


def test_of_those_that_wait_for_a_decision_exactly_one_gets_the_lock(gate: Gate) -> None:
    gate.folder.mkdir(mode=0o700)
    with (gate.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with racing(gate, 4) as processes:
            time.sleep(0.3)
            assert [process.poll() for process in processes] == [None] * 4
            lock.close()
            assert said_by(processes) == ["", "held", "held", "held"]


def test_of_those_that_come_first_to_a_host_exactly_one_gets_the_lock(gate: Gate) -> None:
    with racing(gate, 3) as processes:
        assert said_by(processes) == ["", "held", "held"]


def test_a_gate_that_decides_for_ever_lets_nobody_in(gate: Gate) -> None:
    gate.take()
    with (gate.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert reason(gate.act("true")) == "busy"
    assert reason(gate.act("true")) == ""


def test_a_caller_that_was_stopped_past_its_lease_is_refused(gate: Gate) -> None:
    """A caller in the way of the real one: it asks once it is told to go on."""
    gate.take(1.0)
    line = f"kill -STOP $$; exec {' '.join(gate.acting('touch', str(gate.folder / 'acted')))}"
    with (
        PROGRAM.open("rb") as text,
        subprocess.Popen(["sh", "-c", line], stdin=text, stdout=subprocess.PIPE) as caller,
    ):
        assert until(lambda: _is_stopped(caller.pid))
        time.sleep(1.1)
        os.kill(caller.pid, signal.SIGCONT)
        answer = document(caller.communicate(timeout=20)[0])
    assert reason(answer) == "lease_expired"
    assert not (gate.folder / "acted").exists()


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
