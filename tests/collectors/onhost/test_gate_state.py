"""The state of the gate is whole and its own, or nobody gets in."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.collectors.onhost.gate_program import PROGRAM, Gate, answered, done, reason
from tests.collectors.onhost.program import every_python
from tests.labs.pythons import Interpreter, interpreters


@pytest.mark.parametrize("file", ["epoch", "object."])
@pytest.mark.parametrize("damage", ["", "xenlens_gate 1\n", "cut", "changed", "binary"])
def test_a_damaged_state_lets_nobody_in(gate: Gate, file: str, damage: str) -> None:
    gate.take(0.01)
    (path,) = [each for each in gate.folder.iterdir() if each.name.startswith(file)]
    text = path.read_bytes()
    made = {"cut": text[:-4], "changed": text.replace(b"5", b"4"), "binary": b"\xff\0" * 40}
    path.write_bytes(made.get(damage, damage.encode()))
    for answer in (gate.take(), gate.act("true")):
        assert reason(answer) == "damaged_state"
        assert str(path) in answer["text"]


def test_a_state_of_another_object_lets_nobody_in(gate: Gate) -> None:
    gate.take(0.01)
    (ours,) = gate.folder.glob("object.*")
    other = replace(gate, object="another")
    other.take()
    (theirs,) = set(gate.folder.glob("object.*")) - {ours}
    ours.write_bytes(theirs.read_bytes())
    assert reason(gate.take()) == "damaged_state"
    assert reason(other.take()) == ""


def test_a_state_that_cannot_be_read_lets_nobody_in(gate: Gate) -> None:
    gate.take()
    (gate.folder / "epoch").unlink()
    (gate.folder / "epoch").mkdir()
    assert reason(gate.take()) == "damaged_state"


def test_locks_without_an_epoch_are_damaged(gate: Gate) -> None:
    gate.take()
    (gate.folder / "epoch").unlink()
    assert reason(gate.take()) == "damaged_state"


def test_a_state_that_cannot_be_written_lets_nobody_in(gate: Gate) -> None:
    gate.folder.mkdir(mode=0o700)
    (gate.folder / "new.epoch").mkdir()
    assert reason(gate.take()) == "unwritable_state"


@pytest.mark.parametrize("python", interpreters()[::8], ids=str)
def test_a_folder_that_others_could_write_to_is_refused(python: Interpreter, folder: Path) -> None:
    gate = Gate(python, folder)
    for mode in (0o770, 0o702, 0o1777):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
        assert reason(gate.take()) == "unsafe_folder"
    folder.chmod(0o755)
    assert reason(gate.take()) == ""


def test_what_is_no_folder_of_its_own_is_refused(gate: Gate, tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir(mode=0o700)
    gate.folder.symlink_to(real)
    assert reason(gate.take()) == "unsafe_folder"
    gate.folder.unlink()
    gate.folder.write_text("")
    assert reason(gate.take()) == "unsafe_folder"
    assert reason(replace(gate, folder=tmp_path / "no" / "where").take()) == "unsafe_folder"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(gate: Gate) -> None:
    gate.folder.mkdir(mode=0o700)
    os.chown(gate.folder, 1, 1)
    assert reason(gate.take()) == "unsafe_folder"


def test_the_folder_is_made_for_its_owner_alone(gate: Gate) -> None:
    gate.take()
    assert gate.folder.stat().st_mode & 0o777 == 0o700
    assert {each.stat().st_mode & 0o777 for each in gate.folder.iterdir()} == {0o600}


@every_python
@pytest.mark.parametrize("name", ["x" * 200, "a/../b", "VM „Ärger\u201c\n.", "\U0001f600" * 200])
def test_any_name_of_200_characters_can_be_locked(
    python: Interpreter, folder: Path, name: str
) -> None:
    gate = Gate(python, folder, object=name)
    assert reason(gate.take()) == ""
    assert [each["object"] for each in gate.show()["objects"]] == [name]
    assert reason(gate.act("true")) == ""
    assert {each.parent for each in folder.rglob("*")} == {folder}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nonsense", "no verb nonsense; there is: act, release, show, take"),
        ("take", "take needs --object, --epoch, --owner, --lease"),
        ("take --object", "--object is no option, or lacks its value"),
        ("take --step 1", "--step is no option of take"),
        ("take --epoch -1", "--epoch takes a whole number, not -1"),
        ("take --epoch 1.5", "--epoch takes a whole number, not 1.5"),
        ("take --lease 0", "--lease takes seconds above 0, at most 86400, not 0"),
        ("take --lease nan", "--lease takes seconds above 0, at most 86400, not nan"),
        ("take --owner " + "x" * 201, "--owner takes a text of 1 to 200 characters"),
        ("show --folder run", "--folder takes an absolute path, not run"),
        ("show --owner a", "--owner is no option of show"),
        ("show -- true", "act needs -- and a command, and no other verb takes one"),
        (
            "act --object o --epoch 1 --owner a --step 1 --deadline 1",
            "act needs -- and a command, and no other verb takes one",
        ),
    ],
)
def test_a_line_that_cannot_be_understood_is_refused(gate: Gate, words: str, said: str) -> None:
    ran = done([*gate.python.argv, "-S", "-E", "-", *words.split(" ")])
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.decode() == f"xenlens_gate: {said}\n"


def test_nothing_is_made_for_a_line_that_cannot_be_understood(gate: Gate) -> None:
    assert done(gate.words("take")).returncode == 2
    assert not gate.folder.exists()


def test_it_runs_from_a_file_as_well(gate: Gate) -> None:
    words = gate.words("take", "--lease", "5")
    words[words.index("-")] = str(PROGRAM)
    assert reason(answered(words)) == ""
