"""Where a drill is written: a folder of its own, found to be writable before anything begins."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from exporter.drill.record import Drill, Kind
from exporter.drill.saved import NotADrill, dump, load

SAVED = "drill.json"
WRITTEN = (SAVED, "report.md", "report.html", "timeline.svg", "latency.svg")


class NotWritable(Exception):
    """A drill cannot be written there: why, in one line."""


class NotReadable(Exception):
    """A file is no drill, or cannot be read: why, in one line."""


def default_folder(kind: Kind, target: str, unix: float) -> Path:
    """`drill-KIND-TARGET-YYYYMMDD-HHMMSS` here, in this machine's time."""
    day = time.strftime("%Y%m%d-%H%M%S", time.localtime(unix))
    return Path(f"drill-{kind}-{re.sub('[^A-Za-z0-9._-]', '_', target)}-{day}")


@contextmanager
def reserved(folder: Path) -> Iterator[None]:
    """A folder that can be written to; made if need be, gone again where nothing came into it.

    Raises NotWritable, also where a drill is in it already.
    """
    try:
        made = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            there = [name for name in WRITTEN if (folder / name).exists()]
    except OSError as error:
        raise NotWritable(f"{folder}: cannot be written: {error.strerror or error}") from error
    if there:
        raise NotWritable(f"{folder}: {there[0]} is there already; give another folder")
    try:
        yield
    finally:
        if made and not any(folder.iterdir()):
            folder.rmdir()


def save(drill: Drill, folder: Path) -> Path:
    """Write the drill itself. Raises OSError."""
    file = folder / SAVED
    beside = folder / f"{SAVED}.new"
    beside.write_text(dump(drill), encoding="utf-8")
    beside.replace(file)
    return file


def read(file: Path) -> Drill:
    """The drill that `save` wrote there. Raises NotReadable."""
    try:
        return load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotReadable(f"{file}: {error.strerror or error}") from error
    except (NotADrill, UnicodeDecodeError) as error:
        raise NotReadable(f"{file}: {error}") from error
