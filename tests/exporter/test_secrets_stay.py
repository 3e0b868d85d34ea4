"""No secret leaves its place: not in a page, a message, a log, evidence or the journal."""

import asyncio
import os
import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from exporter.config import ConfigError, load
from exporter.demo.server import DemoPool
from exporter.webconfig import read
from tests.exporter.secretive import (
    FILES,
    VARIABLES,
    WRONG,
    Secretive,
    alertmanager,
    canaries,
)
from tests.exporter.web_security.secured import basic
from tests.labs.ports import free_port
from tests.labs.program import XENLENS
from tests.labs.waiting import wait_for

API, HOSTS = "/api/v1/remediation", ("xenserver1", "xcp82", "xcp83")
ENDED = ("ALREADY_OK", "WOULD_ACT")
PAGES = ["/", "/metrics", "/sd", "/disks", "/disks?embed", "/runbooks", "/runbooks/BondDown"]
PAGES += ["/-/healthy", "/-/ready", "/no/such/page", "/probe?target=nobody"]


async def test_secrets_are_used_and_seen_nowhere(tmp_path: Path) -> None:
    heard: list[str] = []
    port = free_port()
    at = Secretive(tmp_path, f"https://localhost:{port}", port)
    with alertmanager(heard) as manager:
        async with DemoPool(password=FILES["xapi.password"], login_delay=0.0) as pool:
            pool.apply("coordinator.moved")
            at.prepare(pool, manager)
            await asyncio.to_thread(served, at)
            hidden = canaries(at, pool.keys.client_file)
    assert heard[0] == basic("xenlens", VARIABLES["AM_PASSWORD"])["Authorization"]
    assert b"JSON-RPC over HTTPS" in b"".join(at.said.values())
    for name, secret in hidden.items():
        for where, text in at.said.items():
            assert secret not in text, f"{name} is in {where}"


def served(at: Secretive) -> None:
    """Use every secret, rightly and wrongly, while xenlens runs; then read what it wrote."""
    with (at.folder / "log").open("wb") as log:
        argv = [str(XENLENS), "serve", "-c", str(at.config)]
        process = subprocess.Popen(argv, stderr=log, env={**os.environ, **VARIABLES})
        try:
            wait_for(lambda: "listening" in (at.folder / "log").read_text(), 60, "xenlens serve")
            look(at)
            order(at)
            mislead(at)
            garble(at)
            command(at)
            for file in at.folder.glob("journal.db*"):
                at.said[file.name] = file.read_bytes()
        finally:
            process.terminate()
            process.wait(timeout=30)
    at.said["log"] = (at.folder / "log").read_bytes()
    assert "journal.db-wal" in at.said
    assert b"level=debug" in at.said["log"]
    assert b"no HTTP request" in at.said["log"]


def look(at: Secretive) -> None:
    """Fetch every page."""
    for name in (*HOSTS, "pool:modular"):
        at.ask(f"/probe?target={name}")
    for path in PAGES:
        at.ask(path)
    for name in (*HOSTS, "pool:modular"):
        at.ask(f"/evidence?target={name}")
        at.ask(f"/evidence?target={name}&format=json")


def order(at: Secretive) -> None:
    """Let an operator see a plan, so that the journal has something to tell."""
    operator = {"Authorization": f"Bearer {FILES['ben.token']}"}
    labels = {"pool": "modular", "host": "xcp83", "bond": "bond0"}
    wanted = {"playbook": "set-active-member", "labels": labels, "dry_run": True}
    number = at.ask(f"{API}/runs", operator, wanted).get("run")
    assert number, list(at.said.values())[-1]
    one = f"{API}/runs/{number}"
    wait_for(lambda: at.ask(one, operator)["state"] in ENDED, 60, "the end of a run", 0.3)
    at.ask(API, operator)
    at.ask(f"{API}/runs", operator)
    at.ask(f"{API}/pause", operator, {"why": "a test"})
    hook = {"Authorization": f"Bearer {VARIABLES['HOOK_TOKEN']}"}
    at.ask("/api/v1/alerts/webhook", hook, {"version": "4", "alerts": []})
    at.ask("/api/v1/alerts/webhook", hook, {"no": "payload"})
    assert [s for w, s in at.statuses.items() if "/webhook" in w] == [400, 400]


def mislead(at: Secretive) -> None:
    """Give secrets that are wrong, and files that cannot be used."""
    for headers in (basic(password=WRONG[0]), {"Authorization": f"Bearer {WRONG[0]}"}, {}):
        at.ask("/metrics", headers)
        at.ask(API, headers)
        at.ask("/api/v1/alerts/webhook", headers, {})
    good = at.web_config.read_text()
    at.write_web({"anna": WRONG[1]})
    at.ask("/-/reload", body={})
    assert at.run("config", "check", str(at.config)) == 2
    at.web_config.write_text(good.replace("-----END PRIVATE", "-----END PUBLIC"))
    at.ask("/-/reload", body={})
    assert at.run("config", "check", str(at.config)) == 2
    at.web_config.write_text(good)
    (at.folder / "ben.token").chmod(0o644)
    at.ask("/-/reload", body={})
    (at.folder / "ben.token").chmod(0o600)
    (at.folder / "xapi.password").write_text(FILES["wrong.password"])
    at.config.write_text(at.config.read_text().replace("xapi.password", "wrong.password"))
    at.ask("/-/reload", body={})
    at.ask("/probe?target=pool:modular")
    at.ask("/evidence?target=pool:modular")
    assert [s for w, s in at.statuses.items() if "/-/reload" in w] == [422, 422, 422, 200]


def garble(at: Secretive) -> None:
    """Send a token as a file with the line ends of Windows has it; the sender may see it again."""
    tls = ssl.create_default_context(cafile=at.folder / "ca.crt")
    bearer = f"Authorization: Bearer {FILES['ben.token']}\r\r\n"
    with (
        socket.create_connection(("localhost", at.port), timeout=60) as plain,
        tls.wrap_socket(plain, server_hostname="localhost") as here,
    ):
        here.sendall(f"GET {API} HTTP/1.1\r\nHost: localhost\r\n{bearer}\r\n".encode())
        assert here.recv(65536).split(b" ")[1] == b"400"


def command(at: Secretive) -> None:
    """What the program says on a terminal."""
    config = ("--config", str(at.config))
    assert at.run("config", "check", str(at.config)) == 0
    assert at.run("config", "show", str(at.config)) == 0
    at.run("check", "xcp83", *config)
    assert at.run("remediation", "list", *config, "--as", "ben") == 0
    assert at.run("remediation", "explain", "1", *config, "--as", "ben") == 0
    at.run("remediation", "list", *config, "--token-file", str(at.folder / "wrong.password"))
    at.run("remediation", "verify-journal", *config)


@pytest.mark.parametrize(
    "text", ["canary-token", "canary: canary-token", "- canary-token", "'canary-token", "4711"]
)
@pytest.mark.parametrize("reader", [load, read])
def test_a_file_of_a_secret_given_for_a_configuration_is_not_shown(
    tmp_path: Path, text: str, reader: Callable[[Path], object]
) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{text}\n")
    with pytest.raises(ConfigError) as caught:
        reader(file)
    assert "canary-token" not in str(caught.value)
    assert "4711" not in str(caught.value)
