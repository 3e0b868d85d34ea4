"""Files and folders that the command line may not look at: each is one line, with what to do."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.exporter.test_bundled import xenlens

LONG = "x" * 300
"""No file can have this name: also root is told so, and not that it is not there."""
AS_NOBODY = """
import contextlib, io, os
from exporter.cli import main
with contextlib.suppress(SystemExit), contextlib.redirect_stderr(io.StringIO()):
    main()  # as who can import all it needs
if os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
main()
"""
WITH_CONFIG = [
    ("check", 3),
    ("config check", 2),
    ("config show", 2),
    ("serve", 2),
    ("probe list", 2),
    ("drill bond xs1", 2),
    ("remediation status", 2),
    ("health", 2),
]


@pytest.fixture
def closed() -> Iterator[Path]:
    """A file that only root can read, which would find nothing good in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "closed"
        file.write_text("nothing good\n")
        file.chmod(0o000)
        folder.chmod(0o755)
        yield file


@pytest.mark.parametrize(
    ("words", "status"),
    [
        *((f"{command} --config FILE", status) for command, status in WITH_CONFIG),
        ("config check FILE", 2),
        ("drill report FILE", 2),
        ("hosts key FILE --may read", 1),
    ],
)
def test_a_file_that_this_user_may_not_read_is_one_line(
    closed: Path, words: str, status: int
) -> None:
    argv = [str(closed) if word == "FILE" else word for word in words.split()]
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, *argv], capture_output=True, text=True, check=False
    )
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (status, "")
    assert f"{closed}: " in line
    assert "Permission denied" in line


@pytest.mark.parametrize(("command", "status"), WITH_CONFIG)
def test_a_configuration_in_its_place_that_may_not_be_looked_at_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, status: int
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "xenlens.yml").symlink_to("xenlens.yml")
    done = xenlens(*command.split(), XENLENS_CONFIG="")
    said = "xenlens.yml: cannot be read: Too many levels of symbolic links; name one with --config"
    (line,) = done.stderr.splitlines()
    assert (done.exit_code, line.removeprefix("xenlens: ")) == (status, said)


@pytest.mark.parametrize("command", ["rules", "runbooks", "dashboards", "playbooks", "hosts files"])
def test_a_folder_to_write_to_that_may_not_be_looked_at_is_one_line(
    tmp_path: Path, command: str
) -> None:
    done = xenlens(*command.split(), "--output", tmp_path / LONG)
    said = f"xenlens: {tmp_path / LONG}: cannot be written: File name too long\n"
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", said)


def test_a_measurement_that_may_not_be_looked_at_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / f"{LONG}.json"
    done = xenlens("probe", "compare", file, file)
    said = f"xenlens: {file}: cannot be read: File name too long\n"
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", said)


def test_a_kill_switch_that_may_not_be_looked_at_is_one_line(tmp_path: Path) -> None:
    switch, file = tmp_path / LONG, tmp_path / "xenlens.yml"
    pools = "pools: {p: {hosts: {h: {local: {}}}}}"
    file.write_text(f"listen: 127.0.0.1:1\nremediation: {{kill_switch: {switch}}}\n{pools}\n")
    done = xenlens("remediation", "resume", "--config", file, XENLENS_TOKEN="canary")
    (line,) = done.stderr.splitlines()
    assert (done.exit_code, done.stdout) == (3, "")
    assert line.startswith("xenlens: http://127.0.0.1:1 does not answer")
    assert line.endswith(f"; and {switch} cannot be looked at: File name too long")
