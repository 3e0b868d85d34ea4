"""An exporter with a web configuration, behind real sockets."""

import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import bcrypt
import yaml
from aiohttp import ClientResponse, ClientSession, web
from aiohttp.test_utils import TestServer

from exporter.config import load
from exporter.service import Service
from exporter.web.app import make_app
from tests.exporter.fleets import BOND0
from tests.exporter.web_security.certificates import Authority

PASSWORD = "canary-of-anna"
WEBHOOK, API = "/api/v1/alerts/webhook", "/api/v1/remediation"
TOKENS = {"hook": "canary-hook", "ben": "canary-ben"}
"""Of the webhook, and of the operator of a rig that is `locked`."""
REQUIRED = {"client_auth_type": "RequireAndVerifyClientCert", "client_ca_file": "ca.crt"}
IF_GIVEN = {"client_auth_type": "VerifyClientCertIfGiven", "client_ca_file": "ca.crt"}
"""Of clients, besides the certificate of the server."""
OWN_CERTIFICATE = {"cert_file": "server.crt", "key_file": "server.key"}


@cache
def hashed(password: str = PASSWORD) -> str:
    """As htpasswd -nBC 4 has it: the cheapest there is."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()


def basic(user: str = "anna", password: str = PASSWORD) -> dict[str, str]:
    """The header of who logs in."""
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


def bearer(name: str) -> dict[str, str]:
    """The header of who has one of the tokens."""
    return {"Authorization": f"Bearer {TOKENS[name]}"}


class Secured:
    """The folder of a configuration, and the exporter that `serving` makes of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Authority(folder)
        self.authority.server()
        self.web: dict[str, Any] = {}
        self.more: dict[str, Any] = {}
        """Of xenlens.yml."""
        self.service: Service
        self.app: web.Application
        self.url = ""
        (folder / "bond.txt").write_text(f"# ovs-appctl bond/show\n{BOND0}")

    @property
    def file(self) -> Path:
        """The web configuration's."""
        return self.folder / "web.yml"

    def write(self) -> Path:
        """Write both files; gives that of the configuration."""
        self.file.touch(mode=0o600)
        self.file.write_text(yaml.safe_dump(self.web))
        pools = {"modular": {"hosts": {"one": {"recorded": "bond.txt"}}}}
        file = self.folder / "xenlens.yml"
        named = {"web_config": "web.yml"} if self.web else {}
        file.write_text(yaml.safe_dump({**named, "pools": pools, **self.more}))
        return file

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Secured"]:
        """The exporter until the block ends."""
        file = self.write()
        self.service = Service(file, load(file))
        tls = self.service.protection.tls
        self.app = make_app(self.service)
        server = TestServer(self.app, scheme="https" if tls else "http")
        await server.start_server(ssl=tls)
        self.url = str(server.make_url("")).rstrip("/")
        try:
            yield self
        finally:
            await server.close()
            await self.service.close()

    async def reload(self) -> None:
        """Write both files and have them read. Raises ConfigError."""
        self.write()
        await self.service.reload()

    def trusting(
        self, client: str = "", newest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED
    ) -> ssl.SSLContext:
        """How a client connects that knows the CA, and shows NAME.crt where it has a name."""
        context = ssl.create_default_context(cafile=self.authority.file)
        if client:
            file = self.folder / client
            context.load_cert_chain(file.with_suffix(".crt"), file.with_suffix(".key"))
        context.maximum_version = newest
        return context

    async def status(
        self,
        path: str = "/metrics",
        headers: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        method: str = "GET",
    ) -> int:
        """How a request of a new connection is answered. Raises ClientError."""
        return (await self.answer(path, headers, tls, method))[0].status

    async def answer(
        self,
        path: str = "/metrics",
        headers: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        method: str = "GET",
    ) -> tuple[ClientResponse, str]:
        """The same with its text."""
        async with (
            ClientSession() as session,
            session.request(
                method, self.url + path, ssl=tls or self.trusting(), headers=headers
            ) as answer,
        ):
            return answer, await answer.text()
