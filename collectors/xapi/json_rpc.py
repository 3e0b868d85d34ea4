"""XAPI's JSON-RPC: 1.0 replies from XenServer 6.5, 2.0 replies from 7.3 on.

XAPI asks for no more than `method`, `params` and `id`, so one form of request serves both. A
member in emergency mode, and one that forwards to its coordinator, reply in the 1.0 form whatever
was asked (api_server.ml).
"""

import json
from typing import Any

from collectors.xapi.codes import refusal
from collectors.xapi.rpc_protocol import Call, NotRpc, described, unwrapped
from collectors.xapi.source import XapiFailed

_METHOD_NOT_FOUND = -32601
"""JSON-RPC 2.0 specification, section 5.1."""


class JsonRpc:
    """The protocol of XenServer 6.5 and later."""

    name = "JSON-RPC"
    path = "/jsonrpc"
    content_type = "application/json"

    def encode(self, call: Call) -> bytes:
        """The body of the request."""
        request = {
            "jsonrpc": "2.0",
            "method": call.method,
            "params": call.parameters,
            "id": call.number,
        }
        return json.dumps(request).encode()

    def decode(self, body: bytes, call: Call) -> Any:
        """The value of the reply. Raises XapiFailed for XAPI's own errors, else NotRpc."""
        reply = _parsed(body)
        if not isinstance(reply, dict) or not {"result", "error"} & reply.keys():
            raise NotRpc("JSON, but no reply of JSON-RPC")
        if reply.get("error") is not None:
            raise _error(reply["error"])
        if "result" not in reply:
            raise NotRpc("a reply without a result")
        if "jsonrpc" in reply and reply.get("id") != call.number:
            raise NotRpc(f"the reply to another request than {call.number}", damaged=True)
        return unwrapped(reply["result"])


def _parsed(body: bytes) -> Any:
    text = body.decode(errors="replace")
    try:
        # Not strict: JSON of 6.5 leaves control characters in strings as they are.
        return json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        begins = text.lstrip()[:1] in ("{", "[")
        raise NotRpc(f"not JSON: {error}", damaged=begins) from error


def _error(error: Any) -> XapiFailed:
    if isinstance(error, list):
        return described(error)
    if not isinstance(error, dict):
        return refusal(str(error))
    if "Status" in error:
        return described(error.get("ErrorDescription"))
    message, data = error.get("message"), error.get("data")
    if not isinstance(message, str):
        raise NotRpc("an error without a message")
    if error.get("code") == _METHOD_NOT_FOUND:
        return XapiFailed("method_unknown", f"XAPI refused: {message}", code=message)
    parameters = data if isinstance(data, list) else [] if data is None else [data]
    return refusal(message or "unnamed error", [str(parameter) for parameter in parameters])
