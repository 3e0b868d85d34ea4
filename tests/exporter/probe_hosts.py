"""A pool with disk probes, `xenlens probe` on it, and machines that answer as its program does."""

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from collectors.disk_records import Figures
from collectors.fio_record import FioResult
from exporter.cli import app
from exporter.cli.probe_record import Measurement
from tests.collectors.fio_printer import document
from tests.collectors.onhost.disk_program import DISK, Tool

OTHERS = 90.0
"""Seconds for measurements of others to end: a machine has one lock for all."""
SSD = FioResult(
    "x", 0, "read", 1 << 20, 50_331_648.0, 12_288.0, 1.0, 87.2e-6, 86e-6, {"50.0": 81e-6}
)
SMALL = "profile: random-read, size: 1MiB, runtime: 1s, keep_free: 1MiB"


def place(folder: Path) -> Path:
    """An empty directory on a disk."""
    kind = DISK.file_system(str(folder))
    if kind in DISK.MEMORY:
        pytest.skip(f"the temporary directory is a {kind}: memory, no disk")
    found = folder / "disk"
    found.mkdir(exist_ok=True)
    return found


def config(folder: Path, machine: str = "guests: {vm1: {local: {}}}", **probes: str) -> Path:
    """A configuration of one pool, named as nobody else's, whose locks it shares."""
    lines = [f"      {name}: {{host: vm1, {said}}}" for name, said in probes.items()]
    file = folder / "xenlens.yml"
    pool = [f"  pool-{folder.name}:", f"    {machine}", "    disk_probes:", *lines]
    file.write_text("\n".join(["pools:", *pool]) + "\n")
    return file


def fio(folder: Path, printed: str, name: str = "fast") -> Tool:
    """A program named fio that measures nothing and prints what it is told."""
    (folder / name).mkdir()
    tool = Tool(folder / name / "fio")
    answer = folder / name / "answer"
    answer.write_text(printed)
    tool.does(f'case "$*" in --version) echo fio-3.33;; *) cat {answer};; esac')
    return tool


def measuring(folder: Path, result: FioResult = SSD, more: str = "", name: str = "fast") -> str:
    """A probe of a directory by such a program."""
    tool = fio(folder, document([result], "3.42"), name)
    return f"directory: {place(folder)}, {SMALL}, fio: {tool.path}{more}"


def xenlens(file: Path, *words: str) -> Result:
    """`xenlens probe …`, when nobody else measures on this machine."""
    until = time.monotonic() + OTHERS
    while True:
        done = CliRunner().invoke(app, ["probe", *words, "--config", str(file)])
        if "(busy)" not in done.stderr or time.monotonic() > until:
            return done
        time.sleep(0.2)


def told(stdout: str, *lines: str) -> str:
    """What xenlens_disk.py prints of a run whose tool printed `stdout`."""
    head = "\n".join(("xenlens_disk 1", *lines))
    return f"{head}\nstdout {len(stdout)}\n{stdout}\nstderr 0\n\nend\n"


def kept(
    name: str = "ssd", profile: str = "random-read", figures: Iterable[Figures] = (), **more: Any
) -> Measurement:
    """A measurement as `probe run --json` keeps it."""
    sound = Measurement(
        tuple(figures),
        "fio-3.33",
        probe=name,
        host="vm1",
        pool="modular",
        profile=profile,
        storage_class=name,
        sr="",
        kind="directory",
        path="/srv",
        size=128 << 20,
        runtime=20.0,
        block_size=4096,
        depth=1,
        at=1_700_000_000.0,
        at_limit=False,
    )
    return replace(sound, **more)
