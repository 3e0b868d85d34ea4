"""The simulated XAPI answers calls as the real one does, whatever is wrong with them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.demo.xapi_rpc.errors import ClientGone, XapiError
from exporter.demo.xapi_rpc.json_rpc import JsonReply
from exporter.demo.xapi_rpc.methods import Call, carry_out
from exporter.demo.xapi_rpc.xapi import Door, Xapi, XapiPool
from tests.demo.xapi_pool import PASSWORD, FakeDatabase, Json, pool_of, served

LOGIN = "session.login_with_password"
METHODS = (
    LOGIN,
    "session.get_this_host",
    "session.logout",
    "host.get_servertime",
    "host.get_all_records",
    "host.get_record",
    "host.get_by_uuid",
    "message.get_since",
    "event.from",
    "no.such",
)
TEXT = st.text(st.characters(exclude_categories=()))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Json]:
    """A client of the coordinator's unix socket."""
    async with served(tmp_path) as path:
        connected = Json(path)
        yield connected
        connected.close()


async def test_over_the_unix_socket_anybody_is_root(client: Json) -> None:
    session = await client.call(LOGIN, "anybody", "anything")
    assert list(await client.call("pool.get_all", session)) == ["OpaqueRef:p"]


async def test_records_come_by_class_by_reference_and_by_uuid(client: Json) -> None:
    session = await client.login()
    hosts = await client.call("host.get_all_records", session)
    assert hosts["OpaqueRef:b"] == {"uuid": "host-b", "enabled": False, "memory_overhead": "0"}
    assert await client.call("host.get_record", session, "OpaqueRef:b") == hosts["OpaqueRef:b"]
    assert await client.call("host.get_by_uuid", session, "host-b") == "OpaqueRef:b"


async def test_times_travel_in_the_form_of_xapi(client: Json) -> None:
    session = await client.login()
    tasks = await client.call("task.get_all_records", session)
    assert tasks["OpaqueRef:t"]["created"] == "20260821T12:00:00Z"
    assert await client.call("host.get_servertime", session, "OpaqueRef:a") == "20260821T12:00:00Z"


async def test_messages_are_given_from_a_time_on(client: Json) -> None:
    session = await client.login()
    recent = await client.call("message.get_since", session, "20260821T12:00:01Z")
    assert [message["name"] for message in recent.values()] == ["NEW"]
    assert len(await client.call("message.get_since", session, "20260821T12:00:00Z")) == 2


async def test_a_session_knows_its_host(client: Json) -> None:
    session = await client.login()
    assert await client.call("session.get_this_host", session, session) == "OpaqueRef:a"


@pytest.mark.parametrize(
    ("method", "params", "refusal"),
    [
        ("pool_update.get_all_records", [], ["MESSAGE_METHOD_UNKNOWN", "{}"]),
        ("host.explode", [], ["MESSAGE_METHOD_UNKNOWN", "{}"]),
        ("nonsense", [], ["MESSAGE_METHOD_UNKNOWN", "{}"]),
        ("host.get_record", ["OpaqueRef:z"], ["HANDLE_INVALID", "host", "OpaqueRef:z"]),
        ("host.get_record", [{}], ["HANDLE_INVALID", "host", "{{}}"]),
        ("host.get_by_uuid", ["host-z"], ["UUID_INVALID", "host", "host-z"]),
        ("host.get_all", ["x"], ["MESSAGE_PARAMETER_COUNT_MISMATCH", "{}", "0", "1"]),
        ("host.get_record", [], ["MESSAGE_PARAMETER_COUNT_MISMATCH", "{}", "1", "0"]),
        ("message.get_since", ["yesterday"], ["FIELD_TYPE_ERROR", "since"]),
        ("event.from", ["pool", "", 0.0], ["FIELD_TYPE_ERROR", "classes"]),
        ("event.from", [["pool"], "", "soon"], ["FIELD_TYPE_ERROR", "timeout"]),
    ],
)
async def test_a_wrong_call_is_refused_by_name(
    client: Json, method: str, params: list[object], refusal: list[str]
) -> None:
    session = await client.login()
    expected = [each.format(method) for each in refusal]
    assert await client.refusal(method, session, *params) == expected
    assert await client.call("host.get_all", session), "the connection is still good"


async def test_a_session_ends_with_its_logout(client: Json) -> None:
    session = await client.login()
    await client.call("session.logout", session)
    assert await client.refusal("host.get_all", session) == ["SESSION_INVALID", session]
    assert await client.refusal("host.get_all", 7) == ["SESSION_INVALID", "7"]


async def test_sessions_belong_to_the_pool_and_can_all_be_forgotten(tmp_path: Path) -> None:
    pool = pool_of(FakeDatabase())
    async with served(tmp_path, pool=pool) as path, served(tmp_path, pool=pool, host="b") as other:
        session = await Json(path).login()
        member = Json(other)
        assert await member.call("session.get_this_host", session, session) == "OpaqueRef:a"
        pool.sessions.close_all()
        assert await member.refusal("host.get_all", session) == ["SESSION_INVALID", session]


async def test_by_tcp_only_root_with_the_password_gets_in(tmp_path: Path) -> None:
    async with served(tmp_path, door="tcp") as path:
        client = Json(path)
        for user, password in (("root", "guess"), ("admin", PASSWORD), ("root", "")):
            refusal = await client.refusal(LOGIN, user, password)
            assert refusal == ["SESSION_AUTHENTICATION_FAILED", user, "Authentication failure"]
        assert await client.call(LOGIN, "root", PASSWORD)


async def test_a_wrong_password_is_refused_after_a_delay(tmp_path: Path) -> None:
    pool = XapiPool(FakeDatabase(), PASSWORD, login_delay=0.1)
    async with served(tmp_path, pool=pool, door="tcp") as path:
        client, loop = Json(path), asyncio.get_running_loop()
        started = loop.time()
        await client.refusal(LOGIN, "root", "guess")
        assert loop.time() - started >= 0.1


async def test_a_member_refuses_by_tcp_and_forwards_from_its_socket(tmp_path: Path) -> None:
    database = FakeDatabase()
    pool = pool_of(database)
    async with (
        served(tmp_path, pool=pool, host="b", door="tcp") as outside,
        served(tmp_path, pool=pool, host="b") as inside,
    ):
        client, session = Json(outside), await Json(inside).login()
        for call in ((LOGIN, "root", PASSWORD), ("host.get_all", session)):
            assert await client.refusal(*call) == ["HOST_IS_SLAVE", "192.0.2.11"]
        database.coordinating = "b"
        assert await client.call(LOGIN, "root", PASSWORD)


async def test_without_the_coordinator_calls_hang_until_it_is_back(tmp_path: Path) -> None:
    database = FakeDatabase(silent=True)
    async with served(tmp_path, database) as path:
        waiting = asyncio.create_task(Json(path).login())
        done, _ = await asyncio.wait({waiting}, timeout=0.1)
        assert not done
        database.silent = False
        assert await waiting


async def test_a_listener_ends_also_while_calls_hang(tmp_path: Path) -> None:
    async with served(tmp_path, FakeDatabase(silent=True)) as path:
        reader, writer = await asyncio.open_unix_connection(str(path))
        body = b'{"method":"pool.get_all","id":1,"params":[]}'
        writer.write(b"POST /jsonrpc HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body))
        writer.write(body)
        await asyncio.sleep(0.05)
    assert await reader.read() == b""
    writer.close()


@given(st.sampled_from(METHODS), st.booleans(), st.lists(JSON, max_size=5))
def test_any_parameters_give_an_answer_or_an_error_of_xapi(
    method: str, logged_in: bool, params: list[object]
) -> None:
    pool = pool_of(FakeDatabase())
    session = [pool.sessions.open("a")] if logged_in else []
    doors: tuple[Door, Door] = ("unix", "tcp")
    for door in doors:
        call = Call(Xapi(pool, "a", "json2", door), method, [*session, *params], lambda: True)
        with suppress(XapiError, ClientGone):
            assert JsonReply(0, "2.0").encode(asyncio.run(carry_out(call)))
