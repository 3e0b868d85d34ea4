"""What a key refuses is in the host's log (syslog(3))."""

import os
import socket
from pathlib import Path

from tests.collectors.onhost.key_program import REFUSED, installed, started
from tests.collectors.onhost.program import every_python
from tests.labs.pythons import Interpreter
from tests.live.key_mounts import ask_in, needs_mounts

pytestmark = needs_mounts
NULL = os.makedev(1, 3)
AUTH, WARNING = 4, 4
"""Facility and severity (RFC 5424, 6.2.1)."""


@every_python
def test_a_refusal_is_noted_with_the_line_cut_and_printable(
    tmp_path: Path, python: Interpreter
) -> None:
    opt, dev = installed(tmp_path / "opt"), tmp_path / "dev"
    dev.mkdir()
    os.mknod(dev / "null", 0o20666, NULL)
    line = started(("cat", "/etc/sh\u00fcdow" + "x" * 2000))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(dev / "log"))
        log.settimeout(20)
        done = ask_in(dev, "/dev", python, (str(opt / "xenlens_key.py"), "read"), line)
        assert done.returncode == REFUSED, done.stderr
        noted = log.recv(65536).decode("ascii")
    priority, _, text = noted.partition(">")
    assert priority == f"<{8 * AUTH + WARNING}"
    assert "xenlens_key[" in text
    said = "refused: the key on this host allows read only: cat '/etc/sh\\xc3\\xbcdowxxx"
    assert said in text
    assert len(text) < 400
