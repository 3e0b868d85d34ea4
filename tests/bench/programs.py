"""The programs under measurement, each in a process of its own that ends with its block."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import psutil

from tests.labs.ports import free_port
from tests.labs.program import XENLENS

START_SECONDS, LOOK_SECONDS = 60.0, 0.2
STOP_SECONDS = 15.0
_CONFIG = re.compile(r"--config (\S+)")


@asynccontextmanager
async def demo(hosts: int) -> AsyncIterator[str]:
    """The pool; gives the path of the configuration that fits it."""
    argv = ("demo", "--hosts", str(hosts), "--no-exporter", "--control-port", str(free_port()))
    async with _xenlens(*argv) as process:
        assert process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            config = await _configuration(process.stdout)
        yield config


async def _configuration(said: asyncio.StreamReader) -> str:
    """The path that the pool tells its user to serve."""
    while line := (await said.readline()).decode():
        if found := _CONFIG.search(line):
            return found[1]
    raise ChildProcessError("the demo pool did not say where its configuration is")


@asynccontextmanager
async def exporter(config: str) -> AsyncIterator[tuple[str, psutil.Process]]:
    """The exporter, once it answers; gives its URL."""
    url = f"http://127.0.0.1:{free_port()}"
    listen = url.removeprefix("http://")
    async with _xenlens("serve", "--config", config, "--listen", listen) as process:
        await _ready(f"{url}/-/ready")
        yield url, psutil.Process(process.pid)


async def _ready(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(int(START_SECONDS / LOOK_SECONDS)):
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(aiohttp.ClientConnectionError):
                async with session.get(url) as response:
                    if response.ok:
                        return
    raise ChildProcessError("the exporter does not answer")


@asynccontextmanager
async def _xenlens(*argv: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program, ended with the block."""
    program = XENLENS
    process = await asyncio.create_subprocess_exec(
        program,
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await _wait(process)


async def _wait(process: asyncio.subprocess.Process) -> None:
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
