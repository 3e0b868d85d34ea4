"""The line a login shell gets, tried on the shells of this machine."""

import os
import random
import shlex
import shutil
import signal
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.hosts.ssh_command import (
    after_marker,
    kill_line,
    new_marker,
    process_in,
    wrapped,
)

MARKER = new_marker(random.Random(1))
SHELLS = [x for x in ("sh", "dash", "bash", "ksh", "zsh") if shutil.which(x)]

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def spoken(
    shell: str, before: str, *argv: str, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    line = f"{before}{wrapped(argv, MARKER, reads=bool(stdin))}"
    path = {"PATH": os.defpath}
    return subprocess.run(
        [shell, "-c", line], input=stdin, capture_output=True, check=False, env=path
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_a_banner_is_cut_off_both_outputs(shell: str) -> None:
    done = spoken(shell, "echo Welcome; printf oops >&2; ", "sh", "-c", "echo data; echo bad >&2")
    assert after_marker(done.stdout, MARKER) == b"data\n"
    assert after_marker(done.stderr, MARKER) == b"bad\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_that_traces_its_commands_changes_no_output(shell: str) -> None:
    done = spoken(shell, "set -x; ", "echo", "data")
    assert after_marker(done.stdout, MARKER) == b"data\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_leaves_all_of_standard_input_to_the_command(shell: str) -> None:
    text = b"one\ntwo\n" * 10_000
    done = spoken(shell, "set -x; ", "cat", stdin=text)
    assert after_marker(done.stdout, MARKER) == text


@pytest.mark.parametrize("shell", SHELLS)
def test_a_missing_command_exits_127(shell: str) -> None:
    done = spoken(shell, "", "no-such-multipath", "-ll")
    assert done.returncode == 127
    assert b"not found" in (after_marker(done.stderr, MARKER) or b"")


@linux
@pytest.mark.parametrize("shell", SHELLS)
def test_the_process_is_found_again_and_killed(shell: str) -> None:
    line = wrapped(("sleep", "300"), MARKER)
    with subprocess.Popen(
        [shell, "-c", line], stdout=subprocess.PIPE, start_new_session=True
    ) as child:
        assert child.stdout is not None
        process = process_in(child.stdout.readline(), MARKER)
        assert process is not None
        assert process.pid == child.pid
        subprocess.run([shell, "-c", kill_line(process)], capture_output=True, check=False)
        assert child.wait(timeout=20) == -signal.SIGKILL


@linux
@pytest.mark.parametrize("shell", SHELLS)
def test_another_process_with_the_same_id_is_left_alone(shell: str) -> None:
    line = wrapped(("sleep", "300"), MARKER)
    with subprocess.Popen(
        [shell, "-c", line], stdout=subprocess.PIPE, start_new_session=True
    ) as child:
        assert child.stdout is not None
        process = process_in(child.stdout.readline(), MARKER)
        assert process is not None
        other = type(process)(process.pid, process.start_ticks - 1)
        asked = subprocess.run([shell, "-c", kill_line(other)], capture_output=True, check=False)
        assert asked.stdout == b""
        assert child.poll() is None
        child.kill()


def test_output_before_the_marker_is_no_output_yet() -> None:
    assert after_marker(b"Welcome\n", MARKER) is None
    assert after_marker(f"Welcome\n{MARKER} 12 (sh) S".encode(), MARKER) is None
    assert process_in(f"{MARKER} \n".encode(), MARKER) is None


@given(st.lists(st.text(st.characters(exclude_characters="\0")), min_size=1))
def test_every_word_reaches_the_command_whole(argv: list[str]) -> None:
    *_, command = wrapped(argv, MARKER).partition("; exec ")
    assert shlex.split(command.removesuffix(" </dev/null")) == argv
    *_, reading = wrapped(argv, MARKER, reads=True).partition("; exec ")
    assert shlex.split(reading) == argv
