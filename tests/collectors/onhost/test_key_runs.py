"""The forced command runs what its level allows and refuses the rest, under every Python."""

import os
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from collectors.onhost import GATE, HOST, program
from exporter.hosts.ssh_command import after_marker, process_in
from tests.collectors.onhost.key_program import (
    MARKER,
    REFUSED,
    STREAMED,
    as_python3,
    ask,
    installed,
    started,
    tool,
    two_pythons,
)
from tests.collectors.onhost.program import every_python
from tests.labs.pythons import Interpreter

TAKE = ("take", "--object", "o", "--epoch", "1", "--owner", "x-1", "--lease", "9")
HALF_QUOTED = " '" + "'\"'\"'" * 12000
"""A quote that is never closed, which must not be read again from each of its characters."""


@pytest.fixture
def opt(tmp_path: Path) -> Path:
    """What /opt/xenlens is on a host."""
    return installed(tmp_path / "opt")


def refusal(done: CompletedProcess[bytes]) -> str:
    """The one line on standard error of a refusal; nothing was printed else."""
    said = done.stderr.decode()
    assert done.returncode == REFUSED, said
    lines = [line for line in said.splitlines() if line != MARKER]
    assert len(lines) == 1, said
    assert lines[0].startswith("xenlens_key: refused: ")
    return lines[0].removeprefix("xenlens_key: refused: ")


@every_python
def test_an_allowed_command_is_run_behind_the_marker_that_xenlens_looks_for(
    opt: Path, python: Interpreter
) -> None:
    done = ask(python, opt, "read", started(("cat", "/proc/mounts")))
    assert done.returncode == 0
    assert after_marker(done.stdout, MARKER) == Path("/proc/mounts").read_bytes()
    assert done.stderr.decode() == f"{MARKER}\n"
    assert process_in(done.stdout, MARKER) is not None


@every_python
def test_the_marker_names_the_process_that_the_command_is(
    opt: Path, tmp_path: Path, python: Interpreter
) -> None:
    path = tool(tmp_path / "bin", "multipath", "read -r s </proc/$$/stat; echo $s")
    done = ask(python, opt, "read", started(("multipath", "-ll")), environment=path)
    named = process_in(done.stdout, MARKER)
    own = process_in(b"%s %s" % (MARKER.encode(), after_marker(done.stdout, MARKER)), MARKER)
    assert named is not None
    assert named == own


@every_python
def test_the_command_has_an_environment_of_its_own_and_no_input(
    opt: Path, tmp_path: Path, python: Interpreter
) -> None:
    path = tool(tmp_path / "bin", "multipath", "env; cat; trap")
    given = {**path, "XE_EXTRA_ARGS": "evil", "LD_LIBRARY_PATH": "/evil"}
    line = started(("multipath", "-ll"))
    done = ask(python, opt, "read", line, given=b"evil", environment=given)
    own = (after_marker(done.stdout, MARKER) or b"").decode()
    told = {name: value for name, _, value in (x.partition("=") for x in own.splitlines())}
    searched = "/usr/local/sbin:/usr/sbin:/sbin:/opt/xensource/bin"
    assert told["PATH"] == f"{path['PATH']}:{searched}"
    assert (told["LC_ALL"], told["XENLENS_KEY"]) == ("C", "read")
    assert "evil" not in own
    assert "SSH_ORIGINAL_COMMAND" not in told


@every_python
def test_a_command_that_is_not_there_ends_as_a_shell_would_end_it(
    opt: Path, python: Interpreter
) -> None:
    line = started(("list_domains",))
    done = ask(python, opt, "read", line, environment={"PATH": "/nonexistent"})
    assert (done.returncode, after_marker(done.stdout, MARKER)) == (127, b"")
    assert b"list_domains: No such file" in done.stderr


@two_pythons
@pytest.mark.parametrize(
    ("line", "why"),
    [
        (None, "this key opens no shell"),
        ("", "this key opens no shell"),
        ("cat /proc/mounts", "this is no line of this version of xenlens: cat /proc/mounts"),
        ("scp -t /tmp", "this is no line of this version of xenlens: scp -t /tmp"),
        (started(("cat", "/etc/shadow")), "the key on this host allows read only: cat /etc/shadow"),
        (started(("cat", "/proc/mounts")) + "\nid", "the line is too long, or has control charac"),
        (started(("cat", "x" * (1 << 16))), "the line is too long, or has control characters"),
        (
            started(("cat",), reads=True) + HALF_QUOTED,
            "these are no words as xenlens writes them: ",
        ),
        (started(("uname", "-r")) + "; id", "these are no words as xenlens writes them: uname -r"),
        (started(("cat",), reads=True), "only xenlens's programs are sent on standard input"),
        (started((*STREAMED, "probe"), reads=True), "the key on this host allows read only: py"),
    ],
)
def test_all_else_is_refused_in_one_line_that_says_why(
    opt: Path, python: Interpreter, line: str | None, why: str
) -> None:
    assert refusal(ask(python, opt, "read", line)).startswith(why)


@every_python
def test_a_program_that_is_installed_is_run_when_the_same_is_sent(
    opt: Path, python: Interpreter, tmp_path: Path
) -> None:
    path = {"PATH": f"{as_python3(tmp_path, python)}:{os.defpath}"}
    line = started((*STREAMED, "probe", "--nonsense"), reads=True)
    sent = program(HOST).encode()
    done = ask(python, opt, "probe", line, given=sent, environment=path)
    assert (done.returncode, after_marker(done.stdout, MARKER)) == (2, b"")
    assert b"--nonsense" in done.stderr


@two_pythons
@pytest.mark.parametrize("change", ["longer", "other", "empty", "huge"])
def test_a_program_that_differs_by_a_byte_is_not_run(
    opt: Path, python: Interpreter, change: str
) -> None:
    text = program(GATE).encode()
    sent = {
        "longer": text + b"\n",
        "other": text.replace(b"2.4", b"2.5", 1),
        "empty": b"",
        "huge": text + b"#" * (2 << 20),
    }[change]
    line = started((*STREAMED, *TAKE), reads=True)
    why = refusal(ask(python, opt, "heal", line, given=sent))
    assert why == "the host has another version of xenlens_gate.py: install it again"


@two_pythons
def test_a_program_that_is_not_installed_is_not_run(opt: Path, python: Interpreter) -> None:
    (opt / "xenlens_gate.py").unlink()
    line = started((*STREAMED, *TAKE), reads=True)
    why = refusal(ask(python, opt, "heal", line, given=program(GATE).encode()))
    assert why == f"{opt}/xenlens_gate.py cannot be read on the host: install it"


@two_pythons
@pytest.mark.parametrize("name", ["", "xenlens_key.table", "xenlens_host.py"])
def test_files_that_others_could_change_are_not_used(
    opt: Path, python: Interpreter, name: str
) -> None:
    (opt / name).chmod(0o777)
    line = started((*STREAMED, "probe", "--count", "3"), reads=True)
    why = refusal(ask(python, opt, "probe", line, given=program(HOST).encode()))
    assert why == f"others may change {(opt / name)}: chown root and chmod go-w"


@two_pythons
def test_a_link_in_the_place_of_a_program_is_not_followed(opt: Path, python: Interpreter) -> None:
    (opt / "xenlens_host.py").rename(opt / "elsewhere.py")
    (opt / "xenlens_host.py").symlink_to("elsewhere.py")
    line = started((*STREAMED, "probe", "--count", "3"), reads=True)
    why = refusal(ask(python, opt, "probe", line, given=program(HOST).encode()))
    assert why == f"{opt}/xenlens_host.py is a link or something else: install it again"


@two_pythons
@pytest.mark.parametrize("level", ["", "root", "read probe"])
def test_a_level_that_is_none_allows_nothing(opt: Path, python: Interpreter, level: str) -> None:
    why = refusal(ask(python, opt, level, started(("uname", "-r"))))
    assert why == "authorized_keys names no level: give read, probe or heal"


@two_pythons
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("root cat '.*'", "a line of no level: root cat '.*'"),
        ("read uname '(-r'", "a pattern that is none: (-r"),
    ],
)
def test_a_damaged_table_allows_nothing(
    opt: Path, python: Interpreter, line: str, said: str
) -> None:
    with (opt / "xenlens_key.table").open("a") as table:
        table.write(f"{line}\n")
    why = refusal(ask(python, opt, "read", started(("uname", "-r"))))
    assert why == f"xenlens_key.table has {said}"


@every_python
def test_what_is_refused_is_shown_as_one_short_line_of_ascii(
    opt: Path, python: Interpreter
) -> None:
    line = started(("cat", "\u00fc\u20ac" + "x" * 2000))
    why = refusal(ask(python, opt, "read", line, environment={"LC_ALL": "C"}))
    assert why.startswith("the key on this host allows read only: cat '\\xc3\\xbc\\xe2\\x82\\xacx")
    assert len(why) <= 300
