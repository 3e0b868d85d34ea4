"""How a pool's XAPI is asked: the `xapi` sections of a pool and of its hosts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from exporter.config.files import PasswordFile
from exporter.config.kinds import EACH_ONCE, Address, Port, Sha256, Word, listed
from exporter.config.problems import Problem, Refused, repeated
from exporter.config.secrets import Place, VariableName, place_of
from exporter.config.section import Section

Way = Literal["socket", "https", "xe"]

DEFAULT_WAYS: tuple[Way, ...] = ("socket", "xe")
DEFAULT_PORT = 443
_THIS_MACHINE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class XapiSettings:
    """How the XAPI of one host is asked, with everything inherited.

    With `https` among the ways, every field is given. Without it, only `ways` counts.
    """

    ways: tuple[Way, ...] = DEFAULT_WAYS
    """In order of preference, each once."""
    user: str | None = None
    password: Place | None = None
    """Where the password is, as its first line; a file was found private at the reading."""
    address: str | None = None
    port: int = DEFAULT_PORT
    certificate_sha256: str | None = None
    """SHA-256 of the DER certificate the host shows: 64 lower case hexadecimal digits."""


class Xapi(Section):
    """How the XAPI of a pool's hosts is asked."""

    ways: Annotated[tuple[Way, ...], Field(min_length=1), EACH_ONCE, listed("[socket, xe]")] = (
        DEFAULT_WAYS
    )
    """a list in order of preference, of socket, https and xe (default [socket, xe])"""
    user: Word | None = None
    """the name to log in with; only the way https needs it"""
    password_file: PasswordFile | None = None
    """a file with the password that only its owner can read; only the way https needs it"""
    password_env: VariableName | None = None
    """a variable of the environment with the password; instead of password_file"""

    @property
    def password(self) -> Place | None:
        """Where the password is."""
        return place_of(self.password_file, self.password_env)

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if problems := [*repeated(("ways",), self.ways), *self._without_credentials()]:
            raise Refused(problems)
        return self

    def _without_credentials(self) -> Iterator[Problem]:
        given = {"user": self.user, "password_file": self.password}
        missing = [key for key, value in given.items() if value is None]
        if self.password_file and self.password_env:
            yield Problem((), "both password_file and password_env; allowed: one of the two")
        if "https" in self.ways and missing:
            allowed = "allowed: https together with user and password_file or password_env"
            yield Problem(("ways",), f"https without {' and '.join(missing)}; {allowed}")


class XapiHost(Section):
    """Where the way https finds the XAPI of one host."""

    address: Address | None = None
    """a host name or an IP address (default the address of ssh, or 127.0.0.1 for local)"""
    port: Port | None = None
    """1 to 65535 (default 443)"""
    certificate_sha256: Sha256 | None = None
    """the SHA-256 fingerprint of the certificate: 64 hexadecimal digits, colons allowed"""

    def complete(self, pool: Xapi, ssh_address: str | None) -> "XapiHost":
        """The same with address and port decided, where the pool is asked by https."""
        if "https" not in pool.ways:
            return self
        address = self.address or ssh_address or _THIS_MACHINE
        return self.model_copy(update={"address": address, "port": self.port or DEFAULT_PORT})


def unpinned(pool: Xapi, host: XapiHost) -> Iterator[Problem]:
    """Says that a host that would be asked by https has no fingerprint; its path is the host's."""
    if "https" in pool.ways and host.certificate_sha256 is None:
        instead = "give xapi: {certificate_sha256: …}, or take https off the pool's xapi.ways"
        yield Problem(("xapi",), f"no certificate_sha256 to know the host by; {instead}")


def settings(pool: Xapi, host: XapiHost) -> XapiSettings:
    """The record of a host that can be asked, from sections that are complete."""
    return XapiSettings(
        pool.ways,
        pool.user,
        pool.password,
        host.address,
        host.port or DEFAULT_PORT,
        host.certificate_sha256,
    )


RECORDED = XapiSettings(("xe",))
"""Captured outputs hold what `xe` printed; there is nothing to connect to."""
