"""Alertmanager as remediation needs it: what it says of alerts, and what people are told by it."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from ssl import SSLContext

import aiohttp

from alerts.remediation.alertmanager import Alertmanager
from alerts.remediation.lease import AWAITS_APPROVAL, Lease
from alerts.remediation.records import Target
from exporter.client_tls import BadCertificate
from exporter.config.remediation import Alertmanager as Settings
from exporter.config.remediation import Remediation
from exporter.remediation.credentials import basic, bearer
from exporter.remediation.rules import NoSecret, secret

TWINS_OWN = ("severity", "audience")
"""Labels by which the machine's alert differs from the one for people."""


def manager_of(section: Remediation, session: aiohttp.ClientSession | None) -> Alertmanager | None:
    """A client of the configured Alertmanager; None where there is none. Raises NoSecret."""
    settings = section.alertmanager
    if settings is None:
        return None
    return Alertmanager(settings.url, session, _credentials(settings), tls=_tls(settings))


def _tls(settings: Settings) -> SSLContext | None:
    """Raises NoSecret."""
    if not settings.secure:
        return None
    try:
        return settings.tls().context()
    except BadCertificate as error:
        raise NoSecret(str(error)) from None


def _credentials(settings: Settings) -> dict[str, str]:
    if settings.token:
        return {"Authorization": bearer(secret(settings.token))}
    if settings.user and settings.password:
        return {"Authorization": basic(settings.user, secret(settings.password, "password"))}
    return {}


class Silences:
    """What Alertmanager says of alerts. A silence of the people's alert holds for its twin too."""

    def __init__(self, manager: Alertmanager) -> None:
        self._manager = manager

    async def is_firing(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert of just these labels has not ended. Raises Unreadable."""
        return await self._manager.is_firing(labels)

    async def silenced_by(self, labels: Mapping[str, str]) -> str:
        """Active silences that no label of the object contradicts, and one at least confirms.

        Matchers on labels that the object does not have are left aside. Raises Unreadable.
        """
        own = {name: value for name, value in labels.items() if name not in TWINS_OWN}
        found = []
        for silence in await self._manager.silences():
            about = [matcher for matcher in silence.matchers if matcher.name in own]
            if silence.state == "active" and about and all(m.matches(own) for m in about):
                found.append(str(silence))
        return "; ".join(found)


class Teller:
    """Alerts that xenlens keeps alive while a run works, or waits for a person."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def at_work(self, target: Target) -> AbstractAsyncContextManager[None]:
        """The page about the object waits."""
        return self._lease.at_work(target.labels, target.playbook)

    def awaits_approval(self, run: int, target: Target) -> AbstractAsyncContextManager[None]:
        """People are asked for an approval."""
        summary = f"{target.playbook} on {target} waits for an approval"
        look = f"Look: xenlens remediation explain {run}. Then approve {run} or reject {run}."
        labels = {**target.labels, "playbook": target.playbook, "severity": "warning"}
        annotations = {"summary": summary, "description": look}
        return self._lease.announced(AWAITS_APPROVAL, labels, annotations)
