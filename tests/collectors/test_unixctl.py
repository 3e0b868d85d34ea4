"""The control-socket client, against servers speaking both protocols on a real unix socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from collectors.host import DeadlineExceeded, Output, SocketUnavailable, Stream
from collectors.registry import Look
from collectors.unixctl import ControlSocket

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class SocketHost:
    """This machine's unix sockets, and `cat` of real files."""

    name = "socket-host"

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        assert argv[0] == "cat"
        path = Path(argv[1])
        text = path.read_text() if path.exists() else ""
        return Output(tuple(argv), stdout=text, exit_status=0 if text else 1)

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        try:
            return await asyncio.open_unix_connection(path)
        except OSError as error:
            raise SocketUnavailable(str(error)) from error

    def stuck(self) -> dict[str, float]:
        return {}

    async def close(self) -> None: ...


@asynccontextmanager
async def vswitchd(rundir: Path, serve: Serve, pid: int = 77) -> AsyncIterator[None]:
    """A control socket with its pid file, as ovs-vswitchd leaves them."""
    (rundir / "ovs-vswitchd.pid").write_text(f"{pid}\n")
    clients: list[asyncio.StreamWriter] = []

    async def kept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clients.append(writer)
        await serve(reader, writer)

    server = await asyncio.start_unix_server(kept, rundir / f"ovs-vswitchd.{pid}.ctl")
    try:
        yield
    finally:
        server.close()
        for client in clients:
            client.close()


def json_server(answers: dict[str, str], in_pieces: bool = False) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            request = json.loads(line)
            words = " ".join([request["method"], *request["params"]])
            result = answers.get(words)
            error = None if result is not None else "no such bond\n"
            reply = json.dumps({"error": error, "id": request["id"], "result": result})
            for piece in reply if in_pieces else [reply]:
                writer.write(piece.encode())
                await writer.drain()

    return serve


async def old_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Open vSwitch before 1.6."""
    while line := await reader.readline():
        if line == b"bond/show bond0\n":
            writer.write(b"200 OK\nbond_mode: active-backup\n..hidden\n.\n")
        else:
            writer.write(b"501 Not Implemented\nno such bond\n.\n")


async def silent_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def look(seconds: float = 5.0) -> Look:
    return Look(SocketHost(), asyncio.get_running_loop().time() + seconds)


async def test_an_answer_has_the_shape_of_ovs_appctls(tmp_path: Path) -> None:
    async with vswitchd(tmp_path, json_server({"bond/show": "---- bond0 ----\n"})):
        control = ControlSocket(str(tmp_path))
        output = await control.ask(look(), "bond/show")
        refusal = await control.ask(look(), "bond/show", "bond7")
        await control.close()
    assert (output.exit_status, output.stdout) == (0, "---- bond0 ----\n")
    assert (refusal.exit_status, refusal.stderr) == (2, "no such bond\n")


async def test_a_reply_may_arrive_byte_by_byte(tmp_path: Path) -> None:
    async with vswitchd(tmp_path, json_server({"bond/show": '{"}\n'}, in_pieces=True)):
        control = ControlSocket(str(tmp_path))
        assert (await control.ask(look(), "bond/show")).stdout == '{"}\n'
        await control.close()


async def test_the_text_protocol_before_1_6_is_recognised(tmp_path: Path) -> None:
    async with vswitchd(tmp_path, old_server):
        control = ControlSocket(str(tmp_path))
        refusal = await control.ask(look(), "bond/show", "bond9")
        output = await control.ask(look(), "bond/show", "bond0")
        await control.close()
    assert (refusal.exit_status, refusal.stderr) == (2, "no such bond\n")
    assert output.stdout == "bond_mode: active-backup\n.hidden\n"


async def test_a_restarted_vswitchd_is_found_again(tmp_path: Path) -> None:
    control = ControlSocket(str(tmp_path))
    for pid in (11, 12):
        async with vswitchd(tmp_path, json_server({"bond/list": str(pid)}), pid):
            assert (await control.ask(look(), "bond/list")).stdout == str(pid)
    await control.close()


async def test_many_askers_share_one_connection(tmp_path: Path) -> None:
    async with vswitchd(tmp_path, json_server({f"x{n}": f"{n}" for n in range(20)})):
        control = ControlSocket(str(tmp_path))
        outputs = await asyncio.gather(*(control.ask(look(), f"x{n}") for n in range(20)))
        await control.close()
    assert [output.stdout for output in outputs] == [str(n) for n in range(20)]


async def test_without_a_pid_file_the_socket_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(SocketUnavailable, match="no process id"):
        await ControlSocket(str(tmp_path)).ask(look(), "bond/show")


async def test_a_silent_vswitchd_costs_no_more_than_the_deadline(tmp_path: Path) -> None:
    async with vswitchd(tmp_path, silent_server):
        noted: list[Output] = []
        hasty = Look(SocketHost(), asyncio.get_running_loop().time() + 0.1, trace=noted.append)
        with pytest.raises(DeadlineExceeded):
            await ControlSocket(str(tmp_path)).ask(hasty, "bond/show")
    assert noted[-1].failure == "no answer from ovs-vswitchd in time"


async def test_after_a_missed_deadline_the_next_answer_is_not_the_old_one(tmp_path: Path) -> None:
    late = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = json.loads(await reader.readline())
        if request["method"] == "slow":
            await late.wait()
        writer.write(
            json.dumps({"error": None, "id": request["id"], "result": request["method"]}).encode()
        )

    async with vswitchd(tmp_path, serve):
        control = ControlSocket(str(tmp_path))
        with pytest.raises(DeadlineExceeded):
            await control.ask(look(0.1), "slow")
        late.set()
        assert (await control.ask(look(), "fast")).stdout == "fast"
        await control.close()
