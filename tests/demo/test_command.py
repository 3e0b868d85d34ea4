"""`xenlens demo` starts everything, says what to try, and ends cleanly."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exporter.cli import app
from exporter.cli.demo import Options, run_demo
from tests.labs.ports import free_port

TAKEN = (
    "xenlens: cannot listen on 127.0.0.1:{taken}: Address already in use; "
    "choose another port: --port, --control-port, --ssh-port\n"
)


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def probed(port: int, host: str) -> str:
    """The metrics of a host, as Prometheus gets them."""
    with urllib.request.urlopen(
        f"http://127.0.0.1:{port}/probe?target={host}", timeout=20
    ) as answer:
        return str(answer.read().decode())


async def test_the_exporter_gets_a_configuration_and_the_guide_names_both_pages() -> None:
    said: list[str] = []
    seen: list[str] = []
    options = Options(faults=("scm2.pulled",), port=free_port(), control_port=free_port())

    async def serve(config: Path, listen: str | None, announce: Callable[[str], None]) -> None:
        seen.append(config.read_text())
        announce(f"http://127.0.0.1:{options.port}/")

    await run_demo(options, serve, said.append)
    assert f"listen: 127.0.0.1:{options.port}\n" in seen[0]
    assert f"http://127.0.0.1:{options.port}/probe?target=xenserver1" in said[0]
    assert f"curl -X POST http://127.0.0.1:{options.control_port}/faults/scm2/pulled" in said[0]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--fault", "scm9.pulled"], "xenlens: no fault 'scm9.pulled'; there are: coordinator"),
        (["--port", "{taken}", "--control-port", "{free}"], TAKEN),
        (["--control-port", "{taken}"], TAKEN),
        (["--ssh-port", "{taken}"], TAKEN),
    ],
)
def test_what_is_wrong_is_one_line(words: list[str], complaint: str, taken_port: int) -> None:
    ports = {"taken": taken_port, "free": free_port()}
    result = CliRunner().invoke(app, ["demo", *(word.format(**ports) for word in words)])
    assert result.exit_code == 2
    assert result.output.startswith(complaint.format(**ports))
    assert result.output.count("\n") == 1


def test_the_whole_demo_answers_a_probe_and_stops_on_ctrl_c() -> None:
    port, control = free_port(), free_port()
    ports = ("--port", str(port), "--control-port", str(control))
    process = subprocess.Popen(
        [sys.executable, "-c", "from exporter.cli import main; main()", "demo", *ports],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        guide = "".join(iter(process.stdout.readline, "Ctrl-C stops it.\n"))
        pages = [probed(port, host) for host in ("xenserver1", "xcp82", "xcp83")]
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    folder = re.search(r"--config (\S+)/xenlens.yml", guide)
    for page in pages:
        assert re.search(r'^xenlens_bond_member_active\{.*member="eth0".*\} 1', page, re.M)
    assert process.returncode == 0
    assert re.findall(r"msg=(\w+)", rest) == ["ending", "ended"]
    assert folder is not None
    assert not Path(folder[1]).exists()
