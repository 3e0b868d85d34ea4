"""What `make dist` builds, once for all of these tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.program import CHECKOUT, Program

EPOCH = "1767225600"
BIN = Path(sys.executable).parent


def build(checkout: Path, folder: Path) -> Path:
    """Run `.ci/dist` of a checkout; gives the folder that it built into."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    argv = [str(checkout / ".ci" / "dist"), str(folder)]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def wheels_of(lock: str, folder: Path) -> Path:
    """The wheels of a lock file, in a folder."""
    argv = [str(CHECKOUT / ".ci" / "wheels"), lock, str(folder)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that is released."""
    return build(CHECKOUT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def by_pipx(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The wheel, installed by pipx for a user who has nothing yet."""
    home = tmp_path_factory.mktemp("pipx")
    wheels = wheels_of("requirements.lock", tmp_path_factory.mktemp("wheels"))
    own = {
        "PIPX_HOME": str(home / "pipx"),
        "PIPX_BIN_DIR": str(home / "bin"),
        "PIPX_MAN_DIR": str(home / "man"),
        "PIPX_DISABLE_SHARED_LIBS_AUTO_UPGRADE": "1",
    }
    offline = f"--no-index --find-links {wheels} --no-compile"
    (wheel,) = dist.glob("*.whl")
    pipx = Program((str(BIN / "pipx"),), home, own)
    done = pipx.run("install", "--python", BIN / "python", "--pip-args", offline, wheel)
    assert done.returncode == 0, done.stderr
    return Program((str(home / "bin" / "xenlens"),), home)


@pytest.fixture(scope="session")
def as_pyz(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The single file, run by the Python that it was built with, or by Debian's own."""
    debian = Path("/usr/bin/python{}.{}".format(*sys.version_info))
    python = debian if debian.exists() else BIN / "python"
    argv = (str(python), "-I", str(dist / "xenlens.pyz"))
    return Program(argv, tmp_path_factory.mktemp("pyz"))


@pytest.fixture(params=["by_pipx", "as_pyz"])
def xenlens(request: pytest.FixtureRequest) -> Program:
    """xenlens in each of the ways in which it is released."""
    program: Program = request.getfixturevalue(request.param)
    return program
