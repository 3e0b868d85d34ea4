"""The demo as a user starts it: one process, real HTTP, real SSH on loopback."""

import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import pytest

from tests.labs.ports import free_port
from tests.labs.program import XENLENS

pytest.register_assert_rewrite("tests.e2e.faults")
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Demo:
    """A running `xenlens demo`."""

    url: str
    control: str
    config: Path = Path(os.devnull)

    def get(self, path: str, **headers: str) -> str:
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.read().decode())

    def fault(self, name: str) -> None:
        request = urllib.request.Request(f"{self.control}/faults/{name}", method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """`xenlens demo` on free ports, ended as Ctrl-C ends it."""
    with running_demo() as started:
        yield started


@contextmanager
def running_demo(*options: str) -> Iterator[Demo]:
    """`xenlens demo` with these options while the block runs."""
    port, control = free_port(), free_port()
    argv = [str(XENLENS), "demo", "--port", str(port), "--control-port", str(control), *options]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        try:
            started = Demo(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{control}")
            started = replace(started, config=_config_named_in(process.stdout))
            if "--no-exporter" not in options:
                wait_until_healthy(started, process)
            yield started
        finally:
            process.terminate()
            process.wait(timeout=60)


def _config_named_in(guide: IO[str] | None) -> Path:
    """The configuration whose path the demo prints when it has started."""
    for line in guide or ():
        if named := re.search(r"--config (\S+)", line):
            return Path(named[1])
    pytest.fail("xenlens demo named no configuration")


def wait_until_healthy(demo: Demo, process: "subprocess.Popen[str]") -> None:
    """Return once the exporter answers; fail when it ended or never does."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        assert process.poll() is None, f"xenlens demo ended with {process.returncode}"
        try:
            demo.get("/-/healthy")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    pytest.fail("xenlens demo did not start")
