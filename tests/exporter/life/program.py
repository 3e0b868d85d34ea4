"""`xenlens serve` as a process of its own, as a supervisor starts it."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession

from tests.labs.ports import free_port
from tests.labs.program import XENLENS
from tests.labs.waiting import wait_for

PROMISE = 5.0
"""Seconds in which xenlens ends."""


class Program:
    """The process, its URL, and what it logged so far."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self._log = log

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and text of an answer; 0 where nothing answers."""
        try:
            async with (
                ClientSession() as session,
                session.get(self.url + path, headers=headers) as reply,
            ):
                return reply.status, await reply.text()
        except (ClientError, OSError) as error:
            return 0, str(error)

    async def post(self, path: str, fields: Mapping[str, Any], token: str) -> dict[str, Any]:
        """What somebody with a token is answered."""
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            ClientSession() as session,
            session.post(self.url + path, json=fields, headers=headers) as reply,
        ):
            text = await reply.text()
            assert reply.status == 200, text
            found: dict[str, Any] = json.loads(text)
            return found

    async def ended(self) -> int:
        """Its exit status. Raises TimeoutError where it does not end as it promises."""
        async with asyncio.timeout(PROMISE):
            return await self.process.wait()

    async def gone(self) -> int:
        """The same of a process that was ended at once, however busy this machine is."""
        async with asyncio.timeout(30):
            return await self.process.wait()

    def log(self) -> list[str]:
        """The lines it has written to standard error."""
        return self._log.read_text().splitlines()

    async def says(self, text: str) -> None:
        """Wait until it has logged something. Raises TimeoutError."""
        await asyncio.to_thread(wait_for, lambda: self._has_said(text), 60, text)

    def _has_said(self, text: str) -> bool:
        said = any(text in line for line in self.log())
        assert said or self.process.returncode is None, self.log()
        return said


@asynccontextmanager
async def program(config: Path, **environ: str) -> AsyncIterator[Program]:
    """`xenlens serve` on a configuration, from when it answers; killed where it has not ended."""
    port = free_port()
    log = config.with_suffix(".log")
    with log.open("w") as stderr:
        process = await asyncio.create_subprocess_exec(
            *(XENLENS, "serve", "--config", str(config), "--listen", f"127.0.0.1:{port}"),
            stderr=stderr,
            env={**os.environ, **environ},
        )
    running = Program(process, f"http://127.0.0.1:{port}", log)
    try:
        await running.says("listening")
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
