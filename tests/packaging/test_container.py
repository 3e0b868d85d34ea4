"""The image of the Dockerfile: what is in it, as whom it runs, and how little it writes."""

import json
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from exporter.version import VERSION
from tests.labs.buildah import BASE, Container, buildah, container_of
from tests.labs.ports import free_port
from tests.labs.waiting import wait_for
from tests.packaging.conftest import wheels_of
from tests.packaging.program import CHECKOUT, get, healthy, recorded_host
from tests.packaging.test_dist import LOCKED

pytestmark = [pytest.mark.container, pytest.mark.timeout(900)]

IMAGE = "localhost/xenlens-test"
NOBODY = 65534
STATE = "/var/lib/xenlens"
BUILDERS = ("pip", "pip3", "cc", "gcc", "g++", "ld", "make", "git", "curl", "wget", "rustc")
PACKAGES = ("pip", "setuptools", "wheel", "build", "hatchling", "cyclonedx_py")


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """A container of the image, built from this checkout without a network."""
    folder = tmp_path_factory.mktemp("image")
    wheels = wheels_of("requirements.lock", folder / "wheels")
    wheels_of("requirements-build.lock", wheels)
    (folder / "pip.conf").write_text("[global]\nno-index = true\nfind-links = /wheels\n")
    buildah(
        *("build", "--isolation", "chroot", "--format", "docker", "--pull-never"),
        *("--build-arg", f"BASE={BASE}", "--build-arg", f"VERSION={VERSION}"),
        *("--secret", f"id=pip,src={folder / 'pip.conf'}", "--volume", f"{wheels}:/wheels:ro"),
        *("--tag", IMAGE, CHECKOUT),
    )
    try:
        with container_of(IMAGE) as made:
            yield made
    finally:
        buildah("rmi", IMAGE)


@pytest.fixture
def mounts(tmp_path: Path) -> tuple[str, str]:
    """A configuration with remediation, and a folder for its journal."""
    config = recorded_host(tmp_path / "etc")
    token, state = config.with_name("token"), tmp_path / "state"
    token.write_text("secret\n")
    token.chmod(0o600)
    with config.open("a") as file:
        file.write(f"listen: 127.0.0.1:{free_port()}\n")
        file.write("remediation: {webhook: {token_file: token}}\n")
    state.mkdir(mode=0o700)
    for path in (token, state):
        os.chown(path, NOBODY, NOBODY)
    return f"{config.parent}:/etc/xenlens:ro", f"{state}:{STATE}"


def address(mounts: Sequence[str]) -> str:
    config = Path(mounts[0].partition(":")[0]) / "xenlens.yml"
    found = re.search(r"listen: (\S+)", config.read_text())
    assert found
    return f"http://{found[1]}"


@contextmanager
def running(argv: Sequence[str], url: str, log: Path) -> Iterator[psutil.Process]:
    """The xenlens that a command line starts, once it answers; it ends by SIGTERM, with 0."""
    with log.open("wb") as file, subprocess.Popen(argv, stdout=file, stderr=file) as outer:
        try:
            wait_for(lambda: healthy(outer, url, log), 120, "xenlens answers")
            (main,) = [one for one in family(outer) if "/opt/xenlens/bin/python" in one.cmdline()]
            yield main
            main.terminate()
            assert outer.wait(timeout=60) == 0, log.read_text()
        finally:
            for process in family(outer):
                process.kill()


def family(outer: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    """A process and all below it; nothing once it ended."""
    if outer.poll() is not None:
        return []
    first = psutil.Process(outer.pid)
    return [first, *first.children(recursive=True)]


def test_it_answers_as_nobody_and_tells_that_it_is_healthy(
    container: Container, mounts: tuple[str, str], tmp_path: Path
) -> None:
    url, check = address(mounts), container.config["Healthcheck"]["Test"]
    assert check[0] == "CMD"
    asking = container.argv(mounts, *check[1:])
    argv = container.argv(mounts, *container.main)
    with running(argv, url, tmp_path / "log") as xenlens:
        assert f'xenlens_build_info{{version="{VERSION}"}} 1.0\n' in get(f"{url}/metrics")
        assert set(xenlens.uids()) == set(xenlens.gids()) == {NOBODY}
        assert re.search(r"^CapEff:\s*0+$", status_of(xenlens), re.MULTILINE)
        asked = subprocess.run(asking, capture_output=True, text=True, check=False)
        assert (asked.returncode, asked.stdout) == (0, "xenlens is healthy\n"), asked.stderr
    asked = subprocess.run(asking, capture_output=True, text=True, check=False)
    assert asked.returncode == 1
    assert "no answer" in asked.stderr


def status_of(process: psutil.Process) -> str:
    return Path(f"/proc/{process.pid}/status").read_text()


def test_it_writes_nothing_but_its_state(
    container: Container, mounts: tuple[str, str], tmp_path: Path
) -> None:
    """With the image's files mounted read-only, /tmp among them."""
    url = address(mounts)
    touched = container.argv_read_only(mounts, "/bin/touch", "/tmp/file")
    assert "Read-only" in subprocess.run(touched, capture_output=True, text=True).stderr
    with running(container.argv_read_only(mounts, *container.main), url, tmp_path / "log"):
        for _ in range(5):
            page = get(f"{url}/probe?target=old")
            assert 'xenlens_target_up{host="old",pool="lab"} 1.0\n' in page
    assert "ead-only" not in (tmp_path / "log").read_text()
    assert (tmp_path / "state" / "remediation.db").exists()


def test_none_of_its_files_can_be_written_by_whom_it_runs_as(container: Container) -> None:
    assert container.config["User"] == f"{NOBODY}:{NOBODY}"
    files = subprocess.run(
        ["find", container.root, "-xdev", "-printf", r"%y %m %U %G /%P\0"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")[:-1]
    found = [path for path in files if writable(*path.split(" ", 4)[:4])]
    assert [path.split(" ", 4)[4] for path in found] == [STATE]


def writable(kind: str, mode: str, user: str, group: str) -> bool:
    """Whether NOBODY can; in a sticky folder there is nothing of others to be replaced."""
    bits = int(mode, 8)
    if kind not in "fd" or bits & stat.S_ISVTX:
        return False
    own = int(user) == NOBODY and bits & stat.S_IWUSR
    return bool(own or (int(group) == NOBODY and bits & stat.S_IWGRP) or bits & stat.S_IWOTH)


def test_nothing_that_builds_or_installs_is_in_it(container: Container) -> None:
    places = ("usr/local/bin", "usr/bin", "bin", "opt/xenlens/bin")
    path = ":".join(str(container.root / place) for place in places)
    assert [name for name in BUILDERS if shutil.which(name, path=path)] == []
    packages = [
        str(found.relative_to(container.root))
        for name in PACKAGES
        for found in container.root.glob(f"*/**/*-packages/{name}")
    ]
    assert packages == []
    assert list(container.root.glob("usr/share/python-wheels/*")) == []
    assert not (container.root / "etc" / "pip.conf").exists()


def test_its_python_files_are_compiled_already(container: Container) -> None:
    """By content, so that no time of a file makes them stale."""
    (code,) = container.root.glob("opt/xenlens/lib/*/*/exporter/__pycache__/serve.*.pyc")
    assert int.from_bytes(code.read_bytes()[4:8], "little") == 0b01
    assert "PYTHONDONTWRITEBYTECODE=1" in container.config["Env"]


def test_it_says_what_it_is_and_what_is_in_it(container: Container) -> None:
    labels = container.config["Labels"]
    assert labels["org.opencontainers.image.version"] == VERSION
    assert labels["org.opencontainers.image.title"] == "xenlens"
    bill = json.loads((container.root / "opt/xenlens/sbom.cdx.json").read_text())
    listed = {(part["name"], part["version"]) for part in bill["components"]}
    assert listed == set(LOCKED.findall((CHECKOUT / "requirements.lock").read_text()))
