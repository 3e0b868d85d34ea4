"""`xenlens serve` on this machine, with tools in PATH that misbehave as real ones do."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.exporter.fleets import BOND0
from tests.labs.ports import free_port
from tests.labs.program import XENLENS

NEVER = "271.828"
"""Seconds that nothing else on the machine sleeps."""
HANGS = f"sleep {NEVER} & sleep {NEVER}; wait"
ENDLESS = "while :; do echo 22202000155fdb615 dm-0 Intel,Multi-Flex; done"
BROKEN = "printf '\\377\\000 garbage'"

Start = Callable[[str], tuple[str, "subprocess.Popen[bytes]"]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Start]:
    """Start `xenlens serve` where `multipath` is the given shell script."""
    started: list[subprocess.Popen[bytes]] = []

    def start(multipath: str) -> tuple[str, subprocess.Popen[bytes]]:
        tools = tmp_path / "bin"
        tools.mkdir()
        scripts = {"ovs-appctl": f"cat <<'END'\n{BOND0}END", "multipath": multipath}
        for name, script in (scripts | {"multipathd": "exit 1"}).items():
            (tools / name).write_text(f"#!/bin/sh\n{script}\n")
            (tools / name).chmod(0o755)
        config = tmp_path / "xenlens.yml"
        rundir = f"ovs_rundir: {tmp_path}"
        config.write_text(f"pools: {{here: {{hosts: {{me: {{local: {{}}, {rundir}}}}}}}}}\n")
        port = free_port()
        argv = [str(XENLENS), "serve", "-c", str(config), "--listen", f"127.0.0.1:{port}"]
        environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
        process = subprocess.Popen(argv, env=environment)
        started.append(process)
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(url), "xenlens serve did not start")
        return url, process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=10)


def answers(url: str) -> bool:
    try:
        return bool(get(url + "/-/healthy", 5))
    except (urllib.error.URLError, ConnectionError):
        return False


def get(url: str, timeout: float) -> str:
    header = {"X-Prometheus-Scrape-Timeout-Seconds": str(timeout)}
    with urllib.request.urlopen(urllib.request.Request(url, headers=header), timeout=30) as reply:
        return str(reply.read().decode())


def wait_for(condition: Callable[[], bool], otherwise: str) -> None:
    give_up = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < give_up, otherwise
        time.sleep(0.05)


def sleepers() -> list[int]:
    """Processes of the stand-in that hangs."""
    found = psutil.process_iter(["cmdline"])
    return [process.pid for process in found if NEVER in (process.info["cmdline"] or [])]


@pytest.mark.parametrize(
    ("multipath", "reason"),
    [
        (HANGS, "deadline_exceeded"),
        (ENDLESS, "output_too_large"),
        (BROKEN, "unparsable"),
        ("kill -9 $$", "exit_status"),
    ],
)
def test_a_tool_that_misbehaves_costs_only_its_own_collector(
    serve: Start, multipath: str, reason: str
) -> None:
    url, _ = serve(multipath)
    began = time.monotonic()
    page = get(url + "/probe?target=me", 4)
    assert time.monotonic() - began < 4
    assert (
        'xenlens_bond_member_active{bond="bond0",host="me",member="eth0",pool="here"} 1.0' in page
    )
    failed = f'failures_total{{collector="multipath",host="me",pool="here",reason="{reason}"}} 1.0'
    assert failed in page
    assert "xenlens_multipath_" not in page
    wait_for(lambda: not sleepers(), "the hanging command's processes are still there")


def test_sigterm_ends_a_scrape_under_way_and_what_hangs_in_it(serve: Start) -> None:
    url, process = serve(HANGS)
    with ThreadPoolExecutor() as pool:
        pool.submit(get, url + "/probe?target=me", 20)
        wait_for(lambda: len(sleepers()) >= 2, "the scrape did not begin")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=8) == 0
    wait_for(lambda: not sleepers(), "the hanging command's processes are still there")


def test_sighup_reads_the_configuration_again(serve: Start, tmp_path: Path) -> None:
    url, process = serve("true")
    config = tmp_path / "xenlens.yml"
    config.write_text(config.read_text().replace("me:", "you:"))
    process.send_signal(signal.SIGHUP)
    wait_for(lambda: '"you"' in get(url + "/sd", 5), "the configuration was not reloaded")


def refused(folder: Path, listen: str) -> tuple[int, str]:
    """How `xenlens serve` ends where it cannot listen: status, and what it says."""
    config = folder / "xenlens.yml"
    config.write_text("pools: {here: {hosts: {me: {local: {}}}}}\n")
    argv = [str(XENLENS), "serve", "-c", str(config), "--listen", listen]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.mark.parametrize("listen", ["nonsense", "127.0.0.1:99999", "127.0.0.1:0", "a b:10045"])
def test_what_is_no_address_is_invalid(tmp_path: Path, listen: str) -> None:
    status, said = refused(tmp_path, listen)
    assert (status, said.count("\n")) == (2, 1)
    assert said.startswith(f"xenlens: cannot listen on {listen}: ")
    assert "; allowed: " in said


def test_a_port_that_is_taken_may_be_free_later_and_who_has_it_can_be_found(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        status, said = refused(tmp_path, listen)
    advice = "see who has it: ss -ltnp, or give another --listen"
    assert said.endswith(f"xenlens: cannot listen on {listen}: Address already in use; {advice}\n")
    assert status == 1
