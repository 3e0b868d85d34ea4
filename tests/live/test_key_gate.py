"""Level `heal` runs the gate with the effects of the tools, and with no others."""

import json
from pathlib import Path

from collectors.onhost import GATE, program
from exporter.hosts.ssh_command import after_marker
from tests.collectors.onhost.key_program import (
    MARKER,
    REFUSED,
    STREAMED,
    as_python3,
    installed,
    started,
    two_pythons,
)
from tests.labs.pythons import Interpreter
from tests.live.key_mounts import ask_in, needs_mounts

pytestmark = needs_mounts
WHO = ("--object", "rescan-paths/m\u00fcnchen/xs1", "--epoch", "7", "--owner", "0a-1")
ACT = ("act", *WHO, "--step", "1.0", "--deadline", "10", "--")


@two_pythons
def test_the_gate_takes_a_lock_and_acts_and_never_runs_what_no_tool_needs(
    tmp_path: Path, python: Interpreter
) -> None:
    opt, run = installed(tmp_path / "opt"), tmp_path / "run"
    run.mkdir()
    key = (str(opt / "xenlens_key.py"), "heal")
    as_python3(tmp_path, python)

    def asked(*words: str) -> tuple[int, str, str]:
        line = started((*STREAMED, *words), reads=True)
        done = ask_in(run, "/run", python, key, line, program(GATE).encode())
        own = after_marker(done.stdout, MARKER) or b""
        return done.returncode, own.decode(), done.stderr.decode()

    status, taken, _ = asked("take", *WHO, "--lease", "60")
    assert (status, json.loads(taken)["granted"]) == (0, True)
    status, acted, _ = asked(*ACT, "xenlens-write", "/sys/block/sdzzz/device/state", "running")
    told = json.loads(acted)
    assert (status, told["granted"], told["exit_status"]) == (0, True, 1)
    for effect in (("id",), ("sh", "-c", "id"), ("xenlens-write", "/etc/passwd", "running")):
        status, printed, said = asked(*ACT, *effect)
        assert (status, printed) == (REFUSED, "")
        assert "the key on this host allows heal only: python3" in said
    status, printed, _ = asked("release", *WHO)
    assert (status, json.loads(printed)["released"]) == (0, True)
