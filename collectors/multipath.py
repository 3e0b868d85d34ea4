"""Multipath maps: from multipathd where it answers, from `multipath -ll` where it does not.

`multipath -ll` talks to the disks and blocks on sick paths; multipathd answers from what its
checkers last saw. So the daemon is asked first, within half of the time there is. Parsing is
done in threads: 1,000 maps take 30 ms and more.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace

from collectors import multipath_findings, multipath_metrics
from collectors.host import NOT_FOUND, loop_time
from collectors.multipath_asking import Daemon, ask_daemon
from collectors.multipath_errors import text_error
from collectors.multipath_reading import MultipathReading
from collectors.multipath_records import Map
from collectors.multipath_seen import Seen
from collectors.multipath_sharing import shared
from collectors.multipath_text import parse_listing
from collectors.parsing import Parsed
from collectors.registry import CollectorFailed, Look, NotPresent, Scope, collector

LISTING = ("multipath", "-ll")
NOT_EXECUTABLE = 126
RETRY_JSON_SECONDS = 3600.0
"""How long a daemon that does not know `show maps json` is asked for its topology instead."""


@collector
class Multipath:
    """Maps, path groups and paths of a host, and what it had before."""

    name = "multipath"
    scope: Scope = "host"
    families = multipath_metrics.FAMILIES
    fill = staticmethod(multipath_metrics.fill)
    findings = staticmethod(multipath_findings.findings)

    def __init__(self) -> None:
        self._json_refused_until = 0.0
        self._seen = Seen()
        self._before: Mapping[str, Map] = {}
        self._turn = asyncio.Lock()
        """Two looks may be under way; one remembers after the other."""

    async def read(self, look: Look) -> MultipathReading:
        """Ask the daemon, else list. Raises HostError, CollectorFailed, NotPresent, ParseError."""
        daemon = await self._ask_daemon(look)
        maps, via = daemon.maps, daemon.via
        if maps is None:
            maps, via = await _list(look), " ".join(LISTING)
        async with self._turn:
            records, seen = await asyncio.to_thread(self._remember, maps.records, loop_time())
        return MultipathReading(
            records,
            via,
            len(maps.noise),
            maps.damaged,
            daemon_running=daemon.running,
            unread=tuple(noise.text for noise in maps.noise) if maps.damaged else (),
            seen=seen,
        )

    def _remember(
        self, maps: Iterable[Map], now: float
    ) -> tuple[tuple[Map, ...], Mapping[str, int]]:
        """The maps, unchanged ones as before, and the most paths each had."""
        records = shared(maps, self._before)
        self._before = {one.wwid: one for one in records}
        return records, self._seen.update(records, now)

    async def _ask_daemon(self, look: Look) -> Daemon:
        hasty = replace(look, deadline=loop_time() + (look.deadline - loop_time()) / 2)
        daemon = await ask_daemon(hasty, with_json=loop_time() >= self._json_refused_until)
        if not daemon.knows_json and loop_time() >= self._json_refused_until:
            self._json_refused_until = loop_time() + RETRY_JSON_SECONDS
        return daemon

    async def close(self) -> None:
        """Nothing is kept open."""


async def _list(look: Look) -> Parsed[Map]:
    """What `multipath -ll` prints. Its exit status says little: 0.4.7 lists maps and exits 1.

    Raises NotPresent where there are no multipath-tools and the inventory expects no maps.
    """
    output = await look.run(*LISTING)
    status, complaint = output.exit_status or 0, output.stderr.strip()
    if status == NOT_FOUND:
        if look.inventory.maps:
            return Parsed(())
        raise NotPresent("no multipath-tools on this host")
    killed = status < 0 or status >= NOT_EXECUTABLE
    if killed or (status != 0 and complaint and not output.stdout.strip()):
        said = f"multipath -ll exited {status}: {complaint or 'it said nothing'}"
        raise text_error(complaint) or CollectorFailed("exit_status", said)
    return await asyncio.to_thread(parse_listing, output.stdout)
