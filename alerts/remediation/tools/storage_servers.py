"""Whether hosts reach the servers of an SR, by a TCP connection from each host itself."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from alerts.remediation.records import Refusal
from alerts.remediation.sight import Sight
from collectors.backends_connect import Check
from collectors.backends_metrics import BackendsReading
from collectors.xapi.records import Sr

Answers = Literal["answers", "dead", "partly", "unknown"]
"""`partly`: some hosts reach it, or some of its addresses; `unknown`: of some nobody can tell."""


@dataclass(frozen=True, slots=True)
class Servers:
    """How the servers of an SR answer hosts (by their name in the inventory)."""

    checks: Mapping[str, tuple[Check, ...]]

    @property
    def answers(self) -> Answers:
        """All of them together; dead only where every host tried and none reached any."""
        every = [check.reachable for checks in self.checks.values() for check in checks]
        if any(every):
            return "answers" if all(every) and all(self.checks.values()) else "partly"
        is_known = None not in every and all(self.checks.values())
        return "dead" if every and is_known else "unknown"

    @property
    def words(self) -> dict[str, list[str]]:
        """By host, what each address did."""
        return {
            host: [f"{check.server}: {_word(check)}" for check in checks]
            for host, checks in self.checks.items()
        }


def _word(check: Check) -> str:
    return "open" if check.reachable else check.words


async def servers_of_sr(sr: Sr, hosts: list[str], sight: Sight) -> Servers:
    """Try the servers of an SR from hosts, all at once. Raises Unreadable."""
    found = await asyncio.gather(*(_checks(sr, host, sight) for host in hosts))
    return Servers(dict(zip(hosts, found, strict=True)))


async def _checks(sr: Sr, host: str, sight: Sight) -> tuple[Check, ...]:
    """Empty where XAPI named no server of the SR just now, or one that looks like no address."""
    reading = await sight.read(host, "backends")
    assert isinstance(reading, BackendsReading)
    backend = next((each for each in reading.records if each.sr == sr.uuid), None)
    if backend is None or backend.unread or not reading.current:
        return ()
    return tuple(reading.checks.by_server[server] for server in backend.servers)


async def check_reached(sr: Sr, host: str, sight: Sight) -> Servers:
    """That a host reaches every server of an SR: a plug makes no path through one that is silent.

    Raises Refusal `backend_unreachable` and `backend_unknown`, Unreadable.
    """
    servers = await servers_of_sr(sr, [host], sight)
    checks = servers.checks[host]
    silent = next((check for check in checks if check.reachable is False), None)
    if silent is not None:
        text = f"{host} does not reach {silent.server} ({silent.words}): repair that first"
        raise Refusal("backend_unreachable", text, servers.words)
    if servers.answers != "answers":
        text = f"Whether {host} reaches the server of {sr.name} is not known: look at its PBD"
        raise Refusal("backend_unknown", text, servers.words)
    return servers
