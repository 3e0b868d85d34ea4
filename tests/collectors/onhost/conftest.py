"""What the tests of programs for hosts share."""

from pathlib import Path

import pytest

from tests.collectors.onhost.disk_program import DISK, Tool


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """An empty directory on a disk."""
    kind = DISK.file_system(str(tmp_path))
    if kind in DISK.MEMORY:
        pytest.skip(f"the temporary directory is a {kind}: memory, no disk")
    found = tmp_path / "disk"
    found.mkdir()
    return found


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """A program named fio that does nothing yet."""
    made = Tool(tmp_path / "fio")
    made.does("exit 0")
    return made
