"""What the tests of programs for hosts share."""

from pathlib import Path

import pytest

from tests.collectors.onhost.disk_program import DISK, Tool
from tests.collectors.onhost.gate_program import Gate
from tests.labs.pythons import interpreters


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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a gate's state is to be; nothing is there yet."""
    return tmp_path / "gate"


@pytest.fixture
def gate(folder: Path) -> Gate:
    """A gate under the newest Python."""
    return Gate(interpreters()[-1], folder)
