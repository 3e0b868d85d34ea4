"""Making the connection: which address, what an operator reads, and when it is tried again."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest

from collectors.host import Unreachable
from exporter.hosts.backoff import Backoff
from exporter.hosts.settings import Ssh
from exporter.hosts.ssh import SshHost
from tests.fakes import FakeClock
from tests.hosts.conftest import Within
from tests.hosts.ssh_server import Server, running


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running(tmp_path / "server") as server:
        yield server


@asynccontextmanager
async def listener(address: str, port: int, *, hang_up: bool) -> AsyncIterator[list[int]]:
    """Something that is no SSH server; yields the list of connections it got."""
    got: list[int] = []

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(1)
        if not hang_up:
            await reader.read()
        writer.close()

    async with await asyncio.start_server(meet, address, port):
        yield got


async def failure(settings: Ssh, deadline: float) -> str:
    """What an operator reads about a host that cannot be reached."""
    host = SshHost("xs1", settings)
    with pytest.raises(Unreachable) as raised:
        await host.run(["true"], deadline=deadline)
    await host.close()
    return str(raised.value)


async def test_the_alternate_address_is_tried_second_and_then_first(
    server: Server, within: Within
) -> None:
    known = server.trust("127.0.0.2")
    settings = server.settings(address="127.0.0.2", alternate="127.0.0.1", known_hosts=known)
    host = SshHost("xs1", settings)
    async with listener("127.0.0.2", server.port, hang_up=True) as tried:
        for _ in range(2):
            assert (await host.run(["echo", "hi"], deadline=within(20))).stdout == "hi\n"
            server.drop()
            await asyncio.sleep(0.1)
    assert len(server.connections) == 2
    assert len(tried) == 1
    await host.close()


async def test_both_addresses_are_named_when_neither_answers(
    server: Server, within: Within
) -> None:
    settings = server.settings(address="127.0.0.2", alternate="127.0.0.3")
    said = await failure(settings, within(20))
    assert f"root@127.0.0.2:{server.port}: connection refused" in said
    assert f"root@127.0.0.3:{server.port}: connection refused" in said


async def test_an_unknown_host_key_is_shown_and_refused(server: Server, within: Within) -> None:
    empty = server.folder / "none"
    empty.write_text("")
    said = await failure(server.settings(known_hosts=empty), within(20))
    assert "unknown host key" in said
    assert server.host_key.get_fingerprint() in said
    assert str(empty) in said


async def test_a_changed_host_key_is_refused(server: Server, within: Within) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    wrong = server.folder / "wrong"
    wrong.write_text(f"[127.0.0.1]:{server.port} {other}")
    said = await failure(server.settings(known_hosts=wrong), within(20))
    assert "wrong host key" in said
    assert "reinstalled" in said
    assert server.lines == []


async def test_an_unknown_host_key_is_taken_when_nobody_wants_it_verified(
    server: Server, within: Within
) -> None:
    host = SshHost("xs1", server.settings(known_hosts=None, verify_host_key=False))
    assert (await host.run(["echo", "hi"], deadline=within(20))).stdout == "hi\n"
    await host.close()


async def test_refused_authentication_says_where_the_key_belongs(
    server: Server, within: Within
) -> None:
    key = server.folder / "other"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(key))
    said = await failure(server.settings(key=key), within(20))
    assert f"authentication refused: add the public key of {key}" in said


@pytest.mark.parametrize(
    ("content", "expected"),
    [(None, "cannot be read: No such file"), ("garbage", "id_bad"), ("locked", "passphrase")],
)
async def test_an_unusable_key_file_is_named(
    server: Server, within: Within, content: str | None, expected: str
) -> None:
    key = server.folder / "id_bad"
    if content == "locked":
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(
            str(key), "pkcs8-pem", passphrase="x"
        )
    elif content is not None:
        key.write_text(content)
    said = await failure(server.settings(key=key), within(20))
    assert str(key) in said
    assert expected in said
    assert server.connections == []


async def test_an_absent_known_hosts_file_is_named(server: Server, within: Within) -> None:
    absent = server.folder / "absent"
    said = await failure(server.settings(known_hosts=absent), within(20))
    assert f"{absent}: cannot be read" in said


async def test_a_server_that_says_nothing_times_out(server: Server, within: Within) -> None:
    async with listener("127.0.0.4", server.port, hang_up=False):
        said = await failure(server.settings(address="127.0.0.4", connect_timeout=0.3), within(20))
    assert "no answer within 0.3 s (connection timed out)" in said


async def test_something_that_hangs_up_says_so(server: Server, within: Within) -> None:
    async with listener("127.0.0.4", server.port, hang_up=True):
        said = await failure(server.settings(address="127.0.0.4"), within(20))
    assert "hung up" in said
    assert "an old host needs `legacy: true`" in said


async def test_a_deadline_before_the_connection_is_unreachable(
    server: Server, within: Within
) -> None:
    async with listener("127.0.0.4", server.port, hang_up=False):
        said = await failure(server.settings(address="127.0.0.4"), within(0.2))
    assert "no connection yet at the deadline" in said


async def test_during_the_pause_nothing_is_tried_and_the_reason_stays(
    server: Server, within: Within
) -> None:
    clock = FakeClock()
    settings = server.settings(address="127.0.0.4")
    host = SshHost("xs1", settings, clock=clock, jitter=random.Random(1))
    async with listener("127.0.0.4", server.port, hang_up=True) as tried:
        for expected in ("hung up", "next attempt in", "next attempt in"):
            with pytest.raises(Unreachable, match=expected):
                await host.run(["true"], deadline=within(20))
        assert len(tried) == 1
        clock.now += 60
        with pytest.raises(Unreachable, match="hung up"):
            await host.run(["true"], deadline=within(20))
        assert len(tried) == 2
    await host.close()


async def test_many_callers_make_one_attempt(server: Server, within: Within) -> None:
    host = SshHost("xs1", server.settings(address="127.0.0.4"))
    async with listener("127.0.0.4", server.port, hang_up=True) as tried:
        runs = [host.run(["echo", str(x)], deadline=within(20)) for x in range(10)]
        said = await asyncio.gather(*runs, return_exceptions=True)
        assert all(isinstance(x, Unreachable) for x in said)
        assert len(tried) == 1
    await host.close()


def test_pauses_double_up_to_half_a_minute() -> None:
    clock = FakeClock(0.0)
    backoff = Backoff(clock, random.Random(1))
    pauses = []
    for _ in range(8):
        backoff.failed("refused")
        pauses.append(backoff.seconds_left())
        clock.now += 100
        assert backoff.seconds_left() == 0
    assert all(2.0**n / 2 <= pause <= 2.0**n for n, pause in enumerate(pauses[:5]))
    assert all(15 <= pause <= 30 for pause in pauses[5:])
    backoff.succeeded()
    backoff.failed("refused")
    assert backoff.seconds_left() <= 1


async def test_a_host_that_was_let_go_of_is_never_connected_again(
    server: Server, within: Within
) -> None:
    host = SshHost("xs1", server.settings())
    assert (await host.run(["echo", "hi"], deadline=within(20))).stdout == "hi\n"
    await host.close()
    with pytest.raises(Unreachable, match="no longer watched"):
        await host.connect_unix("/var/lib/xcp/xapi", deadline=within(20))
    assert len(server.connections) == 1
