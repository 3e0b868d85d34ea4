"""What the measuring program gets, and that what it prints is told as it is and forges nothing."""

import os
import zlib
from pathlib import Path

import pytest

from tests.collectors.onhost.disk_program import (
    DISK,
    MIB,
    Tool,
    at,
    is_gone,
    measured,
    reason_of,
)
from tests.collectors.onhost.program import every_python
from tests.labs.pythons import Interpreter, interpreters

NEWEST = interpreters()[-1]
FORGERIES = (
    "end",
    "\nend\n",
    "stdout 3\nabc\nstderr 0\n\nend\n",
    "xenlens_disk 1\nended exit 0\nstdout 0\n\nstderr 0\n\nend\n",
    "refused busy not at all\nfailed io_error neither\n",
    "",
    "\n",
)


def test_the_file_has_its_size_no_name_and_nothing_that_compresses(disk: Path, tool: Tool) -> None:
    copied = disk.parent / "copied"
    tool.does(f'cat "$file" > {copied}; stat -L -c "%s %h" "$file"; ls -A {disk}')
    size = 3 * MIB + 8192
    answer = measured(NEWEST, *at(disk, size=size), *tool.words())
    assert answer.stdout == f"{size} 0\n"
    content = copied.read_bytes()
    assert len(content) == size
    assert len(zlib.compress(content)) > 0.95 * size
    blocks = [content[begin : begin + 4096] for begin in range(0, size, 4096)]
    assert len(set(blocks)) == len(blocks)


def test_size_and_file_are_filled_in_and_all_else_is_left_alone(disk: Path, tool: Tool) -> None:
    tool.does('printf "%s\\n" "$@"')
    answer = measured(NEWEST, *at(disk, size=MIB + 100), *tool.words("--rw=randread", "--bs=4096"))
    name, file, *others = answer.stdout.splitlines()
    assert name == "--name=x"
    assert file.startswith("--filename=/proc/self/fd/")
    assert others == [f"--size={MIB}", "--thread", "--rw=randread", "--bs=4096"]


def _hdparm(folder: Path) -> tuple[str, ...]:
    """The end of a command line that runs a hdparm that tells what it was given."""
    program = folder / "hdparm"
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    return ("--", str(program), "-tT", "{device}")


@every_python
def test_hdparm_gets_the_block_device_below_the_directory_and_no_file_is_made(
    python: Interpreter, disk: Path
) -> None:
    below = disk.stat().st_dev
    if not Path(f"/sys/dev/block/{os.major(below)}:{os.minor(below)}").exists():
        pytest.skip("the temporary directory is on no block device of its own")
    answer = measured(python, *at(disk), *_hdparm(disk.parent))
    option, device = answer.stdout.split()
    assert (option, Path(device).stat().st_rdev) == ("-tT", below)
    assert set(answer.phases) == {"prepare", "measure"}


def test_hdparm_has_nothing_to_read_where_there_is_only_memory(disk: Path) -> None:
    where = ("--at", "directory:/proc", "--size", str(MIB))
    reason, text = reason_of(NEWEST, *where, *_hdparm(disk.parent))
    assert (reason, text) == ("memory", "/proc is a proc: memory, no disk")


def test_of_a_file_that_is_there_no_more_is_read_than_it_has(disk: Path, tool: Tool) -> None:
    file = disk / "small"
    file.write_bytes(b"x" * 10_000)
    tool.does('printf "%s\\n" "$@"')
    where = ("--at", f"file:{file}", "--size", str(MIB))
    answer = measured(NEWEST, *where, *tool.words("--readonly"))
    assert "--size=8192" in answer.stdout.splitlines()


def test_what_ran_is_at_the_lowest_priority_and_may_write_nowhere_but_to_its_output(
    disk: Path, tool: Tool
) -> None:
    tool.does("nice; ionice; readlink /proc/self/fd/0")
    answer = measured(NEWEST, *at(disk), *tool.words())
    nice, *classes, standard_input = answer.stdout.splitlines()
    assert (nice, standard_input) == ("19", "/dev/null")
    assert classes == (["idle"] if answer.facts["idle_io_class"] == "yes" else classes)


@every_python
def test_output_on_both_streams_and_the_exit_status_are_told(
    python: Interpreter, disk: Path, tool: Tool
) -> None:
    tool.does("echo measured; echo complained >&2; exit 3")
    answer = measured(python, *at(disk), *tool.words())
    assert (answer.exit_status, answer.stdout, answer.stderr) == (3, "measured\n", "complained\n")
    assert list(disk.iterdir()) == []


@every_python
def test_output_that_looks_like_an_answer_is_output(
    python: Interpreter, disk: Path, tool: Tool
) -> None:
    (said := disk.parent / "said").write_text("")
    tool.does(f"cat {said}; cat {said} >&2")
    for text in FORGERIES:
        said.write_text(text)
        answer = measured(python, *at(disk), *tool.words())
        assert (answer.exit_status, answer.stdout, answer.stderr) == (0, text, text)


@every_python
def test_bytes_that_are_not_ascii_are_one_question_mark_each(
    python: Interpreter, disk: Path, tool: Tool
) -> None:
    tool.does(r"printf 'a\303\244\377\000\033[1m\tb\r\nc'; printf '\342\202\254' >&2")
    answer = measured(python, *at(disk), *tool.words())
    assert (answer.stdout, answer.stderr) == ("a?????[1m\tb\r\nc", "???")


@every_python
def test_of_endless_output_the_beginning_is_kept_and_the_program_still_ends(
    python: Interpreter, disk: Path, tool: Tool
) -> None:
    tool.does("head -c 3000000 /dev/zero | tr '\\0' x; echo last; echo complained >&2")
    answer = measured(python, *at(disk), *tool.words())
    assert DISK.MOST_OUTPUT <= len(answer.stdout) <= DISK.MOST_OUTPUT + 65536
    assert set(answer.stdout) == {"x"}
    assert (answer.exit_status, answer.stderr) == (0, "complained\n")


@every_python
def test_a_program_that_does_not_end_in_time_is_killed(
    python: Interpreter, disk: Path, tool: Tool
) -> None:
    noted = disk.parent / "pid"
    tool.does(f"echo $$ > {noted}; exec sleep 60")
    reason, text = reason_of(python, *at(disk, seconds=2), *tool.words())
    assert (reason, text) == ("overtime", "it did not end in time and was killed")
    assert is_gone(int(noted.read_text()))
    assert list(disk.iterdir()) == []


@pytest.mark.parametrize(("signal", "number"), [("KILL", 9), ("TERM", 15), ("SEGV", 11)])
def test_a_program_that_is_killed_by_somebody_else_is_said_to_be(
    signal: str, number: int, disk: Path, tool: Tool
) -> None:
    tool.does(f"echo halfway; kill -{signal} $$")
    reason, text = reason_of(NEWEST, *at(disk), *tool.words())
    assert reason == "killed"
    assert f"signal {number}" in text


@every_python
def test_a_program_that_is_not_there_is_named(python: Interpreter, disk: Path) -> None:
    missing = Tool(disk.parent / "none" / "fio")
    reason, text = reason_of(python, *at(disk), *missing.words())
    assert (reason, text) == ("no_command", f"{missing.path}: No such file or directory")
    assert list(disk.iterdir()) == []


def test_a_program_that_closes_its_output_and_goes_on_is_not_left_behind(
    disk: Path, tool: Tool
) -> None:
    noted = disk.parent / "pid"
    tool.does(f"echo $$ > {noted}; exec sleep 60 >&- 2>&-")
    reason, _ = reason_of(NEWEST, *at(disk, seconds=20), *tool.words())
    assert reason == "overtime"
    assert is_gone(int(noted.read_text()))
