"""What Alertmanager sends and answers, made up as far as remediation looks at it."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.alerts.remediation.rig import TOOL
from tests.fakes import FakeClock


def firing(host: str = "xs1", status: str = "firing", **labels: str) -> dict[str, Any]:
    """An alert for the machine, as Alertmanager writes it down."""
    own = {"alertname": "BondWrongActiveMember", "audience": "machine", "severity": "info"}
    own |= {"playbook": TOOL, "pool": "modular", "host": host, "bond": "bond0"}
    began = datetime.fromtimestamp(FakeClock().now - 30, UTC).isoformat()
    return {"status": status, "labels": own | labels, "annotations": {}, "startsAt": began}


def payload(*alerts: Mapping[str, Any], truncated: int = 0) -> dict[str, Any]:
    """A call of the webhook."""
    given = {"version": "4", "status": "firing", "receiver": "remediation", "groupKey": "{}"}
    return {**given, "alerts": list(alerts), "truncatedAlerts": truncated}


class FakeAlertmanager:
    """Answers with what it is told to have; keeps what is posted, and with which token."""

    def __init__(self) -> None:
        self.alerts: list[Mapping[str, Any]] = []
        self.silences: list[Mapping[str, Any]] = []
        self.posted: list[Any] = []
        self.authorized: set[str] = set()
        self.down = False
        self.answers = asyncio.Event()
        """Cleared while it thinks."""
        self.answers.set()

    def app(self) -> web.Application:
        """What is served."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/api/v2/alerts", self._listed),
                web.post("/api/v2/alerts", self._take),
                web.get("/api/v2/silences", self._silenced),
            ]
        )
        return app

    async def _listed(self, request: web.Request) -> web.Response:
        self._note(request)
        await self.answers.wait()
        return web.json_response(self.alerts)

    async def _silenced(self, request: web.Request) -> web.Response:
        self._note(request)
        return web.json_response(self.silences)

    async def _take(self, request: web.Request) -> web.Response:
        self._note(request)
        self.posted += await request.json()
        return web.Response()

    def _note(self, request: web.Request) -> None:
        self.authorized.add(request.headers.get("Authorization", ""))
        if self.down:
            raise web.HTTPServiceUnavailable


def listed(alert: Mapping[str, Any]) -> dict[str, Any]:
    """As Alertmanager's API lists it."""
    return {**alert, "status": {"state": "active", "silencedBy": [], "inhibitedBy": []}}
