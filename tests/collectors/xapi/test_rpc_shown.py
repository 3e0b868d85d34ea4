"""What is noted of a request as evidence: neither data nor secrets."""

import html
import json
import xmlrpc.client
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

import pytest

from collectors.host import Output, Stream
from collectors.xapi.http_link import HttpLink
from collectors.xapi.redaction import Secrets
from collectors.xapi.rpc_caller import RpcCaller
from collectors.xapi.rpc_shown import beginning
from collectors.xapi.socket_source import SocketXapi
from collectors.xapi.source import XapiFailed
from tests.collectors.xapi.rpc_hosts import answering, failure, inquiry, read, socket_host
from tests.collectors.xapi.rpc_peer import FakeXapi, http


def failures(outputs: Sequence[Output]) -> list[Output]:
    return [output for output in outputs if output.failure]


async def test_what_is_noted_of_a_failure_is_its_beginning_without_secrets() -> None:
    body = b'{"error": "at OpaqueRef:1234-ab", "chappassword": "hu\\"sh", "x": "' + b"y" * 9000
    outputs: list[Output] = []
    await failure(FakeXapi(raw={"VM.get_all_records": http(body)}).serve, outputs)
    (noted,) = failures(outputs)
    assert noted.exit_status is None
    assert noted.stdout.startswith('{"error": "at OpaqueRef:***", "chappassword": "***", "x": "y')
    assert len(noted.stdout) == 2048


async def test_a_password_in_xml_is_not_noted() -> None:
    body = b"<?xml?><name>chappassword</name><value><string>hush</string></value>"
    xapi = FakeXapi("xml", raw={"VM.get_all_records": http(body, "text/xml")})
    outputs: list[Output] = []
    await failure(xapi.serve, outputs)
    assert "hush" not in repr(failures(outputs))


async def test_what_is_noted_holds_neither_data_nor_the_session() -> None:
    xapi = FakeXapi()
    async with socket_host(xapi.serve) as member:
        asked = await read(SocketXapi(member))
    assert [output.argv for output in asked.outputs] == [("xapi", call) for call in xapi.calls]
    size = len(json.dumps({"jsonrpc": "2.0", "id": 7, "result": xapi.tables["VM"]}))
    (vms,) = (one for one in asked.outputs if one.argv[1] == "VM.get_all_records")
    assert (vms.stdout, vms.exit_status) == (f"4 records, {size} bytes", 0)
    assert not any(session in repr(asked.outputs) for session in xapi.sessions)


CANARY = "S3CRET"
OWN = "o\"p<en & 's7"
LEAKS = (
    {"options": f"-o username=u,password={CANARY}"},
    {"location": f"//u:{CANARY}@srv/share"},
    {"cifspassword": CANARY},
    {"chappassword": f'"<{CANARY}'},
)


@pytest.mark.parametrize("config", LEAKS)
@pytest.mark.parametrize("generation", ["json2", "xml"])
async def test_a_device_config_in_an_answer_that_failed_is_not_noted(
    generation: str, config: dict[str, str]
) -> None:
    # XAPI's answer to another call than ours, or cut off: what is shown is its beginning.
    json_body = json.dumps({"jsonrpc": "2.0", "id": -1, "result": {"device_config": config}})
    xml_body = xmlrpc.client.dumps((config,), methodresponse=True)
    body = json_body if generation == "json2" else xml_body
    outputs: list[Output] = []
    xapi = FakeXapi(generation, raw={"PBD.get_all_records": http(body.encode())})
    failed = await failure(xapi.serve, outputs)
    noted = failures(outputs)[-1]
    assert "***" in noted.stdout
    assert CANARY not in repr((outputs, str(failed)))


@pytest.mark.parametrize("generation", ["json2", "json1", "xml"])
async def test_a_refusal_holds_neither_passwords_nor_references(generation: str) -> None:
    for said in (f"opts: password={CANARY}", f"//u:{CANARY}@srv/x", f"OpaqueRef:{CANARY}"):
        outputs: list[Output] = []
        xapi = FakeXapi(generation)
        xapi.refusals["VM.get_all_records"] = ("SR_BACKEND_FAILURE_47", "", said)
        failed = await failure(xapi.serve, outputs)
        assert "***" in str(failed)
        assert CANARY not in repr((failures(outputs), str(failed), failed.parameters))


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"error": {"code": 1, "message": "INTERNAL_ERROR", "data": [f"as {OWN}"]}}),
        json.dumps({"error": f"unexpected {OWN}"}),
        json.dumps({"echo": ["root", OWN]}, ensure_ascii=False),
        f"<methodCall><params>{escape(OWN)}</params></methodCall>",
        f"<methodCall><params>{html.escape(OWN)}</params></methodCall>",
        f"<?xml version='1.0'?><x password='{quoteattr(OWN)}'/>",
        f"echo: {OWN}",
    ],
)
async def test_our_own_password_is_shown_nowhere(body: str) -> None:
    outputs: list[Output] = []
    answer = answering(http(body.encode()))
    async with socket_host(answer) as host:

        async def opened(deadline: float) -> Stream:
            return await host.connect_unix(host.path, deadline=deadline)

        caller = RpcCaller(HttpLink(opened, "localhost"), (OWN,))
        with pytest.raises(XapiFailed) as raised:
            await caller.call(inquiry(outputs=outputs), "session.login_with_password", "root", OWN)
        caller.close()
    failed = raised.value
    shown = "\n".join((str(failed), failed.code, *failed.parameters))
    shown += "\n".join(f"{one.stdout}\n{one.failure}" for one in outputs)
    assert not any(part in shown for part in ('o"p', "<en", "&lt;en", "s7"))


async def test_a_password_that_is_cut_off_is_not_shown_in_part() -> None:
    many = " ".join(f"OpaqueRef:{n:036}" for n in range(400))
    for length in range(16_000, 16_400, 25):
        body = json.dumps({"x": f"{many[:length]} //u:{CANARY * 8}@srv"}).encode()
        assert CANARY not in beginning(body, Secrets(()))
