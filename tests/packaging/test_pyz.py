"""xenlens.pyz runs where it was made for, and unpacks only where nobody else can write."""

import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.labs.pythons import Interpreter, interpreters
from tests.packaging.program import CHECKOUT, Program

OTHERS = [one for one in interpreters() if one.version[:2] != sys.version_info[:2]]
NONE = pytest.param(None, marks=pytest.mark.skip(reason="no second Python here"), id="none")
CACHE = "XENLENS_PYZ_CACHE"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def pyz(as_pyz: Program, tmp_path: Path) -> Program:
    """With a home of its own."""
    return replace(as_pyz, home=tmp_path)


def refusal(program: Program, *words: str) -> str:
    """The one line that it says."""
    done = program.run(*words, "version")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("python", OTHERS or [NONE], ids=str)
def test_another_python_is_told_which_one_is_needed(pyz: Program, python: Interpreter) -> None:
    line = refusal(replace(pyz, argv=(*python.argv, "-S", "-E", pyz.argv[-1])))
    assert line.startswith(f"xenlens.pyz: this is CPython {'.'.join(map(str, python.version))}; ")
    assert "CPython {}.{} on Linux ".format(*sys.version_info) in line


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        ({"MACHINE": "riscv64"}, "this is Linux "),
        ({"GLIBC": (99, 1)}, "this is glibc "),
        ({"PYTHON": (3, 99)}, "this is CPython 3."),
    ],
)
def test_another_machine_is_told_what_is_needed(
    pyz: Program, tmp_path: Path, needs: Mapping[str, object], said: str
) -> None:
    """The file's own beginning, made for something else."""
    here = {"PYTHON": sys.version_info[:2], "MACHINE": os.uname().machine, "GLIBC": (2, 0)}
    made_for = "".join(f"{name} = {value!r}\n" for name, value in {**here, **needs}.items())
    (tmp_path / "built_for.py").write_text(made_for)
    shutil.copy(CHECKOUT / ".ci" / "pyz_begin.py", tmp_path)
    (tmp_path / "__main__.py").write_text("import pyz_begin\npyz_begin.main()\n")
    line = refusal(replace(pyz, argv=(sys.executable, str(tmp_path))))
    assert said in line
    assert line.endswith(" or newer is needed, or the wheel")


def test_it_unpacks_once_into_a_folder_closed_to_others(as_pyz: Program) -> None:
    for _ in range(2):
        assert as_pyz.run("version").returncode == 0
    cache = as_pyz.home / ".cache" / "xenlens"
    assert cache.stat().st_mode & 0o777 == 0o700
    (unpacked,) = [entry for entry in cache.iterdir() if entry.is_dir()]
    assert re.fullmatch("xenlens.pyz_[0-9a-f]{64}", unpacked.name)
    assert (unpacked / "site-packages" / "exporter").is_dir()


def test_the_folder_is_a_choice(as_pyz: Program, pyz: Program, tmp_path: Path) -> None:
    """Another user's home, and what is unpacked already."""
    assert as_pyz.run("version").returncode == 0
    chosen = as_pyz.home / ".cache" / "xenlens"
    assert replace(pyz, environment={CACHE: str(chosen)}).run("version").returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_others_can_open_is_refused(pyz: Program, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    line = refusal(replace(pyz, environment={CACHE: str(shared)}))
    assert line.endswith(f"{shared}: open to other users; run: chmod 700 {shared}")
    assert list(shared.iterdir()) == []


def test_a_link_is_not_followed(pyz: Program, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(target)
    line = refusal(replace(pyz, environment={CACHE: str(tmp_path / "link")}))
    assert "no folder of this user's own" in line
    assert list(target.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused(pyz: Program, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir(mode=0o700)
    os.chown(theirs, 65534, 65534)
    line = refusal(replace(pyz, environment={CACHE: str(theirs)}))
    assert "no folder of this user's own" in line


@pytest.mark.parametrize("path", ["/proc/none/xenlens", "relative"])
def test_a_folder_that_cannot_be_is_one_line(pyz: Program, path: str) -> None:
    line = refusal(replace(pyz, environment={CACHE: path}))
    assert line.startswith(f"xenlens.pyz: {path}: ")
    assert line.endswith(f"name a folder to unpack into with {CACHE}")
