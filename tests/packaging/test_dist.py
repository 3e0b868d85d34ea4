"""What `make dist` builds: the same bytes wherever it is built, and a list of what is in it."""

import json
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from exporter.version import VERSION
from tests.packaging.conftest import build
from tests.packaging.program import CHECKOUT

pytestmark = pytest.mark.timeout(600)
LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def sums(folder: Path) -> dict[str, str]:
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    return {name: value for value, name in (line.split() for line in lines)}


@pytest.fixture
def unpacked(dist: Path, tmp_path: Path) -> Path:
    """What is in the sdist, with this checkout's tools and wheels."""
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        # Python before 3.11.4 has no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(tmp_path)
    (root,) = tmp_path.iterdir()
    for folder, names in {".venv": ("bin", "lib", "pyvenv.cfg"), ".cache": ("wheels",)}.items():
        (root / folder).mkdir()
        for name in names:
            (root / folder / name).symlink_to(CHECKOUT / folder / name)
    return root


def test_the_sums_are_those_of_everything_that_is_there(dist: Path) -> None:
    argv = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    done = subprocess.run(argv, cwd=dist, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    expected = [f"xenlens-{VERSION}{end}" for end in ("-py3-none-any.whl", ".tar.gz")]
    expected += ["xenlens.cdx.json", "xenlens.pyz"]
    assert sorted(sums(dist)) == expected
    assert sorted(file.name for file in dist.iterdir()) == ["SHA256SUMS", *expected]


def test_another_machine_builds_the_same_bytes_from_the_sdist(
    dist: Path, unpacked: Path, tmp_path: Path
) -> None:
    """Another folder, other times of the files, and no git."""
    again = build(unpacked, tmp_path / "again")
    assert sums(again) == sums(dist)


def test_nothing_but_what_runs_is_in_the_wheel(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    folders = {name.partition("/")[0] for name in names}
    packages = {"alerts", "collectors", "dashboards", "exporter"}
    assert folders == {*packages, f"xenlens-{VERSION}.dist-info"}
    assert [name for name in names if "__pycache__" in name] == []


def test_the_bill_of_materials_is_the_lock_file(dist: Path) -> None:
    bill = json.loads((dist / "xenlens.cdx.json").read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["version"] == VERSION
    lock = (CHECKOUT / "requirements.lock").read_text()
    listed = {(part["name"], part["version"]) for part in bill["components"]}
    assert listed == set(LOCKED.findall(lock)) != set()
    assert set(re.findall(r'"content": "([0-9a-f]{64})"', json.dumps(bill))) == set(
        HASH.findall(lock)
    )
