"""`xenlens hosts` writes what a host needs for a key, and prints the key's line."""

import subprocess
from pathlib import Path

import asyncssh
import pytest

from collectors.onhost import KEY, program
from exporter.cli.hosts import Level
from exporter.keys.line import authorized_key
from exporter.keys.table import LEVELS, TABLE, table
from tests.exporter.test_bundled import xenlens

PUBLIC = asyncssh.generate_private_key("ssh-ed25519", comment="anna's key")


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """The public half of a key."""
    file = tmp_path / "id.pub"
    PUBLIC.write_public_key(str(file))
    return file


def test_the_files_are_the_programs_and_the_table(tmp_path: Path) -> None:
    done = xenlens("hosts", "files", "--output", tmp_path / "opt")
    assert (done.exit_code, done.stderr) == (0, "")
    names = ("xenlens_key", "xenlens_host", "xenlens_disk", "xenlens_reads", "xenlens_gate")
    written = {file.name: file.read_text() for file in (tmp_path / "opt").iterdir()}
    assert written == {**{f"{name}.py": program(name) for name in names}, TABLE: table()}


def test_files_that_were_changed_are_not_overwritten(tmp_path: Path) -> None:
    xenlens("hosts", "files", "--output", tmp_path)
    (tmp_path / TABLE).write_text("# mine\n")
    done = xenlens("hosts", "files", "--output", tmp_path)
    assert done.exit_code == 1
    assert f"{tmp_path / TABLE}: is there and differs" in done.stderr
    assert (tmp_path / TABLE).read_text() == "# mine\n"
    assert xenlens("hosts", "files", "--output", tmp_path, "--overwrite").exit_code == 0
    assert (tmp_path / TABLE).read_text() == table()


def test_the_line_restricts_the_key_to_its_level(public: Path) -> None:
    done = xenlens("hosts", "key", public, "--may", "probe")
    algorithm, key = public.read_text().split()[:2]
    assert done.stdout == (
        'restrict,command="/usr/bin/python3 -S -E /opt/xenlens/xenlens_key.py probe" '
        f"{algorithm} {key} xenlens-probe\n"
    )


def test_a_comment_of_the_key_may_be_of_any_letters(tmp_path: Path) -> None:
    file = tmp_path / "id.pub"
    words = PUBLIC.export_public_key("openssh").decode().split()[:2]
    file.write_text(f"{' '.join(words)} jörg@büro\n")
    done = xenlens("hosts", "key", file, "--may", "read")
    assert done.stdout.endswith(f" {' '.join(words)} xenlens-read\n")


def test_an_old_host_gets_what_its_openssh_and_its_python_understand(public: Path) -> None:
    python = ("--python", "/usr/bin/python", "--old-openssh")
    done = xenlens("hosts", "key", public, "--may", "read", *python)
    options, forced = done.stdout.split(",command=")
    assert options == "no-port-forwarding,no-agent-forwarding,no-X11-forwarding,no-pty"
    assert forced.startswith(f'"/usr/bin/python -S -E /opt/xenlens/{KEY}.py read" ssh-ed25519 ')


@pytest.mark.parametrize("old", [False, True])
def test_sshd_reads_the_line_as_that_key_with_those_options(public: Path, old: bool) -> None:
    text = authorized_key(public.read_text().strip(), "heal", old=old)
    known = asyncssh.import_authorized_keys(text)
    options = known.validate(PUBLIC.convert_to_public(), "10.0.0.1", "10.0.0.1")
    assert options is not None
    assert options["command"] == "/usr/bin/python3 -S -E /opt/xenlens/xenlens_key.py heal"


@pytest.mark.parametrize(
    ("text", "words", "status", "why"),
    [
        (None, (), 1, "cannot be read: No such file"),
        ("nonsense\n", (), 2, "is no public key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\n", (), 2, "name its .pub file"),
        ("a\nb\n", (), 2, "more than one line"),
        ("KEY", ("--python", "/x y"), 2, "an absolute path expected"),
        ("KEY", ("--python", '/x"'), 2, "an absolute path expected"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    tmp_path: Path, text: str | None, words: tuple[str, ...], status: int, why: str
) -> None:
    file = tmp_path / "k.pub"
    if text == "KEY":
        PUBLIC.write_public_key(str(file))
    elif text is not None:
        file.write_text(text)
    done = xenlens("hosts", "key", file, "--may", "read", *words)
    assert (done.exit_code, done.stdout) == (status, "")
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_level_that_is_none_is_refused(public: Path) -> None:
    done = xenlens("hosts", "key", public, "--may", "root")
    assert done.exit_code == 2


def test_the_levels_are_those_of_the_table() -> None:
    assert [level.value for level in Level] == list(LEVELS)


@pytest.mark.openssh
def test_openssh_takes_the_line(public: Path, tmp_path: Path) -> None:
    """ssh-keygen reads a line of authorized_keys only where all of it is one."""
    file = tmp_path / "authorized_keys"
    file.write_text(xenlens("hosts", "key", public, "--may", "read").stdout)
    argv = ["ssh-keygen", "-l", "-f", str(file)]
    told = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=True)
    assert PUBLIC.get_fingerprint() in told.stdout
