"""Whatever a server answers, reading it gives a state or a named failure, nothing else."""

import asyncio
import json
import xmlrpc.client
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.xapi.json_rpc import JsonRpc
from collectors.xapi.records import PoolState
from collectors.xapi.rpc_draft import Draft
from collectors.xapi.rpc_fields import table
from collectors.xapi.rpc_protocol import Call, NotRpc, RpcProtocol
from collectors.xapi.socket_source import SocketXapi
from collectors.xapi.source import XapiFailed
from collectors.xapi.xml_rpc import XmlRpc
from tests.collectors.xapi.rpc_hosts import inquiry, socket_host
from tests.collectors.xapi.rpc_peer import FakeXapi, http
from tests.collectors.xapi.rpc_tables import ref, tables

CALL = Call("VM.get_all_records", ("OpaqueRef:session",))
KINDS = sorted(tables())
WORDS = st.sampled_from(
    (
        *("result", "error", "code", "message", "data", "id", "jsonrpc", "uuid", "OpaqueRef:NULL"),
        *("Status", "Value", "Success", "Failure", "ErrorDescription", "HOST_IS_SLAVE"),
    )
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)


def decoded(protocol: RpcProtocol, body: bytes) -> None:
    with suppress(XapiFailed, NotRpc):
        protocol.decode(body, CALL)


@given(VALUES)
def test_any_json_is_a_value_or_a_named_failure(value: Any) -> None:
    decoded(JsonRpc(), json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_named_failure(body: bytes) -> None:
    decoded(JsonRpc(), body)
    decoded(XmlRpc(), body)


TAGS = st.sampled_from(
    (
        *("methodResponse", "params", "param", "fault", "value", "struct", "member", "name"),
        *("string", "int", "i4", "i8", "double", "boolean", "nil", "dateTime.iso8601"),
        *("array", "data", "base64", "bigdecimal"),
    )
)
TREES = st.recursive(
    st.text("ab1-.<&", max_size=3), lambda x: st.lists(st.tuples(TAGS, x)), max_leaves=9
)


@given(TREES)
def test_any_xml_is_a_value_or_a_named_failure(tree: Any) -> None:
    decoded(XmlRpc(), _xml(tree).encode())


def _xml(tree: Any) -> str:
    if isinstance(tree, str):
        return tree
    return "".join(f"<{tag}>{_xml(inner)}</{tag}>" for tag, inner in tree)


@given(st.sampled_from(KINDS), VALUES, st.data())
def test_any_value_in_place_of_a_record_or_a_field_is_left_out_at_most(
    kind: str, value: Any, data: st.DataObject
) -> None:
    changed = tables()
    reference = data.draw(st.sampled_from([*changed[kind], ref("new")]))
    record = changed[kind].get(reference)
    if record is not None and data.draw(st.booleans()):
        record[data.draw(st.sampled_from(sorted(record)))] = value
    else:
        changed[kind][reference] = value
    _check(changed, may_fail=kind == "pool")


@given(st.sampled_from(KINDS), VALUES)
def test_any_value_in_place_of_a_table_is_unparsable_at_most(kind: str, value: Any) -> None:
    _check(tables() | {kind: value}, may_fail=True)


def _check(found: dict[str, Any], *, may_fail: bool) -> None:
    """The state made of these tables is sound, or the failure is named where one may be."""
    try:
        state = _state(found)
    except XapiFailed as failed:
        if not may_fail or failed.reason != "unparsable":
            raise
    else:
        _plain(state)


def _state(found: dict[str, Any]) -> PoolState:
    draft = Draft()
    draft.host_metrics(table(found["host_metrics"], "x"))
    draft.hosts(table(found["host"], "x"))
    draft.srs(table(found["SR"], "x"))
    draft.pools(table(found["pool"], "x"))
    draft.pbds(table(found["PBD"], "x"))
    draft.vms(table(found["VM"], "x"))
    draft.tasks(table(found["task"], "x"))
    draft.messages(table(found["message"], "x"), 0.0)
    draft.updates(table(found["pool_update"], "x"))
    return draft.state()


def _plain(state: PoolState) -> None:
    """Every text can be encoded and every number can become a float."""
    repr(state).encode()
    for one in state.srs:
        assert all(float(size) >= 0 for size in (one.size, one.utilisation) if size is not None)
    assert all(isinstance(one.created, float | None) for one in state.tasks)


@settings(max_examples=30)
@given(st.sampled_from(["SR", "VM", "session"]), VALUES)
def test_a_read_ends_with_a_state_or_a_named_failure(kind: str, value: Any) -> None:
    method = "session.login_with_password" if kind == "session" else f"{kind}.get_all_records"
    body = json.dumps({"result": value}).encode()

    async def one_read() -> None:
        async with socket_host(FakeXapi(raw={method: http(body)}).serve) as host:
            source = SocketXapi(host)
            with suppress(XapiFailed):
                await source.read(inquiry())
            await source.close()

    asyncio.run(one_read())


def test_xml_of_dates_and_numbers_is_read() -> None:
    value = {"Status": "Success", "Value": {"d": xmlrpc.client.DateTime("20250319T04:16:24Z")}}
    body = xmlrpc.client.dumps((value,), methodresponse=True).encode()
    assert str(XmlRpc().decode(body, CALL)["d"]) == "20250319T04:16:24Z"
