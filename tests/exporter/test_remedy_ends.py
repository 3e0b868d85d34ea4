"""How remediation ends in time: also with hosts that hang, and while it only begins."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from alerts.remediation.journal import Journal
from exporter.remediation.client import JournalFile
from tests.alerts.remediation.rig import TOOL, FakeDoor
from tests.exporter.alertmanager_calls import firing
from tests.exporter.remedied import API, Remedied, remedied
from tests.labs.ports import free_port
from tests.labs.program import XENLENS

PROMISE = 5.0
"""Seconds in which xenlens ends."""


class DoorThatKeepsLocks(FakeDoor):
    """A host that hangs as soon as a lock is given back to it."""

    async def release(self, host: str, object: str, run: int) -> str:
        await asyncio.Event().wait()
        return ""


async def hang(host: str) -> None:
    await asyncio.Event().wait()


async def a_moment(host: str) -> None:
    await asyncio.sleep(0.1)


async def acting(rig: Remedied, takes: Callable[[str], Awaitable[None]] = hang) -> None:
    """A run in the middle of an effect."""
    rig.section["playbooks"][TOOL]["mode"] = "auto"
    rig.world.before_effect = takes
    rig.write_config()
    await rig.post("/-/reload", who="")
    await rig.call(firing())
    await rig.reached("ACTING")


@asynccontextmanager
async def program(rig: Remedied) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """`xenlens serve` on the configuration, and its URL, once it answers."""
    url = f"http://127.0.0.1:{free_port()}"
    listen = url.removeprefix("http://")
    process = await asyncio.create_subprocess_exec(
        *(XENLENS, "serve", "--config", str(rig.config), "--listen", listen),
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ,
    )
    try:
        for _ in range(400):
            if await status(url, "/-/healthy") == 200:
                break
            await asyncio.sleep(0.05)
        yield process, url
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def status(url: str, path: str) -> int:
    """What a GET is answered with; 0 where nothing answers."""
    try:
        async with ClientSession() as session, session.get(url + path) as response:
            return response.status
    except ClientError:
        return 0


async def test_an_effect_and_a_host_that_hang_do_not_keep_xenlens_from_ending(
    tmp_path: Path,
) -> None:
    async with remedied(tmp_path) as rig:
        async with rig.serving():
            rig.engine.parts.door = DoorThatKeepsLocks(rig.world)
            await acting(rig)
            async with asyncio.timeout(PROMISE):
                await rig.remedy.close(patience=0.05)
        # It is for the next start to tell what became of it, and the journal is free for it.
        assert JournalFile(rig.journal).run(1)["state"] == "ACTING"
        await Journal.open(rig.journal, rig.clock).close()


async def test_a_step_that_ends_in_time_is_written_down(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig:
        async with rig.serving():
            await acting(rig, a_moment)
            await rig.service.end_remediation()
        states = [step["state"] for step in JournalFile(rig.journal).run(1)["steps"]]
        assert "APPLIED" in states


async def test_what_calls_while_it_ends_is_told_to_call_again(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig, rig.serving():
        await rig.service.end_remediation()
        await rig.call(firing(), status=503)
        await rig.get(API, 503)
        await rig.get("/-/ready", 503)
        assert "xenlens_remediation_armed 0.0" in await rig.get("/metrics")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_while_open_runs_are_classified(
    tmp_path: Path, number: signal.Signals
) -> None:
    async with remedied(tmp_path) as rig:
        await left_acting(rig)
        async with program(rig) as (process, url):
            assert await status(url, "/-/ready") == 503
            process.send_signal(signal.SIGHUP)
            await asyncio.sleep(0.2)
            assert await status(url, "/-/ready") == 503
            process.send_signal(number)
            async with asyncio.timeout(PROMISE):
                assert await process.wait() == 0
        assert JournalFile(rig.journal).run(1)["state"] == "ACTING"


async def left_acting(rig: Remedied) -> None:
    """A journal with a run in the middle of an effect, on a host that cannot be asked now."""
    async with rig.serving():
        await acting(rig)
        await rig.remedy.close(patience=0.0)
