"""One read of a large pool through XAPI's socket, against the same calls without xenlens.

`python -m tests.bench.pool_read SOCKET` reads it and says what memory that took.
"""

import asyncio
import http.client
import json
import socket
import sys
from pathlib import Path
from typing import Any

from collectors.host import Output
from collectors.xapi.records import PoolState
from collectors.xapi.socket_source import SocketXapi
from collectors.xapi.source import Inquiry
from tests.bench.measure import Line, Pairs, Say, Stalls, in_turn
from tests.bench.xapi_server import HOSTS, SRS, VMS, xapi_server
from tests.demo.sockets import OneSocket

PAIRS = 15
MOST_CALLS = 10
MOST_TIMES = 1.5
SINCE = "20260101T00:00:00Z"
_LONG = 60.0


async def measure(say: Say) -> list[Line]:
    """Calls, time beside the raw calls, stalls of the event loop, and memory."""
    say("reading a large pool")
    async with xapi_server() as path:
        source = SocketXapi(OneSocket(path))
        heard: list[Output] = []
        first = await _read(source, heard)
        calls, raw = len(heard), Raw(path, heard)
        assert (len(first.pbds), len(first.vms), first.damaged) == (HOSTS * SRS, VMS, 0)
        pairs = await in_turn(lambda: _read(source, []), lambda: asyncio.to_thread(raw.ask), PAIRS)
        async with Stalls() as stalls:
            await _read(source, [])
        await source.close()
        raw.close()
        memory = await _memory(path)
    return _lines(calls, pairs, stalls, memory)


def _lines(calls: int, pairs: Pairs, stalls: Stalls, memory: tuple[float, float]) -> list[Line]:
    size = f"{HOSTS} hosts, {SRS} SRs, {HOSTS * SRS:,} PBDs, {VMS:,} VMs"
    before, after = memory
    used = f"a process of its own: {before:.0f} MiB before, {after:.0f} MiB after three reads"
    return [
        Line("calls of one pool read, login included", calls, "", MOST_CALLS, note=size),
        Line("pool read ÷ the raw calls", pairs.ratio, "", MOST_TIMES, note=pairs.note),
        Line("longest stall while a pool is read", stalls.longest * 1000, "ms"),
        Line("memory of a pool read", after - before, "MiB", note=used),
    ]


async def _read(source: SocketXapi, heard: list[Output]) -> PoolState:
    deadline = asyncio.get_running_loop().time() + _LONG
    return await source.read(Inquiry(deadline, 0.0, heard.append))


class Raw:
    """The calls that `heard` names, by the standard library, over one kept connection."""

    def __init__(self, path: Path, heard: list[Output]) -> None:
        self._methods = [output.argv[1] for output in heard if "login" not in output.argv[1]]
        self._http = http.client.HTTPConnection("localhost")
        self._http.sock = socket.socket(socket.AF_UNIX)
        self._http.sock.connect(str(path))
        login = ("root", "", "1.0", "raw")
        self._session = self._call("session.login_with_password", *login)

    def ask(self) -> None:
        """Every call once, each reply parsed."""
        for method in self._methods:
            more = (SINCE,) if method == "message.get_since" else ()
            self._call(method, self._session, *more)

    def _call(self, method: str, *params: object) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, "id": 1})
        self._http.request("POST", "/jsonrpc", body, {"Content-Type": "application/json"})
        reply = json.loads(self._http.getresponse().read())
        if "result" not in reply:
            raise ValueError(f"{method}: {reply}")
        return reply["result"]

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


async def _memory(path: Path) -> tuple[float, float]:
    argv = (sys.executable, "-m", __name__, str(path))
    process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    before, after = printed.split()
    return float(before), float(after)


def _peak() -> float:
    """MiB; proc(5), since getrusage(2) counts what the parent had when it forked."""
    status = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("VmHWM:")).split()[1]) / 1024


async def _three_reads(path: Path) -> None:
    source = SocketXapi(OneSocket(path))
    before = _peak()
    for _ in range(3):
        await _read(source, [])
    await source.close()
    print(before, _peak())


if __name__ == "__main__":
    asyncio.run(_three_reads(Path(sys.argv[1])))
