"""Alertmanager's API (v2), as far as remediation needs it: 0.25 and later, also under a path.

One that cannot be asked, or whose answer nobody understands, is a reason to do nothing.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from ssl import SSLContext
from string import ascii_letters, digits
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import aiohttp
from yarl import URL

from alerts.remediation.json_fields import BadPayload, Field, document
from alerts.remediation.payload import MOST_ALERTS, Alert, alert_of
from alerts.remediation.records import Json, Unreadable
from alerts.remediation.silences import Silence, silence_of

TIMEOUT = 10.0
LONGEST_ANSWER = 16 * 2**20
MOST_SILENCES = 100_000
"""Those that expired are kept for days."""
R = TypeVar("R")
Query = Sequence[tuple[str, str]]
_IN_ANY_STATE = [(n, "true") for n in ("active", "silenced", "inhibited", "unprocessed")]
_IN_NAMES = frozenset(ascii_letters + digits + "_")
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})
_SHOWN = 200


class AlertmanagerUnreachable(Unreadable):
    """It could not be asked, or gave no answer that can be used. The text is one line."""

    def __init__(self, text: str) -> None:
        super().__init__("alertmanager", text)


class Alertmanager:
    """A client. What it is asked raises AlertmanagerUnreachable, and nothing else."""

    def __init__(
        self,
        url: str,
        session: aiohttp.ClientSession | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = TIMEOUT,
        tls: SSLContext | None = None,
    ) -> None:
        """Ask the one at `url` with these headers, such as `Authorization`.

        `timeout` is in seconds, for a request from connecting to the last byte. A session that is
        given is not closed. `tls` says whom to believe; None is whom this machine believes. Raises
        ValueError where the URL is none of HTTP.
        """
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise ValueError("http://HOST:PORT or https://HOST:PORT expected, with or without path")
        self._url = url.rstrip("/")
        self._name = f"Alertmanager at {URL(self._url).with_user(None)}"
        self._given = session
        self._own: aiohttp.ClientSession | None = None
        self._headers = dict(headers or {})
        self._timeout = timeout
        self._tls = tls or True

    async def firing(self, labels: Mapping[str, str]) -> list[Alert]:
        """The alerts with these labels that have not ended, silenced and inhibited ones too."""
        query = [*_IN_ANY_STATE, *_filters(labels)]
        alerts = await self._list("alerts", MOST_ALERTS, query, _firing)
        return [alert for alert in alerts if _has(alert.labels, labels)]

    async def is_firing(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert of just these labels has not ended; empty labels are none."""
        there_are = {name: value for name, value in labels.items() if value}
        return any(alert.labels == there_are for alert in await self.firing(labels))

    async def silences(self) -> list[Silence]:
        """All of them, also those that are over or have not begun."""
        return await self._list("silences", MOST_SILENCES, [], silence_of)

    async def silenced_by(self, labels: Mapping[str, str]) -> str:
        """Which silences hold for these labels now, for people; empty for none."""
        return "; ".join(str(each) for each in await self.silences() if each.silences(labels))

    async def post(self, alerts: Iterable[Alert]) -> None:
        """Tell it of alerts. One without an end ends after Alertmanager's resolve_timeout."""
        body = json.dumps([_posted(alert) for alert in alerts]).encode()
        await self._request("POST", "alerts", body=body)

    async def close(self) -> None:
        """Let go of connections."""
        own, self._own = self._own, None
        if own is not None:
            await own.close()

    async def _list(
        self, what: str, most: int, query: Query, read: Callable[[Field], R]
    ) -> list[R]:
        body = await self._request("GET", what, query)
        try:
            return [read(record) for record in document(body, what).elements(most)]
        except BadPayload as error:
            raise self._unreachable(error) from None

    async def _request(self, method: str, what: str, query: Query = (), body: bytes = b"") -> bytes:
        asked = urlencode(query, errors="replace")
        url = URL(f"{self._url}/api/v2/{what}{'?' if asked else ''}{asked}", encoded=True)
        try:
            async with self._opened().request(
                method,
                url,
                data=body or None,
                headers={"Content-Type": "application/json", **self._headers},
                timeout=aiohttp.ClientTimeout(total=self._timeout),
                allow_redirects=False,
                ssl=self._tls,
            ) as response:
                return await self._answer(response)
        except TimeoutError:
            raise self._unreachable(f"no answer within {self._timeout:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._unreachable(error) from error

    async def _answer(self, response: aiohttp.ClientResponse) -> bytes:
        answer = bytearray()
        async for chunk in response.content.iter_any():
            answer += chunk
            if len(answer) > LONGEST_ANSWER:
                raise self._unreachable(f"its answer is longer than {LONGEST_ANSWER} bytes")
        if response.status != 200:
            said = answer[:_SHOWN].decode(errors="replace")
            raise self._unreachable(f"status {response.status} {said}")
        return bytes(answer)

    def _opened(self) -> aiohttp.ClientSession:
        if self._given is not None:
            return self._given
        if self._own is None:
            self._own = aiohttp.ClientSession()
        return self._own

    def _unreachable(self, why: object) -> AlertmanagerUnreachable:
        text = " ".join((str(why) or type(why).__name__).split())
        return AlertmanagerUnreachable(f"{self._name}: {text[:_SHOWN]}")


def _firing(record: Field) -> Alert:
    return alert_of(record, "firing")


def _has(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(labels.get(name, "") == value for name, value in wanted.items())


def _filters(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Query parameters. Names with other characters are left out: 0.25 cannot read them."""
    classic = [n for n in labels if n and _IN_NAMES.issuperset(n) and not n[0].isdigit()]
    return [("filter", f'{name}="{labels[name].translate(_ESCAPED)}"') for name in classic]


def _posted(alert: Alert) -> Json:
    """As the API takes it: what is not known is left out."""
    record: dict[str, Json] = {"labels": dict(alert.labels), "annotations": dict(alert.annotations)}
    for name, time in (("startsAt", alert.starts_at), ("endsAt", alert.ends_at)):
        if time is not None:
            record[name] = datetime.fromtimestamp(time, UTC).isoformat()
    return record | ({"generatorURL": alert.generator_url} if alert.generator_url else {})
