"""What `make test` makes of tests that fail, judged by a small project of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.program import CHECKOUT

pytestmark = pytest.mark.timeout(120)
_PROJECT = """[tool.pytest.ini_options]
markers = ["hurried", "multipath", "lasting"]
asyncio_default_fixture_loop_scope = "function"
"""
_TESTS = """import pathlib, pytest, time

@pytest.mark.{mark}
def test_it():
    runs = pathlib.Path("runs")
    before = len(runs.read_text()) if runs.exists() else 0
    runs.write_text("." * (before + 1))
    assert before >= {failures}

def test_another(): pass
"""


_WAITS = """
@pytest.mark.lasting
def test_that_waits():
    with open("waits", "a") as waits: waits.write(".")
    try: time.sleep(60)
    except KeyboardInterrupt: pytest.fail("as asyncio makes of it")
    pathlib.Path("waited").touch()
"""


def make_test(
    project: Path, mark: str, failures: int, *options: str, more: str = "", sigint: str = "default"
) -> subprocess.CompletedProcess[str]:
    """Run `.ci/tests` where a test of that mark fails so often and passes from then on."""
    (project / ".ci").mkdir()
    shutil.copy(CHECKOUT / ".ci" / "tests", project / ".ci")
    (project / ".venv").symlink_to(Path(sys.executable).parent.parent)
    (project / "pyproject.toml").write_text(_PROJECT)
    (project / "test_small.py").write_text(_TESTS.format(mark=mark, failures=failures) + more)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    environment["JOBS"] = "1"
    argv = ["env", f"--{sigint}-signal=INT", str(project / ".ci" / "tests"), "-q", *options]
    return subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)


def test_all_is_well_where_all_pass(tmp_path: Path) -> None:
    done = make_test(tmp_path, "hurried", failures=0)
    assert done.returncode == 0, done.stdout
    assert "unsteady" not in done.stdout


def test_what_fails_once_is_told_as_unsteady(tmp_path: Path) -> None:
    done = make_test(tmp_path, "hurried", failures=1)
    assert done.returncode == 0, done.stdout
    assert "FAILED test_small.py::test_it" in done.stdout
    assert done.stdout.splitlines()[-1].startswith('unsteady: of the phase "hurried"')


@pytest.mark.parametrize("mark", ["hurried", "lasting"])
def test_what_fails_alone_too_fails_the_run(tmp_path: Path, mark: str) -> None:
    done = make_test(tmp_path, mark, failures=2)
    assert done.returncode == 1
    assert "unsteady" not in done.stdout


@pytest.mark.parametrize("sigint", ["default", "ignore"])
def test_what_still_waits_is_ended_and_not_run_again(tmp_path: Path, sigint: str) -> None:
    done = make_test(tmp_path, "hurried", 2, more=_WAITS, sigint=sigint)
    assert done.returncode == 1
    assert (tmp_path / "waits").read_text() == "."
    assert not (tmp_path / "waited").exists()


def test_options_that_pytest_does_not_know_fail_the_run(tmp_path: Path) -> None:
    done = make_test(tmp_path, "hurried", 0, "--no-such-option")
    assert done.returncode == 1
    assert "--no-such-option" in done.stderr
