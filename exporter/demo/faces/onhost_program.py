"""What the demo takes from xenlens_host.py itself, with the types that Python 2.4 cannot tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from collectors.onhost import xenlens_host
from collectors.onhost.xenlens_host import (
    ANYBODY,
    BROADCAST,
    FORMAT,
    MOST_FRAMES,
    PROBED_MODES,
    Usage,
)

__all__ = ["ANYBODY", "BROADCAST", "FORMAT", "MOST_FRAMES", "PROBED_MODES", "Usage"]

_PROGRAM: Any = xenlens_host


class Destination(Protocol):
    """An address to ask for. Its MAC is certainly `mac`; lately it was `hint`."""

    address: str
    vlan: int | None
    mac: str | None
    hint: str | None
    via: str | None


class Bond(Protocol):
    """A bond to be probed."""

    name: str
    mode: str
    backend: str
    device: str
    active: str | None
    members: list[str]
    destinations: list[Destination]

    @property
    def slb(self) -> bool:
        """Whether its mode is balance-slb."""


@dataclass(frozen=True, slots=True)
class Options:
    """A round of probes. Times are in seconds."""

    timeout: float
    count: int
    interval: float
    way: str
    bonds: tuple[Bond, ...]


def read_command(words: Sequence[str]) -> Options:
    """A verb and its options. Raises Usage."""
    _PROGRAM.check_words(words)
    if words[0] != "probe":
        verbs = ", ".join(sorted(_PROGRAM.VERBS))
        raise _PROGRAM.Usage(f"no verb {words[0]}; there is: {verbs}")
    found, bonds = _PROGRAM.read_options(list(words[1:]))
    return Options(
        timeout=found["timeout"],
        count=found["count"],
        interval=found["interval"],
        way=found["way"],
        bonds=tuple(bonds),
    )


def private_mac(mac: str, nic: str) -> str:
    """The address from which a NIC probes."""
    address: str = _PROGRAM.private_mac(mac, nic)
    return address


def told(
    bond: Bond,
    member: str,
    destination: Destination,
    *,
    heard: Sequence[tuple[float, str]],
    counted: Sequence[tuple[str | None, int]],
    **found: object,
) -> object:
    """A row as the program tells it. `heard` is when and by whom, `counted` by whom and how many.

    `found` are the other attributes of its rows.
    """
    row = _PROGRAM.Row(bond, member, destination, None, None)
    for name, value in found.items():
        setattr(row, name, value)
    row.heard, row.counted = heard, counted
    as_json: object = row.as_json()
    return as_json


def asks_for_help(words: Sequence[str]) -> bool:
    """Whether the program tells its usage instead of doing anything."""
    return not words or words[0] == "help" or any(word in _PROGRAM.HELP for word in words)


def json_of(value: object) -> str:
    """A value as the program prints it."""
    text: str = _PROGRAM.json_of(value)
    return text
