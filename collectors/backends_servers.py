"""Which servers the storage of a host is on, read from its PBDs' device-config.

The keys are those of XenServer's storage managers (sm: NFSSR, ISOSR, BaseISCSI, SMBSR).
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from collectors.xapi.records import Pbd, PoolState, Sr

NFS_PORT, SMB_PORT, ISCSI_PORT = 2049, 445, 3260
MOUNT_BASES = ("/var/run/sr-mount", "/run/sr-mount")
"""Where SRs are mounted; /var/run is a link to /run on newer hosts."""
_HOST_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}")
_BRACKETED = re.compile(r"\[([^]]*)\](?::(\d{1,5}))?")


@dataclass(frozen=True, slots=True, order=True)
class Server:
    """A TCP port of a storage server."""

    address: str
    """A host name or an IP address, IPv6 without brackets."""
    port: int

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else self._plain

    @property
    def _plain(self) -> str:
        return f"{self.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class Backend:
    """What one SR of a host needs to be reachable."""

    sr: str
    """The SR's uuid."""
    name: str
    content_type: str
    attached: bool
    """Whether its PBD is plugged on this host."""
    servers: tuple[Server, ...] = ()
    mounts: bool = False
    """Whether it is a mounted file system while it is attached."""
    unread: tuple[str, ...] = field(default=())
    """Addresses that look like none, and are therefore not tried."""


@dataclass(frozen=True, slots=True)
class _Where:
    addresses: tuple[str, ...]
    port: int
    mounts: bool = False


def backends_of(state: PoolState, host: str) -> tuple[Backend, ...]:
    """The back ends of the host with this uuid, SRs without a server left out; sorted by name."""
    srs = {sr.uuid: sr for sr in state.srs}
    found = {
        sr.uuid: _backend(sr, pbd, where)
        for pbd in state.pbds
        if pbd.host == host
        and (sr := srs.get(pbd.sr or "")) is not None
        and (where := _where(sr, pbd.device_config)) is not None
    }
    return tuple(sorted(found.values(), key=lambda backend: (backend.name, backend.sr)))


def _backend(sr: Sr, pbd: Pbd, where: _Where) -> Backend:
    read = {text: server_in(text, where.port) for text in where.addresses}
    return Backend(
        sr.uuid,
        sr.name,
        sr.content_type,
        pbd.attached,
        tuple(sorted({server for server in read.values() if server is not None})),
        where.mounts,
        tuple(text for text, server in read.items() if server is None),
    )


def _where(sr: Sr, config: Mapping[str, str]) -> _Where | None:
    read = _BY_TYPE.get(sr.type)
    return None if read is None else read(config)


def _nfs(config: Mapping[str, str]) -> _Where | None:
    return _Where((config.get("server", ""),), NFS_PORT, mounts=True)


def _smb(config: Mapping[str, str]) -> _Where | None:
    return _Where((_share_host(config.get("server", "")),), SMB_PORT, mounts=True)


def _iscsi(config: Mapping[str, str]) -> _Where | None:
    """`target` may be a list; `multihomelist` names more portals of it, each with its port."""
    text = config.get("port", "")
    port = int(text) if re.fullmatch(r"[0-9]{1,5}", text) and 0 < int(text) < 65536 else ISCSI_PORT
    targets = f"{config.get('target', '')},{config.get('multihomelist', '')}".split(",")
    portals = tuple(dict.fromkeys(one.strip() for one in targets if one.strip()))
    return _Where(portals or ("",), port)


def _iso(config: Mapping[str, str]) -> _Where | None:
    """As ISOSR decides: by `type`, else by the form of `location`; a plain path is local."""
    location = config.get("location", "")
    kind = config.get("type", "nfs_iso" if ":/" in location else "cifs")
    if "legacy_mode" in config or re.match(r"/(?!/)", location):
        return None
    if kind == "cifs":
        return _Where((_share_host(location),), SMB_PORT, mounts=True)
    host = re.match(r"\[[^]]*\](?=:)|[^:]*(?=:)", location)
    return _Where((host[0] if host else location,), NFS_PORT, mounts=True)


def _share_host(location: str) -> str:
    r"""The host of `//host/share` or `\\host\share`; the text itself where it is neither."""
    found = re.match(r"[/\\]{2}([^/\\]+)", location)
    return found[1] if found else location


_BY_TYPE: Mapping[str, Callable[[Mapping[str, str]], _Where | None]] = {
    "nfs": _nfs,
    "iso": _iso,
    "smb": _smb,
    "iscsi": _iscsi,
    "lvmoiscsi": _iscsi,
}


def server_in(text: str, port: int) -> Server | None:
    """The server of `HOST`, `HOST:PORT`, an IPv6 address or `[IPv6]:PORT`; None for no address."""
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        address, given = bracketed[1], bracketed[2]
        return _server(address, given, port) if ":" in address else None
    if text.count(":") == 1:
        address, _, given = text.partition(":")
        return _server(address, given, port)
    return _server(text, None, port)


def _server(address: str, given: str | None, port: int) -> Server | None:
    if given is not None:
        if not re.fullmatch(r"[0-9]{1,5}", given) or not 0 < int(given) < 65536:
            return None
        port = int(given)
    return Server(address, port) if _is_address(address) else None


def _is_address(text: str) -> bool:
    if _HOST_NAME.fullmatch(text):
        return True
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return "/" not in text


def servers_of(backends: Iterable[Backend]) -> Iterator[Server]:
    """Every server once, in order."""
    yield from sorted({server for backend in backends for server in backend.servers})
