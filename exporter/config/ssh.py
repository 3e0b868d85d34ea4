"""How hosts are reached: the `ssh` sections, and which of them wins."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, model_validator

from exporter.config.files import KeyFile, KnownHosts
from exporter.config.kinds import Address, Flag, Port, Seconds, Word
from exporter.config.problems import Problem, Refused
from exporter.config.section import Section
from exporter.hosts.settings import Ssh as Settings


class Connection(Section):
    """What one SSH connection needs; a key left out is taken from the section around it."""

    user: Word | None = None
    """the name to log in with (default root)"""
    port: Port | None = None
    """1 to 65535 (default 22)"""
    key: KeyFile | None = None
    """a private key file; without it the agent and the user's own keys are tried"""
    known_hosts: KnownHosts | None = None
    """a known_hosts file (default the user's own)"""
    verify_host_key: Flag | None = None
    """true or false (default true)"""
    legacy: Flag | None = None
    """true or false (default false): also offer the algorithms of OpenSSH 4.3 (XenServer 6.x)"""
    connect_timeout: Seconds | None = None
    """a time (default 5s)"""
    keepalive: Seconds | None = None
    """a time between keep-alive messages (default 15s)"""


class Addressed(Section):
    """Somewhere to connect to."""

    address: Address
    """a host name or an IP address"""


class JumpHost(Connection, Addressed):
    """A host to connect through."""


def _bare_address(value: object) -> object:
    return {"address": value} if isinstance(value, str | int | float) else value


Jump = Annotated[
    JumpHost, BeforeValidator(_bare_address, json_schema_input_type=JumpHost | Address)
]


class SshOptions(Connection):
    """Defaults for many hosts."""

    forward_sockets: Flag | None = None
    """true or false (default true): ask control sockets through SSH instead of commands"""
    jump: Jump | None = None
    """a host to connect through: its address, or a mapping with address"""


class SshHost(SshOptions, Addressed):
    """A host reached by SSH."""

    alternate: Address | None = None
    """a second address of the same host, tried when the first does not connect"""

    @model_validator(mode="after")
    def _two_addresses(self) -> Self:
        if self.alternate == self.address:
            message = "the same as address; allowed: another address of the same host"
            raise Refused([Problem(("alternate",), message)])
        return self

    def inherit(self, outer: Iterable[SshOptions]) -> "SshHost":
        """This host with every option decided; of `outer` the last one that has it wins."""
        outer = tuple(outer)
        given = _given([_BUILT_IN, *outer, self], SshHost.model_fields)
        if isinstance(given.get("jump"), JumpHost):
            given["jump"] = _inherited_jump(given["jump"], outer)
        return self.model_copy(update=given)


Ssh = Annotated[SshHost, BeforeValidator(_bare_address, json_schema_input_type=SshHost | Address)]


def _built_in() -> SshOptions:
    found = {f.name: f.default for f in fields(Settings) if f.name in SshOptions.model_fields}
    return SshOptions.model_validate({k: v for k, v in found.items() if v is not None})


_BUILT_IN = _built_in()

_JUMP_INHERITS = {"user", "key", "known_hosts", "verify_host_key", "connect_timeout", "keepalive"}
"""Not port and legacy: a jump host is rarely as old as the hosts behind it."""


def _given(sections: Iterable[Connection], names: Collection[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for section in sections:
        found |= {name: getattr(section, name) for name in section.model_fields_set & set(names)}
    return found


def _inherited_jump(jump: JumpHost, outer: Sequence[SshOptions]) -> JumpHost:
    given = _given([_BUILT_IN], JumpHost.model_fields) | _given(outer, _JUMP_INHERITS)
    return jump.model_copy(update=given | _given([jump], JumpHost.model_fields))


def settings(section: JumpHost | SshHost) -> Settings:
    """The record the transport takes, from a section that has inherited."""
    values = {f.name: getattr(section, f.name, None) for f in fields(Settings)}
    if isinstance(values["jump"], JumpHost):
        values["jump"] = settings(values["jump"])
    return Settings(**{name: value for name, value in values.items() if value is not None})
