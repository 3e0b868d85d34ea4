"""The simulated login shell understands the lines that xenlens sends."""

import pytest

from collectors.linux_bonds import LINUX_BONDS
from exporter.hosts.ssh_command import (
    RemoteProcess,
    after_marker,
    kill_line,
    process_in,
    wrapped,
)
from tests.demo.simulated import Simulated

MARKER = "xenlens-0123456789abcdef"


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def test_a_wrapped_command_prints_its_marker_process_and_output(pool: Simulated) -> None:
    result = pool.run("xcp82", wrapped(["hostname"], MARKER))
    output = result.stdout.encode()
    assert after_marker(output, MARKER) == b"xcp82\n"
    assert process_in(output, MARKER) == RemoteProcess(4000, 100_000)
    assert (result.status, result.stderr) == (0, f"{MARKER}\n")


def test_arguments_arrive_as_they_were(pool: Simulated) -> None:
    words = ["echo", "a  b", "$HOME", "it's", '"', ";", "", "ä*"]
    output = pool.run("xcp82", wrapped(words, MARKER)).stdout.encode()
    assert after_marker(output, MARKER) == f"{' '.join(words[1:])}\n".encode()


def test_a_missing_command_exits_127_in_the_words_of_bash(pool: Simulated) -> None:
    typed, executed = pool.run("xcp82", "nosuch"), pool.run("xcp82", wrapped(["nosuch"], MARKER))
    assert (typed.status, typed.stderr) == (127, "bash: nosuch: command not found\n")
    assert (executed.status, executed.stderr) == (
        127,
        f"{MARKER}\nbash: line 0: exec: nosuch: not found\n",
    )


def test_a_process_that_is_gone_is_not_reported_alive(pool: Simulated) -> None:
    assert pool.run("xcp82", kill_line(RemoteProcess(4711, 5))).stdout == ""


def test_looking_for_linux_bonds_finds_none(pool: Simulated) -> None:
    result = pool.run("xcp82", wrapped(LINUX_BONDS, MARKER))
    assert after_marker(result.stdout.encode(), MARKER) == b""
    assert result.status == 0


@pytest.mark.parametrize(
    ("line", "stdout", "status"),
    [
        ("cat /var/run/openvswitch/ovs-vswitchd.pid", "4212\n", 0),
        ("cat /etc/xensource/network.conf", "openvswitch\n", 0),
        ("/usr/sbin/multipathd show daemon", "pid 1305 running\n", 0),
        ("/opt/nowhere/multipath -ll", "", 127),
        ("cat /etc/shadow /dev/null", "", 1),
        ("true && echo yes || echo no", "yes\n", 0),
        ("false && echo yes || echo no; echo $?", "no\n0\n", 0),
        ("NAME='a b'; echo \"$NAME\" ${NAME}", "a b a b\n", 0),
        ("set -- x 'y z'; echo $# ${2##*y }", "2 z\n", 0),
        ("for i in 1 2; do echo -n $i; done", "12", 0),
        ("echo lost >/dev/null; echo $$", "4000\n", 0),
        ("sh -c 'exit 3'; echo $?", "3\n", 0),
        ("{ cat </no/such/file; } 2>/dev/null", "", 1),
        ("exit 5; echo never", "", 5),
        ("[ a = a ] && [ -z '' ] && [ b != a ] && echo same", "same\n", 0),
        ("command -v multipath", "/usr/bin/multipath\n", 0),
        ("kill -9 -12345", "", 1),
        ("", "", 0),
    ],
)
def test_small_scripts_run(pool: Simulated, line: str, stdout: str, status: int) -> None:
    result = pool.run("xcp82", line)
    assert (result.stdout, result.status) == (stdout, status)


@pytest.mark.parametrize(
    "line", ["multipath -ll | wc -l", "(echo)", "echo 'open", "{ echo", "&& x"]
)
def test_what_the_shell_does_not_understand_is_a_syntax_error(pool: Simulated, line: str) -> None:
    result = pool.run("xcp82", line)
    assert (result.status, result.stdout) == (2, "")
    assert result.stderr.startswith("bash: -c: line 0: syntax error")
