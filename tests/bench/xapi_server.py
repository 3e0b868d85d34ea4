"""A large pool's XAPI on a unix socket, in a process of its own, quick enough not to be measured.

`python -m tests.bench.xapi_server SOCKET` says `ready` once every class is there as JSON.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from exporter.demo.model import Model
from exporter.demo.modular import modular_chassis
from exporter.demo.pool.scaled import scaled_chassis
from exporter.demo.xapi_rpc.database import Tables
from exporter.demo.xapi_rpc.json_rpc import JsonReply
from exporter.demo.xapi_rpc.listeners import unix_listener
from exporter.demo.xapi_rpc.pool_view import ModelDatabase, xapi_of
from exporter.demo.xapi_rpc.wire import Reply
from exporter.demo.xapi_rpc.xapi import XapiPool

HOSTS, SRS, VMS = 16, 200, 2000
"""Sizes of issue 3; every host has a PBD for every SR."""
START_SECONDS, STOP_SECONDS = 60.0, 15.0
_READY = "ready"
_ASKED = "xcp83"
"""The host behind the socket."""


class Kept(ModelDatabase):
    """A pool in which nothing changes: its tables are made once."""

    def __init__(self, model: Model, host: str) -> None:
        super().__init__(model)
        self.kept: Mapping[str, dict[str, Any]] = {
            kind: dict(table) for kind, table in super().tables(host).items()
        }

    def tables(self, host: str) -> Tables:
        """The same tables, whoever asks."""
        return self.kept


class Remembered:
    """The bytes of the tables, made once for each protocol; other values are made when asked."""

    def __init__(self, tables: Mapping[str, object]) -> None:
        self._tables = {id(table) for table in tables.values()}
        self._bytes: dict[tuple[type[Reply], int], bytes] = {}

    def __call__(self, reply: Reply, value: Any) -> bytes:
        if id(value) not in self._tables:
            return reply.encode(value)
        key = type(reply), id(value)
        if key not in self._bytes:
            self._bytes[key] = reply.encode(value)
        return self._bytes[key]


@asynccontextmanager
async def xapi_server(hosts: int = HOSTS, srs: int = SRS, vms: int = VMS) -> AsyncIterator[Path]:
    """Start the process; gives the path of the socket. The process ends with the block."""
    with tempfile.TemporaryDirectory(prefix="xenlens-bench-") as folder:
        path = Path(folder) / "xapi"
        sizes = (f"--hosts={hosts}", f"--srs={srs}", f"--vms={vms}")
        argv = (sys.executable, "-m", __name__, str(path), *sizes)
        process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
        try:
            await _ready(process)
            yield path
        finally:
            await _end(process)


async def _ready(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(START_SECONDS):
        said = (await process.stdout.readline()).decode().strip()
    if said != _READY:
        raise ChildProcessError("the pool's XAPI did not start")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    async with asyncio.timeout(STOP_SECONDS):
        await process.wait()


async def serve(path: Path, hosts: int, srs: int, vms: int) -> None:
    """Serve until the process is ended."""
    chassis = scaled_chassis(modular_chassis(hosts), srs, vms)
    database = Kept(Model(chassis, time.monotonic), _ASKED)
    encode = Remembered(database.kept)
    for table in database.kept.values():
        encode(JsonReply(0, "2.0"), table)
    pool = XapiPool(database, password="", encode=encode)
    flavour = chassis.hosts[_ASKED].flavour
    async with unix_listener(xapi_of(pool, _ASKED, flavour, "unix"), path):
        print(_READY, flush=True)
        await asyncio.Event().wait()


def main(
    path: Annotated[Path, typer.Argument(help="Where the socket is to be.")],
    hosts: Annotated[int, typer.Option(min=3)] = HOSTS,
    srs: int = SRS,
    vms: int = VMS,
) -> None:
    """Serve a pool of this size."""
    asyncio.run(serve(path, hosts, srs, vms))


if __name__ == "__main__":
    typer.run(main)
