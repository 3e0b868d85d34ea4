"""The simulated control socket speaks as ovs-vswitchd's does, over a real unix socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from exporter.demo.faces.unixctl import serve
from tests.demo.simulated import Simulated
from tests.labs.netns import Namespaces
from tests.labs.vswitch import Vswitch

REQUESTS = [
    b'{"id":0,"method":"bond/list","params":[]}',
    b'{"id":"a","method":"bond/list","params":[]}\n',
    b'{"id":1,"method":"bond/show","params":["bond9"]}',
    b'{"id":2,"method":"bond/show","params":["a","b"]}',
    b'{"id":3,"method":"bond/show","params":[7]}',
    b'{"id":4,"method":"bond/set-active-slave","params":["bond0"]}',
    b'{"id":5,"method":"lacp/show","params":["bond9"]}',
    b'{"id":6,"method":"lacp/show","params":[]}',
    b'{"id":7,"method":"no/such","params":[]}',
]
NO_REQUESTS = [b"bond/list\n", b'{"id":1,"method":"bond/list"}', b"[]"]


@asynccontextmanager
async def served(host: str, folder: Path) -> AsyncIterator[Path]:
    """The control socket of a simulated host, as a socket of this machine."""
    dom0 = Simulated().dom0(host)
    path = folder / "vswitchd.ctl"
    server = await asyncio.start_unix_server(lambda r, w: serve(dom0, r, w), str(path))
    async with server:
        yield path


async def said(path: Path, *requests: bytes) -> list[bytes]:
    """What a socket answers to requests sent one by one on one connection."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    answers = []
    for request in requests:
        writer.write(request)
        answers.append(await asyncio.wait_for(reader.read(65536), 5))
    writer.close()
    await writer.wait_closed()
    return answers


async def test_json_rpc_answers_without_a_newline_at_the_end(tmp_path: Path) -> None:
    async with served("xcp83", tmp_path) as path:
        listed, refused = await said(path, REQUESTS[0], REQUESTS[2])
    assert listed == (
        b'{"id":0,"result":"bond\\ttype\\trecircID\\tmembers\\n'
        b'bond0\\tactive-backup\\t0\\teth2, eth0\\nbond1\\tactive-backup\\t0\\teth1, eth3\\n",'
        b'"error":null}'
    )
    assert refused == b'{"id":1,"error":"no such bond\\n"}'


async def test_a_request_may_come_in_pieces_and_several_at_once(tmp_path: Path) -> None:
    async with served("xcp82", tmp_path) as path:
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(REQUESTS[0][:20])
        await writer.drain()
        writer.write(REQUESTS[0][20:] + REQUESTS[2])
        answers = b""
        while answers.count(b'"id"') < 2:
            answers += await asyncio.wait_for(reader.read(65536), 5)
        writer.close()
    assert answers.endswith(b'{"id":1,"error":"no such bond\\n"}')


@pytest.mark.parametrize("nonsense", NO_REQUESTS)
async def test_what_is_no_request_closes_the_connection(tmp_path: Path, nonsense: bytes) -> None:
    async with served("xcp82", tmp_path) as path:
        assert await said(path, nonsense) == [b""]


async def test_1_0_99_speaks_lines_with_a_status_and_a_dot(tmp_path: Path) -> None:
    async with served("xenserver1", tmp_path) as path:
        answers = await said(path, b"bond/list\n", b"bond/show bond9\n", b'{"id":0}\n')
    assert answers == [
        b"200 OK\nbridge\tbond\ttype\tslaves\n"
        b"xapi0\tbond0\tactive-backup\teth2, eth0\nxapi1\tbond1\tactive-backup\teth1, eth3\n.\n",
        b"501 Invalid Argument\nno such bond\n.\n",
        b'400 Bad Request\n"{"id":0}" is not a valid command\n.\n',
    ]


@pytest.fixture
def real_socket(tmp_path: Path) -> Iterator[Path]:
    """The control socket of a real Open vSwitch without bonds."""
    with Namespaces("host") as namespaces, Vswitch(namespaces, "host", tmp_path / "ovs") as vswitch:
        yield vswitch.ctl_socket


@pytest.mark.ovs
async def test_framing_and_refusals_are_those_of_the_real_open_vswitch(
    real_socket: Path, tmp_path: Path
) -> None:
    async with served("xcp83", tmp_path) as simulated:
        ours, real = await said(simulated, *REQUESTS), await said(real_socket, *REQUESTS)
        for nonsense in NO_REQUESTS:
            assert await said(simulated, nonsense) == await said(real_socket, nonsense)
    assert [list(json.loads(answer)) for answer in ours] == [
        list(json.loads(answer)) for answer in real
    ]
    without_bonds = slice(2, None)
    assert ours[without_bonds] == real[without_bonds]
    assert [answer[-1:] for answer in ours] == [answer[-1:] for answer in real]
