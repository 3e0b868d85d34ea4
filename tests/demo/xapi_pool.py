"""A small pool whose tables a test writes, its XAPIs behind sockets, and clients to ask them."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from weakref import finalize
from xmlrpc.client import ServerProxy, Transport

from exporter.demo.xapi_rpc.listeners import unix_listener
from exporter.demo.xapi_rpc.xapi import Dialect, Door, Xapi, XapiPool

PASSWORD = "secret"
NOON = datetime(2026, 8, 21, 12, tzinfo=UTC)
LATE = datetime(2026, 8, 21, 13, 30, 5, tzinfo=UTC)
Objects = dict[str, dict[str, dict[str, Any]]]


def _objects() -> Objects:
    return {
        "pool": {"OpaqueRef:p": {"uuid": "pool-1", "master": "OpaqueRef:a", "other_config": {}}},
        "host": {
            "OpaqueRef:a": {"uuid": "host-a", "enabled": True, "memory_overhead": "123"},
            "OpaqueRef:b": {"uuid": "host-b", "enabled": False, "memory_overhead": "0"},
        },
        "PBD": {"OpaqueRef:x": {"uuid": "pbd-1", "device_config": {"SCSIid": "a: b; <c>\n&"}}},
        "task": {"OpaqueRef:t": {"uuid": "task-1", "progress": 0.25, "created": NOON}},
        "message": {
            "OpaqueRef:m": {"uuid": "message-1", "name": "OLD", "timestamp": NOON},
            "OpaqueRef:n": {"uuid": "message-2", "name": "NEW", "timestamp": LATE},
        },
    }


@dataclass
class FakeDatabase:
    """Hosts `a` and `b`; tests change the tables, move the coordinator, stop the answers."""

    objects: Objects = field(default_factory=_objects)
    coordinating: str = "a"
    silent: bool = False

    def tables(self, host: str) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        return {kind: dict(table) for kind, table in self.objects.items()}

    def coordinator(self) -> str:
        return self.coordinating

    def address(self, host: str) -> str:
        return {"a": "192.0.2.11", "b": "192.0.2.12"}[host]

    def uuid(self, host: str) -> str:
        return f"host-{host}"

    def answers(self, host: str) -> bool:
        return not self.silent

    def mark(self) -> object:
        return object()

    def now(self) -> float:
        return NOON.timestamp()


def pool_of(database: FakeDatabase) -> XapiPool:
    """What the hosts share; looks often, so that tests are quick."""
    return XapiPool(database, PASSWORD, poll=0.005)


class Json:
    """A client that posts calls to `/jsonrpc`, in one connection, and gives what came back."""

    def __init__(self, where: Path | HTTPConnection, version: str | None = "2.0") -> None:
        self._http = Http(where)
        self._version = version

    async def reply(self, method: str, *params: object) -> Any:
        """The whole reply."""
        call: dict[str, object] = {"method": method, "params": params, "id": 7}
        if self._version is not None:
            call["jsonrpc"] = self._version
        answer = await self._http.send("POST", "/jsonrpc", json.dumps(call).encode())
        assert (answer.status, answer.content_type) == (200, "application/json")
        return json.loads(answer.body)

    async def call(self, method: str, *params: object) -> Any:
        """The result of a call that succeeds."""
        reply = await self.reply(method, *params)
        assert "error" not in reply, reply
        return reply["result"]

    async def refusal(self, method: str, *params: object) -> list[str]:
        """Code and parameters of the error of a call that fails."""
        error = (await self.reply(method, *params))["error"]
        return [error["message"], *error["data"]]

    async def login(self) -> str:
        """A session."""
        return str(await self.call("session.login_with_password", "root", "", "1.0", "tests"))

    def close(self) -> None:
        """Hang up."""
        self._http.close()


class Answer(NamedTuple):
    """Status, Content-Type and body of a reply."""

    status: int
    content_type: str
    body: bytes


class Http:
    """The standard library's HTTP client, over a unix socket if need be, in a thread."""

    def __init__(self, where: Path | HTTPConnection) -> None:
        self.connection = UnixConnection(str(where)) if isinstance(where, Path) else where
        finalize(self, self.connection.close)

    async def send(self, method: str, path: str, body: bytes = b"") -> Answer:
        """One request, and its reply."""
        return await asyncio.to_thread(self._send, method, path, body)

    def _send(self, method: str, path: str, body: bytes) -> Answer:
        self.connection.request(method, path, body)
        response = self.connection.getresponse()
        return Answer(response.status, response.headers["Content-Type"], response.read())

    def close(self) -> None:
        """Hang up; shutdown also ends a read that another thread waits in."""
        if self.connection.sock is not None:
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.connection.close()


class UnixConnection(HTTPConnection):
    """HTTP over the unix socket of this path."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=20)
        self._path = path

    def connect(self) -> None:
        """Open the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class UnixTransport(Transport):
    """xmlrpc.client over a unix socket, in one connection."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._kept = UnixConnection(str(path))

    def make_connection(self, host: object) -> HTTPConnection:
        """Called by xmlrpc.client for every request."""
        return self._kept

    def close(self) -> None:
        """Hang up."""
        self._kept.close()


class Xml:
    """Python's own XML-RPC client; its calls run in a thread."""

    def __init__(self, path: Path) -> None:
        transport = UnixTransport(path)
        self._proxy = ServerProxy("http://localhost/", transport=transport)
        finalize(self, transport.close)

    async def call(self, method: str, *params: object) -> Any:
        """The value of a call that succeeds."""
        reply = await self._reply(method, *params)
        assert reply["Status"] == "Success", reply
        return reply["Value"]

    async def failure(self, method: str, *params: object) -> list[str]:
        """The description of the error of a call that fails."""
        reply = await self._reply(method, *params)
        assert set(reply) == {"Status", "ErrorDescription"}
        return list(reply["ErrorDescription"])

    async def _reply(self, method: str, *params: object) -> dict[str, Any]:
        call = getattr(self._proxy, method)
        return dict(await asyncio.to_thread(call, *params))


@asynccontextmanager
async def served(
    folder: Path,
    database: FakeDatabase | None = None,
    *,
    host: str = "a",
    dialect: Dialect = "json2",
    door: Door = "unix",
    pool: XapiPool | None = None,
) -> AsyncIterator[Path]:
    """The XAPI of a host behind a unix socket; `door` is the one its clients seem to use."""
    shared = pool or pool_of(database or FakeDatabase())
    xapi = Xapi(shared, host, dialect, door, landing=True)
    async with unix_listener(xapi, folder / f"{host}-{door}") as path:
        yield path
