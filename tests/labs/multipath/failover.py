"""The operator's failover test: SCM2 is pulled and pushed back twice, and then SCM1 twice.

    python -m tests.labs.multipath.failover DIR [SECONDS]

records it by `xenlens drill multipath` and leaves its report in DIR. A controller stays out for
SECONDS (75, so that alerts with a `for` of a minute fire), and the host settles for 15 at most when
it is back. He waited 5 minutes each time.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import IO

from tests.labs.multipath.hardware import CONTROLLERS
from tests.labs.multipath.lab import MultipathLab
from tests.labs.multipath.waiting import wait_for

HOST = "xenserver1"
ORDER = ("scm2", "scm2", "scm1", "scm1")
PATIENCE = 120.0
LEAD, SETTLING = 5.0, 15.0
_XENLENS = Path(sys.prefix) / "bin" / "xenlens"


def record(lab: MultipathLab, folder: Path, pause: float, order: tuple[str, ...] = ORDER) -> str:
    """Pull and push each controller of `order` under a drill; what the drill printed."""
    with drill(lab, folder) as (process, marks):
        sleep(LEAD)
        for controller in order:
            for done, act, paths in (("pulled", lab.pull, 1), ("pushed back", lab.push, 2)):
                _mark(marks, f"{done} {controller.upper()}")
                act(controller)
                _wait_for_paths(lab, paths)
                sleep(pause if paths == 1 else min(pause, SETTLING))
        process.terminate()
        printed, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, printed
    return printed


@contextmanager
def drill(lab: MultipathLab, folder: Path) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """`xenlens drill multipath` at work, and where marks are typed."""
    config = lab.files.folder / "xenlens.yml"
    config.write_text(configuration(lab))
    words = ("drill", "multipath", HOST, "--config", str(config), "--output", str(folder))
    told = lab.files.folder / "drill.log"
    with told.open("w") as log:
        process = subprocess.Popen(
            [str(_XENLENS), *words, "--time", "1h"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        wait_for(lambda: "priority 50" in told.read_text(), PATIENCE, told.read_text())
        assert process.stdin is not None
        yield process, process.stdin
    finally:
        process.kill()
        process.wait()


def configuration(lab: MultipathLab) -> str:
    """A configuration of the one host."""
    to = lab.settings()
    reached = f"address: {to.address}, port: {to.port}, key: {to.key}"
    return f"""pools:
  lab:
    hosts:
      {HOST}:
        ssh: {{{reached}, known_hosts: {to.known_hosts}}}
"""


def _wait_for_paths(lab: MultipathLab, count: int) -> None:
    wait_for(lambda: lab.paths() == count, PATIENCE, f"{count} paths")


def _mark(marks: IO[str], text: str) -> None:
    marks.write(f"{text}\n")
    marks.flush()


def main() -> None:
    """Boot a lab that fails back at once, as the operator's did, and record."""
    folder, pause = Path(sys.argv[1]), float((*sys.argv, "75")[2])
    with tempfile.TemporaryDirectory() as made, MultipathLab(Path(made), "immediate") as lab:
        lab.touch()
        sleep(len(CONTROLLERS))
        print(record(lab, folder, pause))


if __name__ == "__main__":
    main()
