"""A server of real TLS on the loopback, with a certificate of its own, and a scripted XAPI."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from collectors.xapi.endpoint import Credentials, Endpoint
from collectors.xapi.https_source import HttpsXapi
from collectors.xapi.source import XapiFailed
from tests.collectors.xapi.rpc_hosts import inquiry
from tests.collectors.xapi.rpc_peer import FakeXapi

ROOT = Credentials("root", 'o"p<en & s', "xenlens-test")


@dataclass
class Server:
    """A TLS server of an own certificate. `bytes_heard` are those behind the handshake."""

    sha256: str
    xapi: FakeXapi
    port: int = 0
    bytes_heard: bytearray = field(default_factory=bytearray)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = asyncio.StreamReader()
        serving = asyncio.create_task(self.xapi.serve(heard, writer))
        try:
            while data := await reader.read(65536):
                self.bytes_heard.extend(data)
                heard.feed_data(data)
        except ConnectionError as error:
            heard.set_exception(error)
        else:
            heard.feed_eof()
        await asyncio.gather(serving, return_exceptions=True)
        writer.close()

    def source(self, sha256: str = "", credentials: Credentials = ROOT) -> HttpsXapi:
        return HttpsXapi(Endpoint("127.0.0.1", sha256 or self.sha256, self.port), credentials)


def certificate(folder: Path) -> tuple[Path, str]:
    """A self-signed certificate with its key, and its digest."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "xcp83")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "xapi.pem"
    path.write_bytes(private + made.public_bytes(pem))
    return path, hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()


@asynccontextmanager
async def server(folder: Path, xapi: FakeXapi, newest: ssl.TLSVersion) -> AsyncIterator[Server]:
    path, sha256 = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = newest
    context.load_cert_chain(path)

    one = Server(sha256, xapi)
    listening = await asyncio.start_server(one.serve, "127.0.0.1", 0, ssl=context)
    one.port = listening.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        listening.close()


async def refused(source: HttpsXapi) -> XapiFailed:
    with pytest.raises(XapiFailed) as raised:
        await source.read(inquiry())
    await source.close()
    return raised.value
