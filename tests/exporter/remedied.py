"""An exporter with remediation: its HTTP, its journal and its files are real.

The bond that it heals is made up, and so are Alertmanager's answers.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from alerts.remediation.engine import Engine
from alerts.remediation.journal import RunRow, reading
from alerts.remediation.tools import tools
from exporter.config import load
from exporter.remediation.remedy import Remedy
from exporter.service import Service
from exporter.web.app import make_app
from tests.alerts.remediation.rig import HOSTS, TOOL, Bonds, FakeDoor, World
from tests.exporter.alertmanager_calls import FakeAlertmanager, firing, listed, payload
from tests.exporter.fleets import BOND0
from tests.fakes import FakeClock

Client = TestClient[web.Request, web.Application]
WEBHOOK = "/api/v1/alerts/webhook"
API = "/api/v1/remediation"
TOKENS = {"webhook": "canary-hook", "anna": "canary-anna", "ben": "canary-ben", "am": "canary-am"}
"""What is in each file NAME.token; it must never be seen anywhere else."""
QUICK: Mapping[str, Any] = {
    "mode": "suggest",
    "confirm": {"reads": 2, "interval": 0.001},
    "verify": {"time": 0.02, "every": 0.005},
    "hold": {"time": 0.01, "every": 0.005},
}


def bearer(name: str) -> dict[str, str]:
    """The header of who has the token in NAME.token."""
    return {"Authorization": f"Bearer {TOKENS[name]}"}


class Remedied:
    """The folder of a configuration, and the exporter that `serving` makes of it."""

    def __init__(self, folder: Path, alertmanager: FakeAlertmanager, url: str) -> None:
        self.folder = folder
        self.alertmanager = alertmanager
        self.clock = FakeClock()
        self.world = World()
        self.section: dict[str, Any] = {
            "journal": "journal.db",
            "kill_switch": "stop",
            "alertmanager": {"url": url, "token_file": "am.token"},
            "webhook": {"token_file": "webhook.token"},
            "operators": {name: {"token_file": f"{name}.token"} for name in ("anna", "ben")},
            "playbooks": {TOOL: dict(QUICK)},
        }
        self.service: Service
        self.client: Client
        for name, token in TOKENS.items():
            self.write_token(name, f"{token}\n")
        (folder / "bond.txt").write_text(f"# ovs-appctl bond/show\n{BOND0}")

    @property
    def config(self) -> Path:
        """The configuration's file."""
        return self.folder / "xenlens.yml"

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.folder / "journal.db"

    @property
    def remedy(self) -> Remedy:
        """That of the exporter that runs."""
        assert self.service.remedy is not None
        return self.service.remedy

    @property
    def engine(self) -> Engine:
        """That of the exporter that runs."""
        return self.remedy.engine

    def write_token(self, name: str, text: str) -> None:
        """Make or replace the file of a token."""
        file = self.folder / f"{name}.token"
        file.touch(mode=0o600)
        file.write_text(text)

    def write_config(self) -> Path:
        """Write the configuration as `section` is now; without one where that is empty."""
        pool = {"hosts": {name: {"recorded": "bond.txt"} for name in HOSTS}}
        document: dict[str, Any] = {"pools": {"modular": pool}}
        if self.section:
            document["remediation"] = self.section
        self.config.write_text(yaml.safe_dump(document))
        return self.config

    @asynccontextmanager
    async def serving(self, *, start: bool = True) -> AsyncIterator["Remedied"]:
        """The exporter until the block ends; where not to `start`, before it has looked at runs."""
        self.write_config()
        self.service = Service(self.config, load(self.config), self.clock)
        try:
            async with TestClient(TestServer(make_app(self.service))) as self.client:
                if start:
                    await self.start()
                yield self
        finally:
            await self.service.close()

    async def start(self) -> None:
        """Start remediation, with the made-up bond in place of a real one, and let it pull."""
        await self.service.start_remediation()
        if self.service.remedy is not None:
            parts = self.engine.parts
            parts.tools = {**tools(), TOOL: Bonds(self.world)}
            parts.door = FakeDoor(self.world)
        if "alertmanager" in self.section:
            await until(lambda: bool(self.alertmanager.authorized))

    async def post(
        self, path: str, body: object = None, status: int = 200, who: str = "anna"
    ) -> str:
        """What is answered to somebody; `who` is empty for nobody."""
        given = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        headers = bearer(who) if who else {}
        async with self.client.post(path, data=given, headers=headers) as response:
            text = await response.text()
            assert response.status == status, (response.status, text)
            return text

    async def get(self, path: str, status: int = 200, who: str = "anna") -> str:
        """The same by GET."""
        async with self.client.get(path, headers=bearer(who) if who else {}) as response:
            text = await response.text()
            assert response.status == status, (response.status, text)
            return text

    async def call(self, *alerts: Mapping[str, Any], status: int = 202) -> str:
        """Deliver alerts as Alertmanager does; they fire there as well."""
        self.alertmanager.alerts += [listed(a) for a in alerts if a["status"] == "firing"]
        return await self.post(WEBHOOK, payload(*alerts), status, "webhook")

    async def waiting(self, host: str = "xs1") -> RunRow:
        """Call for a host, and wait until its plan waits for a person."""
        await self.call(firing(host))
        return await self.reached("AWAITING_APPROVAL", host=host)

    async def reached(self, state: str, number: int = 0, host: str = "") -> RunRow:
        """Wait until the latest run, of this number or host if any, is in a state.

        Raises TimeoutError.
        """
        async with asyncio.timeout(5):
            while True:
                rows = await self.remedy.journal.read(reading.runs_of)
                chosen = [
                    row
                    for row in rows
                    if number in (0, row.number) and host in ("", row.target.host)
                ]
                if chosen and chosen[0].state == state and self._knows(chosen[0]):
                    return chosen[0]
                await asyncio.sleep(0.005)

    def _knows(self, row: RunRow) -> bool:
        """Whether the engine has heard, too, what its journal has written down."""
        run = self.engine.found(row.number)
        return run is None or run.state == row.state

    async def delivered(self) -> dict[str, int]:
        """What became of the delivered alerts, once all are decided upon and no run is open."""
        async with asyncio.timeout(5):
            await self.engine.idle()
        return dict(await self.remedy.journal.read(reading.dispositions))


async def until(true: Callable[[], bool]) -> None:
    """Wait for what happens by itself. Raises TimeoutError."""
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


@asynccontextmanager
async def remedied(folder: Path) -> AsyncIterator[Remedied]:
    """The folder with its tokens, beside an Alertmanager."""
    alertmanager = FakeAlertmanager()
    async with TestServer(alertmanager.app()) as server:
        yield Remedied(folder, alertmanager, str(server.make_url("")).rstrip("/"))


async def reload(rig: Remedied, status: int = 200) -> str:
    """Write the configuration anew and let it be read; gives what is answered."""
    rig.write_config()
    return await rig.post("/-/reload", status=status, who="")


async def outcome(rig: Remedied, host: str = "xs1") -> tuple[str, str]:
    """How a run ends that an alert asks for."""
    await rig.call(firing(host))
    await rig.delivered()
    (row, *_) = await rig.remedy.journal.read(reading.runs_of)
    return str(row.state), row.reason


async def armed(rig: Remedied) -> bool:
    """Whether it says that something may act."""
    found: bool = json.loads(await rig.get(API))["armed"]
    return found
