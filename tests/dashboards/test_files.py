"""The committed files are the generator's, and they are what a user gets."""

import subprocess
import sys
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from dashboards.__main__ import FOLDER
from dashboards.generator import texts
from exporter.cli.dashboards import contents

ROOT = Path(__file__).parents[2]
NAMES = ("disks.json", "fleet.json", "host.json", "remediation.json", "storage.json")


@pytest.mark.parametrize("name", NAMES)
def test_a_committed_dashboard_is_what_the_generator_writes_byte_for_byte(name: str) -> None:
    assert (FOLDER / name).read_bytes() == texts()[name].encode(), "run python -m dashboards"


def test_there_is_no_other_file_beside_them() -> None:
    assert sorted(file.name for file in FOLDER.iterdir()) == sorted(texts()) == sorted(NAMES)


def test_xenlens_gives_out_exactly_these() -> None:
    assert contents() == texts()


def test_the_wheel_has_them() -> None:
    packed = {Path(found.path) for found in WheelBuilder(str(ROOT)).recurse_included_files()}
    assert {FOLDER / name for name in NAMES} <= packed


def test_an_installed_xenlens_never_imports_grafanas_sdk() -> None:
    """It is there for development only."""
    imports = "import sys, exporter.cli, dashboards; from exporter.cli.dashboards import contents"
    told = f"{imports}; contents(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    modules = done.stdout.split()
    assert "dashboards" in modules
    assert [module for module in modules if module.startswith("grafana")] == []
