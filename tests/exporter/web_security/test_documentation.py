"""docs/web-security.md: its file is taken, and its commands work in their order."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.docs.blocks import ROOT, SHELL, YAML, blocks, commands
from tests.exporter.web_security.secured import Secured
from tests.labs.alerting import running
from tests.labs.ports import free_port
from tests.labs.waiting import wait_for

pytestmark = pytest.mark.prometheus
PAGE = blocks(ROOT / "docs" / "web-security.md")
BIN = Path(sys.executable).parent
FIRST_REQUEST = "curl "


def run(rig: Secured, command: str, port: int) -> None:
    """As a user does whose xenlens is on this machine, and whose files are all in one folder."""
    line = command.replace("xenlens.example.org:10045", f"localhost:{port}")
    line = line.replace("xenlens.example.org", "localhost").replace("curl ", "curl -sS --fail ")
    for folder in ("/etc/xenlens", "/etc/prometheus"):
        line = line.replace(folder, str(rig.folder))
    env = {"PATH": f"{BIN}:/usr/bin:/bin", "XENLENS_CONFIG": str(rig.folder / "xenlens.yml")}
    argv = ["bash", "-c", line]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def test_its_commands_work_in_their_order(rig: Secured) -> None:
    port = free_port()
    (rig.folder / "xenlens.password").touch(mode=0o600)
    (rig.folder / "xenlens.password").write_text("change-me\n")
    rig.more["remediation"] = {"journal": str(rig.folder / "journal.db")}
    (file,) = (block.text for block in PAGE if block.tag == YAML)
    rig.web = yaml.safe_load(file)
    config = rig.write()
    lines = [command for block in PAGE if block.tag == SHELL for command in commands(block)]
    first = next(n for n, command in enumerate(lines) if command.startswith(FIRST_REQUEST))
    for command in lines[:first]:
        run(rig, command, port)
    argv = [str(BIN / "xenlens"), "serve", "-c", str(config), "--listen", f"127.0.0.1:{port}"]
    with running(rig.folder, "xenlens", argv):
        log = rig.folder / "xenlens.log"
        wait_for(lambda: "https://127.0.0.1" in log.read_text(), 60, "xenlens serve")
        for command in lines[first:]:
            run(rig, command, port)
