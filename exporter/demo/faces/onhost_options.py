"""The options of `xenlens_host.py probe`, in the words of that program."""

import re
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_MAC = re.compile(r"[\da-f]{2}(:[\da-f]{2}){5}")
_FORM = "IPV4[,vlan=N][,mac=MAC][,hint=MAC][,via=DEVICE]"
_WAYS = ("auto", "raw", "openflow")
_MOST = 60


class UsageError(Exception):
    """The options cannot be understood; the text says why."""


@dataclass(frozen=True, slots=True)
class Destination:
    """An address to ask for. Its MAC is certainly `mac`; lately it was `hint`."""

    address: str
    vlan: int | None = None
    mac: str | None = None
    hint: str | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class BondOptions:
    """A bond to be probed."""

    name: str
    mode: str = "active-backup"
    backend: str = "openvswitch"
    bridge: str | None = None
    device: str = ""
    active: str | None = None
    members: tuple[str, ...] = ()
    destinations: tuple[Destination, ...] = ()

    def check(self) -> None:
        """Raises UsageError where something is missing."""
        if not (self.members and self.destinations and self.device):
            need = "at least one --member, one --destination and --device"
            raise UsageError(f"bond {self.name}: needs {need}")
        if self.backend == "openvswitch" and not self.bridge:
            raise UsageError(f"bond {self.name}: needs --bridge")


@dataclass(frozen=True, slots=True)
class ProbeOptions:
    """A round of probes. Times are in seconds."""

    timeout: float = 1.0
    count: int = 3
    interval: float = 0.1
    way: str = "auto"
    rundir: str = "/var/run/openvswitch"
    bonds: tuple[BondOptions, ...] = ()


def probe_options(words: Sequence[str]) -> ProbeOptions:
    """Read the words from left to right. Raises UsageError."""
    options = ProbeOptions()
    for key, value in _pairs(words):
        name = key.removeprefix("--")
        if name == "bond":
            options = replace(options, bonds=(*options.bonds, BondOptions(value)))
        elif options.bonds:
            bond = _of_bond(options.bonds[-1], key, value)
            options = replace(options, bonds=(*options.bonds[:-1], bond))
        else:
            options = _of_round(options, key, value)
    for bond in options.bonds:
        bond.check()
    if not options.bonds:
        raise UsageError("no --bond given")
    return options


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for place in range(0, len(words), 2):
        key, *value = words[place : place + 2]
        if not key.startswith("--") or not value:
            raise UsageError(f"{key}: give --OPTION VALUE")
        yield key, value[0]


def _of_bond(bond: BondOptions, key: str, value: str) -> BondOptions:
    match key:
        case "--mode" | "--backend" | "--bridge" | "--device" | "--active":
            fields = {key.removeprefix("--"): value}
            return replace(bond, **fields)  # type: ignore[arg-type]
        case "--member":
            return replace(bond, members=(*bond.members, value))
        case "--destination":
            return replace(bond, destinations=(*bond.destinations, _destination(value)))
    raise UsageError(f"{key}: no such option here")


def _of_round(options: ProbeOptions, key: str, value: str) -> ProbeOptions:
    match key:
        case "--timeout":
            return replace(options, timeout=_number(float, key, value))
        case "--interval":
            return replace(options, interval=_number(float, key, value))
        case "--count":
            return replace(options, count=int(_number(int, key, value)))
        case "--rundir":
            return replace(options, rundir=value)
        case "--way" if value in _WAYS:
            return replace(options, way=value)
        case "--way":
            raise UsageError(f"--way {value}: give auto, raw or openflow")
    raise UsageError(f"{key}: no such option here")


def _number(kind: type[int] | type[float], key: str, value: str) -> float:
    try:
        number = kind(value)
    except ValueError:
        raise UsageError(f"{key} {value}: give a number") from None
    if not 0 < number <= _MOST:
        raise UsageError(f"{key} {value}: give a number above 0, at most {_MOST}")
    return number


def _destination(text: str) -> Destination:
    address, *words = text.split(",")
    try:
        found = Destination(socket.inet_ntoa(socket.inet_aton(address)))
        for word in words:
            found = _detailed(found, *word.split("=", 1))
    except (ValueError, TypeError, OSError):
        raise UsageError(f"--destination {text}: give {_FORM}") from None
    return found


def _detailed(destination: Destination, key: str, value: str) -> Destination:
    if key == "vlan" and 0 < int(value) < 4095:
        return replace(destination, vlan=int(value))
    if key == "mac" and _MAC.fullmatch(value.lower()):
        return replace(destination, mac=value.lower())
    if key == "hint" and _MAC.fullmatch(value.lower()):
        return replace(destination, hint=value.lower())
    if key == "via" and value:
        return replace(destination, via=value)
    raise ValueError(key)
