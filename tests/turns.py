"""Which tests share a process and which begin, when several processes run them.

The tests of a file share one. So do files whose tests could only wait for each other, or disturb
each other's measured times. What takes long begins: at the end, all would wait for it.
"""

import re

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

DISKS = re.compile(r"tests/(live/test_disk_|exporter/test_probe_|collectors/onhost/test_disk_)")
"""Tests that measure disks: the machine's own lock lets one measurement run at a time."""
TOGETHER = {
    "disks": DISKS,
    # What is released is built once, and takes longest.
    "packages": re.compile(r"tests/packaging/test_(dist|installed|pyz)"),
    # Answers have to come in time, beside an emulated machine and other labs as well; and one
    # machine is enough.
    "network": re.compile(
        r"tests/(live/test_(probe|reachability|bonds|drill_bond)_|labs/test_machine)"
    ),
}
"""Files by what they share."""
ORDER = [
    *TOGETHER.values(),
    re.compile(r"tests/(e2e/|docs/|packaging/|deploy/test_service)"),
    re.compile("tests/live/"),
]
"""What begins; all other files come last."""


def shared(file: str) -> str:
    """What a file shares with others, or else the file."""
    return next((name for name, files in TOGETHER.items() if files.match(file)), file)


def turn(file: str) -> int:
    """By what to sort files."""
    return next((turn for turn, files in enumerate(ORDER) if files.match(file)), len(ORDER))


class Turns(LoadFileScheduling):  # type: ignore[misc]
    """As `--dist loadfile`, where what is shared counts as one file."""

    def _split_scope(self, nodeid: str) -> str:
        return shared(nodeid.split("::", 1)[0])
