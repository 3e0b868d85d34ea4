"""The simulated XAPI speaks XML-RPC, both versions of JSON-RPC, and HTTP, as each version does."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from xmlrpc.client import DateTime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.demo.xapi_rpc.errors import XapiError
from exporter.demo.xapi_rpc.json_rpc import JsonReply, Shape, read_json
from exporter.demo.xapi_rpc.wire import Malformed
from exporter.demo.xapi_rpc.xml_rpc import read_xml
from tests.demo.xapi_pool import Http, Json, Xml, served

XML = (
    "<?xml version='1.0'?><methodCall><methodName>{}</methodName><params>"
    "<param><value><string>root</string></value></param>"
    "<param><value><string/></value></param></params></methodCall>"
)


def test_xml_rpc_wraps_every_reply_in_a_struct() -> None:
    reply = read_xml(XML.format("x.y").encode()).reply
    assert reply.success(reply.encode("v")) == (
        b"<?xml version='1.0'?>\n<methodResponse><params><param><value><struct>"
        b"<member><name>Status</name><value><string>Success</string></value>\n</member>"
        b"<member><name>Value</name><value><string>v</string></value>\n</member>"
        b"</struct></value></param></params></methodResponse>"
    )


@pytest.mark.parametrize(
    ("shape", "success", "failure"),
    [
        (
            "2.0",
            {"jsonrpc": "2.0", "result": "v", "id": 3},
            {"jsonrpc": "2.0", "error": {"code": 1, "message": "E", "data": ["p"]}, "id": 3},
        ),
        (
            "1.0",
            {"result": "v", "error": None, "id": 3},
            {"result": None, "error": ["E", "p"], "id": 3},
        ),
        (
            "wrapped",
            {"result": {"Status": "Success", "Value": "v"}, "error": None, "id": 3},
            {
                "result": {"Status": "Failure", "ErrorDescription": ["E", "p"]},
                "error": None,
                "id": 3,
            },
        ),
    ],
)
def test_json_rpc_answers_in_its_version(shape: Shape, success: object, failure: object) -> None:
    reply = JsonReply(3, shape)
    assert json.loads(reply.success(reply.encode("v"))) == success
    assert json.loads(reply.failure(XapiError("E", "p"))) == failure


@given(st.binary() | st.text().map(str.encode))
def test_any_body_is_a_call_or_malformed(body: bytes) -> None:
    for read in (read_xml, lambda data: read_json(data, "json2")):
        with suppress(Malformed):
            assert isinstance(read(body).method, str)


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '{"params":[],"id":1}',
        '{"method":"m","params":{},"id":1}',
        '{"method":"m","params":[]}',
        '{"method":"m","params":[],"id":null}',
        '{"method":"m","params":[],"id":true}',
        "[" * 100_000,
    ],
)
def test_a_json_text_that_is_no_call_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        read_json(body.encode(), "json2")


async def test_pythons_own_client_reads_the_xml(tmp_path: Path) -> None:
    async with served(tmp_path, dialect="xml") as path:
        client = Xml(path)
        session = await client.call("session.login_with_password", "root", "", "1.0")
        tasks = await client.call("task.get_all_records", session)
        pbds = await client.call("PBD.get_all_records", session)
        recent = await client.call("message.get_since", session, DateTime("20260821T12:00:01Z"))
    task = tasks["OpaqueRef:t"]
    assert (task["created"].value, task["progress"]) == ("20260821T12:00:00Z", 0.25)
    assert pbds["OpaqueRef:x"]["device_config"] == {"SCSIid": "a: b; <c>\n&"}
    assert [message["name"] for message in recent.values()] == ["NEW"]


async def test_the_originator_came_with_6_5(tmp_path: Path) -> None:
    login = ("session.login_with_password", "root", "", "1.0", "xenlens")
    async with served(tmp_path, dialect="xml") as old:
        mismatch = ["MESSAGE_PARAMETER_COUNT_MISMATCH", login[0], "2", "4"]
        assert await Xml(old).failure(*login) == mismatch
        assert await Xml(old).call(*login[:-1])
        assert await Xml(old).call(*login[:-2])
    async with served(tmp_path, host="b", dialect="json1") as new:
        assert await Xml(new).call(*login)


async def test_6_5_answers_every_json_call_in_1_0(tmp_path: Path) -> None:
    async with served(tmp_path, dialect="json1") as path:
        for version in ("2.0", None):
            reply = await Json(path, version).reply("session.login_with_password", "root", "")
            assert reply == {
                "result": {"Status": "Success", "Value": reply["result"]["Value"]},
                "error": None,
                "id": 7,
            }


async def test_a_new_host_still_answers_calls_in_1_0(tmp_path: Path) -> None:
    async with served(tmp_path) as path:
        reply = await Json(path, None).reply("host.get_all", "no session")
    assert reply == {"result": None, "error": ["SESSION_INVALID", "no session"], "id": 7}


async def test_an_old_host_takes_json_for_broken_xml(tmp_path: Path) -> None:
    async with served(tmp_path, dialect="xml") as path:
        answer = await Http(path).send("POST", "/jsonrpc", b'{"jsonrpc":"2.0"}')
    assert (answer.status, answer.content_type) == (200, "text/xml")
    assert b"INTERNAL_ERROR" in answer.body


async def test_a_page_for_people_is_where_8_3_has_one(tmp_path: Path) -> None:
    async with served(tmp_path) as path:
        answer = await Http(path).send("GET", "/")
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert answer.body.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nowhere", b"", 404),
        ("POST", "/nowhere", b"{}", 404),
        ("POST", "/", b"no xml <&", 500),
        ("POST", "/jsonrpc", b"no json", 500),
        ("POST", "/", b"x" * 400_000, 413),
    ],
)
async def test_what_is_no_call_gets_a_page_that_says_so(
    tmp_path: Path, method: str, path: str, body: bytes, status: int
) -> None:
    async with served(tmp_path) as socket:
        answer = await Http(socket).send(method, path, body)
    assert (answer.status, answer.content_type) == (status, "text/html")


async def test_many_calls_share_a_connection(tmp_path: Path) -> None:
    async with served(tmp_path) as path:
        http = Http(path)
        await http.send("GET", "/")
        first = http.connection.sock
        for _ in range(3):
            assert (await http.send("POST", "/", XML.format("host.nothing").encode())).status == 200
        assert http.connection.sock is first


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", b"200 OK"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"200 OK"),
        (b"\x00\x01 nonsense\r\n\r\n", b"400 Bad Request"),
    ],
)
async def test_a_connection_that_is_not_kept_is_closed(
    tmp_path: Path, sent: bytes, status: bytes
) -> None:
    async with served(tmp_path) as path:
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(sent)
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 " + status)
