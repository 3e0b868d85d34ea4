"""What the real Alertmanager says of silences and alerts, asked without our client."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from alerts.remediation.silences import Matcher


class Theirs:
    """An Alertmanager at a URL."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/api/v2"

    async def silence(self, *matchers: Matcher, begins: float = -1, ends: float = 600) -> str:
        """Make a silence, which begins and ends in so many seconds; gives its id."""
        now = datetime.now(UTC)
        body = {
            "matchers": [
                {"name": m.name, "value": m.value, "isRegex": m.is_regex, "isEqual": m.is_equal}
                for m in matchers
            ],
            "startsAt": (now + timedelta(seconds=begins)).isoformat(),
            "endsAt": (now + timedelta(seconds=ends)).isoformat(),
            "createdBy": "anna",
            "comment": "new switch",
        }
        answer = await self._ask("POST", "silences", json=body)
        return str(answer["silenceID"])

    async def expire(self, silence: str) -> None:
        async with aiohttp.request("DELETE", f"{self._url}/silence/{silence}") as response:
            assert response.status == 200

    async def silenced(self) -> dict[frozenset[tuple[str, str]], set[str]]:
        """The silences of every alert, by its labels."""
        answer = await self._ask("GET", "alerts")
        return {
            frozenset(alert["labels"].items()): set(alert["status"]["silencedBy"])
            for alert in answer
        }

    async def is_inhibited(self, labels: Mapping[str, str]) -> bool:
        """Whether the alert of just these labels is inhibited."""
        answer = await self._ask("GET", "alerts")
        return any(a["labels"] == labels and a["status"]["inhibitedBy"] for a in answer)

    async def _ask(self, method: str, what: str, **options: Any) -> Any:
        async with aiohttp.request(method, f"{self._url}/{what}", **options) as response:
            assert response.status == 200, await response.text()
            return await response.json()
