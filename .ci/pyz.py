"""Writes xenlens.pyz: pyz.py SITE WHEELS FILE.

SITE has xenlens and all it needs, as it is to be unpacked; WHEELS are those it came from: their
names tell for which Python, machine and libc they are. The times in FILE are SOURCE_DATE_EPOCH.
"""

import os
import re
import sys
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from packaging.utils import parse_wheel_filename
from shiv.bootstrap.environment import Environment
from shiv.builder import create_archive
from shiv.constants import BUILD_AT_TIMESTAMP_FORMAT

BEGIN = Path(__file__).with_name("pyz_begin.py")
MANYLINUX = re.compile(r"manylinux_(\d+)_(\d+)_(\w+)")


def built_for(wheels: Iterable[Path]) -> str:
    """A module that says what the wheels need: this Python, one machine, the newest of their libcs.

    Raises ValueError where a wheel is for no Linux with glibc.
    """
    needs = [need for wheel in wheels if (need := _need(wheel))]
    (machine,) = {machine for _, machine in needs}
    glibc = max(libc for libc, _ in needs)
    return f"PYTHON = {sys.version_info[:2]}\nMACHINE = {machine!r}\nGLIBC = {glibc}\n"


def _need(wheel: Path) -> tuple[tuple[int, int], str] | None:
    """The oldest glibc that a wheel runs with, and its machine; None where it runs anywhere."""
    platforms = {tag.platform for tag in parse_wheel_filename(wheel.name)[3]}
    if platforms == {"any"}:
        return None
    found = [MANYLINUX.fullmatch(name) for name in platforms]
    libcs = [((int(match[1]), int(match[2])), match[3]) for match in found if match]
    if not libcs:
        raise ValueError(f"{wheel.name}: for no Linux with glibc")
    return min(libcs)


def main(site: Path, wheels: Path, file: Path) -> None:
    """Write the file, with what begins it in front of shiv's."""
    at = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    environment = Environment(
        built_at=at.strftime(BUILD_AT_TIMESTAMP_FORMAT),
        shiv_version=version("shiv"),
        entry_point="exporter.cli:main",
        compile_pyc=False,
        reproducible=True,
    )
    python = f"/usr/bin/env python{sys.version_info[0]}.{sys.version_info[1]}"
    create_archive([site], file, python, "pyz_begin:main", environment)
    with zipfile.ZipFile(file, "a") as archive:
        for name, text in (
            ("pyz_begin.py", BEGIN.read_text("utf-8")),
            ("built_for.py", built_for(sorted(wheels.glob("*.whl")))),
        ):
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), text)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
