"""Hosts reached by SSH: commands, the kept connection, sockets."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from collectors.host import DeadlineExceeded, OutputTooLarge, SocketUnavailable, Stuck, Unreachable
from exporter.hosts.ssh import SshHost
from tests.hosts.conftest import Within
from tests.hosts.inputs import INTERPRETED, MEGABYTE, PRINTED, PROGRAM, UNREAD, checksum
from tests.hosts.processes import gone, pids_in, until
from tests.hosts.ssh_server import Server, running


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running(tmp_path / "server") as server:
        yield server


@pytest.fixture
async def host(server: Server) -> AsyncIterator[SshHost]:
    host = SshHost("xs1", server.settings())
    yield host
    await host.close()


async def test_a_command_answers_with_its_own_output(
    server: Server, host: SshHost, within: Within
) -> None:
    server.banner = "echo Welcome to dom0; echo 'no mail' >&2; "
    output = await host.run(["sh", "-c", "echo a b; echo c >&2; exit 3"], deadline=within(20))
    assert (output.stdout, output.stderr, output.exit_status) == ("a b\n", "c\n", 3)


async def test_the_server_sees_the_words_of_the_command(
    server: Server, host: SshHost, within: Within
) -> None:
    await host.run(["echo", "a b", "$HOME"], deadline=within(20))
    assert server.lines[0].endswith("; exec echo 'a b' '$HOME' </dev/null")


async def test_a_program_on_standard_input_runs_with_its_arguments(
    server: Server, host: SshHost, within: Within
) -> None:
    server.banner = "echo Welcome to dom0; "
    output = await host.run(INTERPRETED, deadline=within(20), stdin=PROGRAM)
    assert (output.stdout, output.stderr, output.exit_status) == (PRINTED, "", 0)


async def test_a_place_that_is_given_back_late_is_waited_for(
    server: Server, host: SshHost, within: Within
) -> None:
    server.refuses = 3
    assert (await host.run(["echo", "a"], deadline=within(20))).stdout == "a\n"


async def test_a_megabyte_goes_whole_through_a_narrow_window(
    within: Within, tmp_path: Path
) -> None:
    async with running(tmp_path / "narrow", window=20_000) as server:
        host = SshHost("xs1", server.settings())
        output = await host.run(["sha256sum"], deadline=within(20), stdin=MEGABYTE)
        assert output.stdout == checksum(MEGABYTE)
        await host.close()


@pytest.mark.parametrize("window", [20_000, 2_000_000])
@pytest.mark.parametrize(("argv", "stdout", "exit_status"), UNREAD)
async def test_what_a_command_does_not_read_is_no_failure(
    within: Within, tmp_path: Path, window: int, argv: list[str], stdout: str, exit_status: int
) -> None:
    async with running(tmp_path / "server", window) as server:
        host = SshHost("xs1", server.settings())
        output = await host.run(argv, deadline=within(20), stdin=MEGABYTE)
        assert (output.stdout, output.exit_status, output.failure) == (stdout, exit_status, None)
        await host.close()


@pytest.mark.parametrize("window", [20_000, 2_000_000])
async def test_a_command_that_hangs_without_reading_is_killed(
    within: Within, tmp_path: Path, window: int
) -> None:
    async with running(tmp_path / "server", window) as server:
        host, pids = SshHost("xs1", server.settings()), tmp_path / "pids"
        command = ["sh", "-c", "echo $$ >$0; exec sleep 300", str(pids)]
        run = asyncio.create_task(host.run(command, deadline=within(2), stdin=MEGABYTE))
        [pid] = await pids_in(pids, 1)
        with pytest.raises(DeadlineExceeded):
            await run
        assert await gone(pid)
        again = await host.run(["sha256sum"], deadline=within(20), stdin="next")
        assert again.stdout == checksum("next")
        assert host.stuck() == {}
        await host.close()


async def test_a_connection_lost_while_the_command_is_given_its_input_is_unreachable(
    within: Within, tmp_path: Path
) -> None:
    async with running(tmp_path / "server", window=20_000) as server:
        host = SshHost("xs1", server.settings())
        run = asyncio.create_task(host.run(["sleep", "300"], deadline=within(20), stdin=MEGABYTE))
        await until(lambda: bool(server.children))
        server.drop()
        with pytest.raises(Unreachable, match="sleep 300"):
            await run
        output = await host.run(["sha256sum"], deadline=within(20), stdin=MEGABYTE)
        assert output.stdout == checksum(MEGABYTE)
        await host.close()


async def test_a_login_shell_that_refuses_is_unreachable(
    server: Server, host: SshHost, within: Within
) -> None:
    server.banner = "echo This account is not available; exit 1; "
    with pytest.raises(Unreachable, match="the login shell ended") as raised:
        await host.run(["true"], deadline=within(20))
    assert raised.value.output is not None
    assert "not available" in raised.value.output.stdout


async def test_one_connection_serves_every_command(
    server: Server, host: SshHost, within: Within
) -> None:
    await asyncio.gather(*(host.run(["echo", str(x)], deadline=within(20)) for x in range(12)))
    assert len(server.connections) == 1


async def test_a_broken_connection_is_unreachable_and_the_next_call_reconnects(
    server: Server, host: SshHost, within: Within
) -> None:
    run = asyncio.create_task(host.run(["sleep", "300"], deadline=within(20)))
    await until(lambda: bool(server.lines))
    server.drop()
    with pytest.raises(Unreachable, match="sleep 300"):
        await run
    assert (await host.run(["echo", "back"], deadline=within(20))).stdout == "back\n"
    assert len(server.connections) == 2


async def test_a_run_left_by_a_broken_connection_is_killed_before_the_next(
    server: Server, host: SshHost, within: Within, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    command = ["sh", "-c", f"echo $$ >>{pids}; exec sleep 300"]
    first = asyncio.create_task(host.run(command, deadline=within(60)))
    [left] = await pids_in(pids, 1)
    # The marker was printed before; it has to reach us too.
    await asyncio.sleep(0.5)
    server.drop()
    with pytest.raises(Unreachable):
        await first
    second = asyncio.create_task(host.run(command, deadline=within(60)))
    await pids_in(pids, 2)
    assert await gone(left)
    second.cancel()


async def test_the_deadline_is_kept_by_a_server_that_never_answers(
    server: Server, host: SshHost, within: Within
) -> None:
    server.deaf = True
    with pytest.raises(DeadlineExceeded):
        await host.run(["multipath", "-ll"], deadline=within(0.5))
    with pytest.raises(Stuck):
        await host.run(["multipath", "-ll"], deadline=within(20))
    assert list(host.stuck()) == ["multipath -ll"]
    server.drop()
    await until(lambda: not host.stuck())


async def test_too_much_output_is_cut_off(server: Server, within: Within) -> None:
    host = SshHost("xs1", server.settings(max_output=100_000))
    with pytest.raises(OutputTooLarge) as raised:
        await host.run(["yes"], deadline=within(20))
    assert raised.value.output is not None
    assert raised.value.output.stdout.startswith("y\ny\n")
    await host.close()


async def test_a_unix_socket_of_the_host_is_talked_to(
    host: SshHost, within: Within, tmp_path: Path
) -> None:
    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        writer.close()

    path = str(tmp_path / "ctl")
    listener = await asyncio.start_unix_server(shout, path)
    reader, writer = await host.connect_unix(path, deadline=within(20))
    writer.write(b"hello\n")
    await writer.drain()
    assert await reader.read(100) == b"HELLO\n"
    assert await reader.read(100) == b""
    writer.close()
    await writer.wait_closed()
    listener.close()


async def test_a_socket_whose_connection_breaks_fails_like_a_local_one(
    server: Server, host: SshHost, within: Within, tmp_path: Path
) -> None:
    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    path = str(tmp_path / "ctl")
    listener = await asyncio.start_unix_server(wait, path)
    reader, _ = await host.connect_unix(path, deadline=within(20))
    server.drop()
    with pytest.raises(OSError, match=r".*"):
        await reader.read(100)
    listener.close()


async def test_a_server_that_does_not_forward_has_no_sockets(
    server: Server, host: SshHost, within: Within
) -> None:
    server.forwards = False
    with pytest.raises(SocketUnavailable):
        await host.connect_unix("/var/run/x", deadline=within(20))


async def test_forwarding_can_be_switched_off(server: Server, within: Within) -> None:
    host = SshHost("xs1", server.settings(forward_sockets=False), jitter=random.Random(1))
    with pytest.raises(SocketUnavailable, match="switched off"):
        await host.connect_unix("/var/run/x", deadline=within(20))
    assert server.connections == []


async def test_a_host_behind_a_jump_host_is_reached(
    server: Server, within: Within, tmp_path: Path
) -> None:
    async with running(tmp_path / "jump") as jump:
        host = SshHost("xs1", server.settings(jump=jump.settings()))
        assert (await host.run(["echo", "hi"], deadline=within(20))).stdout == "hi\n"
        assert len(jump.connections) == 1
        await host.close()


async def test_a_dead_jump_host_is_named(server: Server, within: Within, tmp_path: Path) -> None:
    async with running(tmp_path / "jump") as jump:
        settings = server.settings(jump=jump.settings(user="guest"))
    with pytest.raises(Unreachable, match=r"jump host guest@127\.0\.0\.1.*refused"):
        await SshHost("xs1", settings).run(["true"], deadline=within(20))
