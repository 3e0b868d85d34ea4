"""How a host is reached, as the configuration says it. Plain records; no I/O here."""

from dataclasses import dataclass
from pathlib import Path

DEFAULT_MAX_OUTPUT = 8 * 1024 * 1024
"""Bytes of standard output kept per command; a 1,000-map `multipath -ll` is about 0.5 MB."""


@dataclass(frozen=True, slots=True)
class Local:
    """This very machine: commands are its child processes."""

    max_output: int = DEFAULT_MAX_OUTPUT


@dataclass(frozen=True, slots=True)
class Ssh:
    """A host reached by SSH. `known_hosts` None means the user's own file."""

    address: str
    port: int = 22
    user: str = "root"
    key: Path | None = None
    known_hosts: Path | None = None
    verify_host_key: bool = True
    alternate: str | None = None
    """A second address of the same host, tried when the first does not connect."""
    jump: "Ssh | None" = None
    legacy: bool = False
    """Offer the algorithms of OpenSSH 4.3 (XenServer 6.x) as well."""
    forward_sockets: bool = True
    connect_timeout: float = 5.0
    keepalive: float = 15.0
    max_output: int = DEFAULT_MAX_OUTPUT


@dataclass(frozen=True, slots=True)
class Recorded:
    """Captured outputs: a file, or a folder of files, of pasted terminal sessions."""

    path: Path


Settings = Local | Ssh | Recorded
