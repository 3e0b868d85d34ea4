"""The ways to a pool's XAPI, built from the configuration."""

from collections.abc import Callable

from collectors.host import Host
from collectors.xapi.by_xe import XeXapi
from collectors.xapi.endpoint import Endpoint
from collectors.xapi.members import Member
from collectors.xapi.socket_source import SocketXapi
from collectors.xapi.source import XapiSource
from exporter.config import Target, XapiSettings
from exporter.hosts.settings import Ssh
from exporter.https_xapi import ConfiguredHttps

Sources = Callable[[Target, Host], tuple[XapiSource, ...]]
"""What makes the ways to one member's XAPI, the best first."""


def member_of(target: Target, host: Host, sources: Sources) -> Member:
    """A host of the inventory as a member of its pool."""
    return Member(target.name, host, sources(target, host), _addresses(target))


def sources_of(target: Target, host: Host) -> tuple[XapiSource, ...]:
    """The ways the configuration allows, in its order. Raises ValueError for half of https."""
    make: dict[str, Callable[[], XapiSource]] = {
        "socket": lambda: SocketXapi(host),
        "https": lambda: _https(target.xapi),
        "xe": lambda: XeXapi(host),
    }
    return tuple(make[way]() for way in target.xapi.ways)


def _https(xapi: XapiSettings) -> ConfiguredHttps:
    if not (xapi.address and xapi.certificate_sha256 and xapi.user and xapi.password):
        raise ValueError("https needs an address, a fingerprint, a user and a password")
    endpoint = Endpoint(xapi.address, xapi.certificate_sha256, xapi.port)
    return ConfiguredHttps(endpoint, xapi.user, xapi.password)


def _addresses(target: Target) -> frozenset[str]:
    found = {target.xapi.address}
    if isinstance(target.settings, Ssh):
        found |= {target.settings.address, target.settings.alternate}
    return frozenset(address for address in found if address)
