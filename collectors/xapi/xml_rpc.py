"""XAPI's XML-RPC: the only protocol up to XenServer 6.2, and still there in every later one."""

import xmlrpc.client
from typing import Any
from xml.parsers.expat import ExpatError

from collectors.xapi.codes import refusal
from collectors.xapi.rpc_protocol import Call, NotRpc, Timestamp, unwrapped

_BEGINS = (b"<?xml", b"<methodResponse")
_NOT_UNDERSTOOD = (
    ExpatError,
    xmlrpc.client.Error,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
)
"""What the standard library's reader raises for XML that is not XML-RPC."""


class XmlRpc:
    """The protocol of every version."""

    name = "XML-RPC"
    path = "/"
    content_type = "text/xml"

    def encode(self, call: Call) -> bytes:
        """The body of the request."""
        parameters = tuple(
            xmlrpc.client.DateTime(str(one)) if isinstance(one, Timestamp) else one
            for one in call.parameters
        )
        text = xmlrpc.client.dumps(parameters, call.method)
        return text.encode(errors="replace")

    def decode(self, body: bytes, call: Call) -> Any:
        """The value of the reply. Raises XapiFailed for XAPI's own errors, else NotRpc."""
        if b"<!DOCTYPE" in body[:1024] or b"<!ENTITY" in body:
            raise NotRpc("a document with a type of its own, such as a web page")
        try:
            values, method = xmlrpc.client.loads(body)
        except xmlrpc.client.Fault as fault:
            raise refusal(f"fault {fault.faultCode}", [str(fault.faultString)]) from fault
        except _NOT_UNDERSTOOD as error:
            begins = body.lstrip().startswith(_BEGINS)
            raise NotRpc(f"not XML-RPC: {error}", damaged=begins) from error
        if method is not None or len(values) != 1:
            raise NotRpc("XML-RPC, but no reply")
        value: Any = values[0]
        if not isinstance(value, dict) or "Status" not in value:
            raise NotRpc("a reply of XML-RPC, but not XAPI's")
        return unwrapped(value)
