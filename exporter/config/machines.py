"""Machines and the ways to them: the `hosts` and `guests` of a pool."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from pydantic import ConfigDict, model_validator

from exporter.config.expectations import Expectations
from exporter.config.files import Captures
from exporter.config.problems import Refused
from exporter.config.section import Section, exactly_one_schema, not_exactly_one
from exporter.config.ssh import Ssh, SshHost, SshOptions
from exporter.config.xapi import XapiHost


class Local(Section):
    """The very machine xenlens runs on; it has no options yet."""


def _schema_of_ways(schema: dict[str, Any], machine: type["Machine"]) -> None:
    schema.update(exactly_one_schema(machine.ways))


class Machine(Section):
    """The way to a machine: exactly one."""

    model_config = ConfigDict(json_schema_extra=_schema_of_ways)
    ways: ClassVar[tuple[str, ...]] = ("ssh", "local")

    ssh: Ssh | None = None
    """an address, or a mapping with address"""
    local: Local | None = None
    """{} for the machine xenlens runs on"""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if problems := list(not_exactly_one(self, self.ways, "no way to reach it")):
            raise Refused(problems)
        return self

    def inherited_ssh(self, outer: Iterable[SshOptions]) -> SshHost | None:
        """Its `ssh` with every option decided; of `outer` the last one that has it wins."""
        return self.ssh and self.ssh.inherit(outer)


class Guest(Machine):
    """A machine that is only measured: nothing is expected of it, and it has no XAPI."""


class Host(Expectations, Machine):
    """One host: how it is reached, and where it differs from its pool."""

    ways: ClassVar[tuple[str, ...]] = ("ssh", "local", "recorded")

    recorded: Captures | None = None
    """a file or a folder of captured outputs"""
    xapi: XapiHost = XapiHost()
    """where the way https finds this host's XAPI"""
