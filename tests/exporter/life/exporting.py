"""An exporter on a configuration that can be changed under it; its HTTP and its files are real."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import yaml
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from exporter.config import load
from exporter.demo.server import DemoPool
from exporter.service import Service
from exporter.web.app import make_app
from tests.fakes import FakeClock


class Exporting:
    """What `exporting` starts."""

    def __init__(self, config: Path, clock: FakeClock) -> None:
        self.config = config
        self.clock = clock
        self.service = Service(config, load(config), clock)
        self.client: TestClient[web.Request, web.Application] = TestClient(
            TestServer(make_app(self.service))
        )

    def edit(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change the configuration's file; `change` is given what is in it."""
        document = yaml.safe_load(self.config.read_text())
        change(document)
        self.config.write_text(yaml.safe_dump(document))

    async def reload(self, status: int = 200) -> str:
        """Let the file be read; gives what is answered."""
        async with self.client.post("/-/reload") as reply:
            text = await reply.text()
            assert reply.status == status, text
            return text

    async def get(self, path: str, status: int = 200) -> str:
        """What a path answers."""
        async with self.client.get(path) as reply:
            text = await reply.text()
            assert reply.status == status, text
            return text

    async def value(self, series: str, path: str = "/metrics") -> float:
        """The value of a series, without blanks in its labels, on a page. Raises KeyError."""
        lines = [x for x in (await self.get(path)).splitlines() if not x.startswith("#")]
        return {name: float(value) for name, value in (x.rsplit(" ", 1) for x in lines)}[series]


@asynccontextmanager
async def exporting(config: Path) -> AsyncIterator[Exporting]:
    """An exporter until the block ends."""
    exporter = Exporting(config, FakeClock())
    try:
        async with exporter.client:
            yield exporter
    finally:
        await exporter.service.close()


def callers(pool: DemoPool, host: str) -> set[int]:
    """The ports from which SSH connections to a simulated host come, one for each connection."""
    here = psutil.Process().net_connections("tcp")
    return {
        one.raddr.port
        for one in here
        if one.raddr and one.laddr.port == pool.ports[host] and one.status == "ESTABLISHED"
    }
