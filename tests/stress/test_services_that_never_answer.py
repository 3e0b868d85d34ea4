"""An XAPI and an Alertmanager that accept and never answer, or never end."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml

from alerts.remediation.journal import RunRow, reading
from alerts.remediation.tools import tools
from collectors.host import loop_time
from exporter.config import load
from exporter.fleet import Fleet
from tests.alerts.remediation.rig import TOOL, Bonds, FakeDoor
from tests.collectors.xapi.tls_peer import certificate
from tests.exporter.alertmanager_calls import firing, payload
from tests.exporter.remedied import WEBHOOK, Remedied, remedied
from tests.stress.peers import Peers, Serve, silent

BUDGET = 1.0
"""Seconds for one scrape."""
PATIENCE = 60.0
"""Seconds after which it counts as hanging, however busy the machine is."""


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An answer of HTTP whose body has no end."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    while not writer.is_closing():
        writer.write(b"1," * 32768)
        await writer.drain()


@asynccontextmanager
async def pool(folder: Path, serve: Serve) -> AsyncIterator[Fleet]:
    """A pool of one local machine, whose XAPI is asked by HTTPS and served so."""
    file, sha256 = certificate(folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    (folder / "password").touch(mode=0o600)
    (folder / "password").write_text("secret\n")
    async with Peers().listen(serve, ssl=tls) as port:
        xapi = {"address": "127.0.0.1", "port": port, "certificate_sha256": sha256}
        ways = {"ways": ["https"], "user": "root", "password_file": "password"}
        hosts = {"xcp83": {"local": {}, "xapi": xapi}}
        config = folder / "xenlens.yml"
        config.write_text(yaml.safe_dump({"pools": {"modular": {"xapi": ways, "hosts": hosts}}}))
        fleet = Fleet(load(config).targets(), loop_time)
        try:
            yield fleet
        finally:
            await fleet.close()


@pytest.mark.parametrize("serve", [silent, endless])
async def test_a_pool_whose_xapi_accepts_and_never_ends_an_answer_is_not_known_in_time(
    tmp_path: Path, serve: Serve
) -> None:
    async with pool(tmp_path, serve) as fleet:
        for _ in range(3):
            async with asyncio.timeout(PATIENCE):
                scrape = await fleet.watch("pool:modular").scrape(["pool"], BUDGET)
            (outcome,) = scrape.outcomes
            assert outcome.reason in ("deadline_exceeded", "stuck", "slow", "unparsable")
            assert outcome.reading is None


async def test_an_alertmanager_that_accepts_and_never_answers_stops_what_would_act(
    tmp_path: Path,
) -> None:
    """What was taken is decided upon all the same: refused, since nobody can pull it back."""
    async with Peers().listen(silent) as port, remedied(tmp_path) as rig:
        rig.section["alertmanager"]["url"] = f"http://127.0.0.1:{port}"
        rig.section["playbooks"][TOOL]["mode"] = "auto"
        async with rig.serving(start=False):
            await rig.service.start_remediation()
            rig.engine.parts.tools = {**tools(), TOOL: Bonds(rig.world)}
            rig.engine.parts.door = FakeDoor(rig.world)
            async with asyncio.timeout(PATIENCE):
                await rig.post(WEBHOOK, payload(firing()), 202, "webhook")
                run = await ended(rig)
    assert (run.state, run.reason) == ("REFUSED", "unreadable_alertmanager")
    assert not rig.world.effects


async def ended(rig: Remedied) -> RunRow:
    """The first run, once it is over; the client waits seconds for an answer before that."""
    while True:
        rows = await rig.remedy.journal.read(reading.runs_of)
        if rows and str(rows[0].state) in ("REFUSED", "FIXED", "FAILED"):
            return rows[0]
        await asyncio.sleep(0.02)
