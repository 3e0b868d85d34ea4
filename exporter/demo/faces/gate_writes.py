"""What a write to sysfs does on a simulated host, by path."""

import re
from collections.abc import Callable, Mapping

from exporter.demo import sysfs
from exporter.demo.command import Dom0, Result

Write = Callable[[Dom0, re.Match[str], str], Result]
"""The host, the match of the path, and the value that was written."""


WRITES: Mapping[str, Write] = {
    sysfs.SCAN.pattern: sysfs.write_scan,
    sysfs.DEVICE_STATE.pattern: sysfs.write_state,
}
"""By a pattern of the whole path."""


def write(dom0: Dom0, path: str, value: str) -> Result:
    """Write a value to a path, one that the gate lets through."""
    for pattern, meaning in WRITES.items():
        if match := re.fullmatch(pattern, path):
            return meaning(dom0, match, value)
    missing = "No such file or directory"
    return Result(stderr=f"xenlens_gate: xenlens-write: {missing}\n", status=1)
