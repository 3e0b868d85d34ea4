"""What XAPI's two RPC protocols have in common."""

from dataclasses import dataclass
from typing import Any, Protocol

from collectors.xapi.codes import refusal
from collectors.xapi.source import XapiFailed


class Timestamp(str):
    """A parameter that is a date: `20250319T04:16:24Z`."""

    __slots__ = ()


class NotRpc(ValueError):
    """The text is no reply of this protocol. `damaged`: it begins as one."""

    def __init__(self, message: str, *, damaged: bool = False) -> None:
        super().__init__(message)
        self.damaged = damaged


@dataclass(frozen=True, slots=True)
class Call:
    """A method with its parameters. `number` comes back in a JSON-RPC 2.0 reply."""

    method: str
    parameters: tuple[str, ...]
    number: int = 1


class RpcProtocol(Protocol):
    """How calls and replies are written."""

    @property
    def name(self) -> str:
        """For people: `JSON-RPC`."""

    @property
    def path(self) -> str:
        """Where calls are posted to."""

    @property
    def content_type(self) -> str:
        """The media type of a call."""

    def encode(self, call: Call) -> bytes:
        """The body of the request."""

    def decode(self, body: bytes, call: Call) -> Any:
        """The value of the reply. Raises XapiFailed for XAPI's own errors, else NotRpc."""


def unwrapped(result: Any) -> Any:
    """The value in XAPI's own envelope (`Status`, `Value` or `ErrorDescription`).

    XML-RPC replies and JSON-RPC 1.0 ones have it, 2.0 ones do not. Raises XapiFailed, NotRpc.
    """
    if not isinstance(result, dict) or "Status" not in result or len(result) != 2:
        return result
    if result["Status"] == "Success" and "Value" in result:
        return result["Value"]
    if result["Status"] == "Failure" and "ErrorDescription" in result:
        raise described(result["ErrorDescription"])
    raise NotRpc("neither a success nor a failure")


def described(error: Any) -> XapiFailed:
    """The failure that a list of code and parameters describes. Raises NotRpc."""
    if not isinstance(error, list) or not error or not isinstance(error[0], str):
        raise NotRpc("an error without a code")
    return refusal(error[0], [str(parameter) for parameter in error[1:]])
