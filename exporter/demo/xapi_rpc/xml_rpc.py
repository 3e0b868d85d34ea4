"""XML-RPC: every reply is a struct of Status, and Value or ErrorDescription.

Source: XAPI's "Wire Protocol for Remote API Calls".
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.parsers.expat import ExpatError
from xmlrpc import client

from exporter.demo.xapi_rpc.errors import XapiError
from exporter.demo.xapi_rpc.wire import Malformed, Request, with_dates, written

_UNREADABLE = (ExpatError, client.Error, ValueError, TypeError, LookupError, AttributeError)
"""What xmlrpc.client.loads raises for a text that is no call; it documents none of it."""
_BEFORE, _AFTER = "<params>\n<param>\n", "</param>\n</params>\n"
"""What xmlrpc.client.dumps puts around one value."""
_HEAD = b"<?xml version='1.0'?>\n<methodResponse><params><param><value><struct>"
_TAIL = b"</struct></value></param></params></methodResponse>"


@dataclass(frozen=True, slots=True)
class XmlReply:
    """The reply to a call by XML-RPC."""

    content_type: str = "text/xml"

    def encode(self, value: Any) -> bytes:
        """A `<value>` element."""
        text = client.dumps((with_dates(value, _date),))
        return text[len(_BEFORE) : -len(_AFTER)].encode()

    def success(self, encoded: bytes) -> bytes:
        """Status Success."""
        status = _member(b"Status", self.encode("Success"))
        return _HEAD + status + _member(b"Value", encoded) + _TAIL

    def failure(self, error: XapiError) -> bytes:
        """Status Failure."""
        status = _member(b"Status", self.encode("Failure"))
        description = self.encode([error.code, *error.parameters])
        return _HEAD + status + _member(b"ErrorDescription", description) + _TAIL


def read_xml(body: bytes) -> Request:
    """Read a call. Raises Malformed."""
    try:
        params, method = client.loads(body)
    except _UNREADABLE as error:
        raise Malformed(f"{type(error).__name__}: {error}") from error
    if not isinstance(method, str):
        raise Malformed("no methodName")
    return Request(method, list(params), XmlReply())


def _member(name: bytes, value: bytes) -> bytes:
    return b"<member><name>%b</name>%b</member>" % (name, value)


def _date(time: datetime) -> client.DateTime:
    return client.DateTime(written(time))
