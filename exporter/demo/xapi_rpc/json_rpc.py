"""JSON-RPC 2.0 and 1.0.

Sources: XAPI's "Wire Protocol for Remote API Calls"; rpclib's jsonrpc.ml.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from exporter.demo.xapi_rpc.errors import XapiError
from exporter.demo.xapi_rpc.wire import Malformed, Request, written
from exporter.demo.xapi_rpc.xapi import Dialect

Shape = Literal["2.0", "1.0", "wrapped"]
"""`wrapped`: 1.0 with XML-RPC's struct for a result, as 6.5 has it whatever it was asked in."""


@dataclass(frozen=True, slots=True)
class JsonReply:
    """The reply to a call by JSON-RPC."""

    id: int | str
    shape: Shape
    content_type: str = "application/json"

    def encode(self, value: Any) -> bytes:
        """A JSON value."""
        return json.dumps(value, default=_date, separators=(",", ":")).encode()

    def success(self, encoded: bytes) -> bytes:
        """The value as `result`."""
        if self.shape == "2.0":
            return self._object(b'"jsonrpc":"2.0","result":%b' % encoded)
        if self.shape == "wrapped":
            encoded = b'{"Status":"Success","Value":%b}' % encoded
        return self._object(b'"result":%b,"error":null' % encoded)

    def failure(self, error: XapiError) -> bytes:
        """The error as `error`; where results are wrapped, as one of them."""
        if self.shape == "2.0":
            told = {"code": 1, "message": error.code, "data": error.parameters}
            return self._object(b'"jsonrpc":"2.0","error":%b' % self.encode(told))
        description = self.encode([error.code, *error.parameters])
        if self.shape == "wrapped":
            wrapped = b'{"Status":"Failure","ErrorDescription":%b}' % description
            return self._object(b'"result":%b,"error":null' % wrapped)
        return self._object(b'"result":null,"error":%b' % description)

    def _object(self, members: bytes) -> bytes:
        return b'{%b,"id":%b}' % (members, self.encode(self.id))


def read_json(body: bytes, dialect: Dialect) -> Request:
    """Read a call; XAPI answers none without an id. Raises Malformed."""
    try:
        call = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error
    if not isinstance(call, dict):
        raise Malformed("Invalid request body")
    method, params, number = call.get("method"), call.get("params", []), call.get("id")
    if not isinstance(method, str):
        raise Malformed("Invalid field 'method' in request body")
    if not isinstance(params, list):
        raise Malformed("Invalid field 'params' in request body")
    if isinstance(number, bool) or not isinstance(number, int | str):
        raise Malformed("Invalid field 'id' in request body")
    return Request(method, params, JsonReply(number, _shape(call.get("jsonrpc"), dialect)))


def _shape(version: object, dialect: Dialect) -> Shape:
    if dialect == "json1":
        return "wrapped"
    return "2.0" if version == "2.0" else "1.0"


def _date(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"a {type(value).__name__} cannot travel")
    return written(value)
