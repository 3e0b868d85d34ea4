"""How far a run is, on a terminal; and how Ctrl-C ends it."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.disk_commands import HDPARM_COMMAND, on_machine
from collectors.disk_profiles import MIB, PROFILES
from collectors.disk_records import DiskProbe
from collectors.host import SocketUnavailable, loop_time
from exporter.cli.probe_stages import Overheard, Stages
from tests.collectors.onhost.disk_program import Tool, is_gone
from tests.exporter.probe_hosts import OTHERS, config, measuring, place
from tests.fakes import FakeClock, FakeHost
from tests.labs.disk_probing import measuring_here
from tests.labs.sshd import running_sshd
from tests.labs.waiting import wait_for

READ = replace(PROFILES["random-read"], size=64 * MIB, runtime=20.0)
PROBE = DiskProbe("ssd", "vm1", READ, "directory", "/srv", every=120.0, lay_out_rate=32 * MIB)
WAITING = "waiting for other probes of the SR or pool"
LOOKING = "looking whether all is well"
START = """
import signal
from exporter.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""
"""As from a shell: what runs the tests may itself have been started to ignore SIGINT."""


def stages_of(probe: DiskProbe, clock: FakeClock, anyway: bool = False) -> Stages:
    return Stages(probe, 60.0, 10.0, anyway, clock)


def measurement_of(probe: DiskProbe) -> tuple[str, ...]:
    return ("python3", "-S", "-E", "-", *on_machine(probe), "--", *HDPARM_COMMAND)


def shown(stages: Stages) -> tuple[str, float, float]:
    stage, passed = stages.now()
    return stage.text, stage.seconds, passed


def test_command_lines_and_time_tell_the_stage() -> None:
    """64 MiB take two seconds to write; nothing goes beyond what it may take."""
    clock = FakeClock()
    stages = stages_of(PROBE, clock)
    clock.now += 5
    assert shown(stages) == (WAITING, 60.0, 5.0)
    stages.asked(("multipath", "-ll"))
    clock.now += 1
    stages.asked(("fio", "--version"))
    assert shown(stages) == (LOOKING, 10.0, 1.0)
    stages.asked(measurement_of(PROBE))
    clock.now += 1.5
    assert shown(stages) == ("making the file", 2.0, 1.5)
    clock.now += 1.5
    assert shown(stages) == ("measuring", 20.0, 1.0)
    clock.now += 100
    assert shown(stages) == ("measuring", 20.0, 20.0)


@pytest.mark.parametrize(
    "probe",
    [
        replace(PROBE, kind="device", path="/dev/xvdb"),
        replace(PROBE, profile=PROFILES["hdparm"]),
    ],
)
def test_where_no_file_is_made_it_measures_at_once(probe: DiskProbe) -> None:
    stages = stages_of(probe, FakeClock())
    stages.asked(measurement_of(probe))
    assert shown(stages) == ("measuring", 20.0, 0.0)


def test_the_second_python_that_is_tried_begins_anew() -> None:
    clock = FakeClock()
    stages = stages_of(PROBE, clock)
    for _ in range(2):
        clock.now += 1
        stages.asked(measurement_of(PROBE))
    assert shown(stages) == ("making the file", 2.0, 0.0)


def test_anyway_does_not_claim_to_look() -> None:
    stages = stages_of(PROBE, FakeClock(), anyway=True)
    stages.asked(("fio", "--version"))
    assert shown(stages)[0] == "asking the machine"


async def test_a_host_that_is_overheard_is_the_host_itself() -> None:
    heard: list[tuple[str, ...]] = []
    host = FakeHost({"cat -": "all"}, "vm1", hanging={"xe": 3.0})
    overheard = Overheard(host, lambda argv: heard.append(tuple(argv)))
    output = await overheard.run(("cat", "-"), deadline=loop_time() + 1, stdin="given")
    assert (output.stdout, host.given, heard) == ("all", {"cat -": "given"}, [("cat", "-")])
    assert (overheard.name, overheard.stuck()) == ("vm1", {"xe": 3.0})
    with pytest.raises(SocketUnavailable):
        await overheard.connect_unix("/x", deadline=loop_time() + 1)
    await overheard.close()
    assert host.closed


def started(file: Path, stderr: int) -> "subprocess.Popen[str]":
    """`xenlens probe run ssd --json`, once nobody else measures."""
    wait_for(lambda: not measuring_here(), OTHERS, "the end of somebody else's measurement")
    argv = [sys.executable, "-c", START, "probe", "run", "ssd", "--json", "--config", str(file)]
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=stderr, text=True, env=env)


def on_terminal(file: Path) -> tuple[str, str]:
    """What it prints, and what a terminal on its standard error shows, escapes left out."""
    ours, its = pty.openpty()
    process = started(file, its)
    os.close(its)
    seen = b""
    # Linux tells the end of a terminal by EIO.
    with suppress(OSError):
        while data := os.read(ours, 65536):
            seen += data
    os.close(ours)
    printed, _ = process.communicate(timeout=60)
    return printed, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode())


def test_a_terminal_shows_the_stages_and_the_output_stays_clean(tmp_path: Path) -> None:
    """The file takes a third of a second to make, and the program one to measure."""
    said = measuring(tmp_path).replace("size: 1MiB", "size: 10MiB")
    tool = Tool(tmp_path / "fast" / "fio")
    tool.path.write_text(tool.path.read_text().replace("*) cat", "*) sleep 1; cat"))
    until = time.monotonic() + OTHERS
    while True:
        printed, seen = on_terminal(config(tmp_path, ssd=said))
        if "(busy)" not in seen or time.monotonic() > until:
            break
    assert json.loads(printed)["probe"] == "ssd"
    assert "ssd: making the file" in seen
    assert "ssd: measuring" in seen


def test_ctrl_c_ends_the_run_on_this_machine_too(tmp_path: Path) -> None:
    assert interrupted(tmp_path, "guests: {vm1: {local: {}}}") == (130, "", "")
    assert nothing_is_left(tmp_path)


@pytest.mark.openssh
async def test_ctrl_c_ends_the_run_on_another_machine_too(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    async with running_sshd(keys) as sshd:
        there = sshd.settings()
        way = f"address: {there.address}, port: {there.port}, user: {there.user}"
        files = f"key: {sshd.key}, known_hosts: {sshd.known_hosts}"
        said = interrupted(tmp_path, f"guests: {{vm1: {{ssh: {{{way}, {files}}}}}}}")
        assert said == (130, "", "")
        assert nothing_is_left(tmp_path)


def interrupted(folder: Path, machine: str) -> tuple[int, str, str]:
    """Status and outputs of a run that is ended while a program measures for a minute."""
    noted, said = folder / "pid", measuring(folder)
    script = f"echo $$ > {noted}.new; mv {noted}.new {noted}; exec sleep 60"
    tool = Tool(folder / "fast" / "fio")
    tool.does(f'case "$*" in --version) echo fio-3.33;; *) {script};; esac')
    file = config(folder, machine, ssd=said)
    until = time.monotonic() + OTHERS
    while True:
        process = started(file, subprocess.PIPE)
        while process.poll() is None and not noted.exists():
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        outputs = process.communicate(timeout=30)
        if noted.exists() or time.monotonic() > until:
            return process.returncode, *outputs


def nothing_is_left(folder: Path) -> bool:
    """Whether the program has ended and its file is gone."""
    pid = int((folder / "pid").read_text())
    return is_gone(pid) and list(place(folder).iterdir()) == []
