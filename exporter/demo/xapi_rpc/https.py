"""XAPI's HTTPS on loopback: a port and a certificate for every host that speaks TLS 1.2."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from exporter.demo.hosts import HostState
from exporter.demo.xapi_rpc.certificates import self_signed
from exporter.demo.xapi_rpc.listeners import tls_context, tls_listener
from exporter.demo.xapi_rpc.pool_view import xapi_of
from exporter.demo.xapi_rpc.xapi import XapiPool

_TLS_1_2 = (8, 0, 0)
"""Older products may offer TLS 1.0 with keys and ciphers that nobody should accept."""


@dataclass(frozen=True, slots=True)
class Https:
    """Where a host's XAPI listens, and the SHA-256 of its certificate in hexadecimal."""

    port: int
    sha256: str


@asynccontextmanager
async def https_of(
    hosts: Mapping[str, HostState], pool: XapiPool, address: str, folder: Path, now: datetime
) -> AsyncIterator[dict[str, Https]]:
    """Listen for every host that can; keys go into the folder. Raises OSError."""
    async with AsyncExitStack() as stack:
        found = {}
        for host in hosts.values():
            if host.flavour.version >= _TLS_1_2:
                certificate = self_signed(host.name, host.address, now)
                context = tls_context(certificate, folder)
                xapi = xapi_of(pool, host.name, host.flavour, "tcp")
                listener = tls_listener(xapi, address, 0, context)
                port = await stack.enter_async_context(listener)
                found[host.name] = Https(port, certificate.sha256)
        yield found
