"""A host's configuration, where drift does harm later: driver, initrd, multipath, LVM, hotfixes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from collectors import hostconfig_findings, hostconfig_metrics
from collectors.host import loop_time
from collectors.hostconfig_asking import Asking
from collectors.hostconfig_facts import Facts, HostConfigReading
from collectors.inventory import ExpectedHostConfig
from collectors.registry import CollectorFailed, Look, NotPresent, Scope, collector

READ_SECONDS = 300.0
"""These facts change rarely, and rpm is no light program."""
RETRY_SECONDS = 60.0
"""After a round in which something had no answer."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A reading, when it was made (the collector's clock), and what it was to be compared with."""

    reading: HostConfigReading
    at: float
    expected: ExpectedHostConfig

    def serves(self, expected: ExpectedHostConfig, now: float) -> bool:
        """Whether it is young enough, and all that is expected was asked for."""
        incomplete = any(facts.ask_again for facts in self.reading.records)
        patience = RETRY_SECONDS if incomplete else READ_SECONDS
        return self.expected == expected and now - self.at < patience


@collector
class HostConfig:
    """The configuration of a host; asks at most every five minutes and says how old it is.

    `clock` is steady; the event loop's but for tests.
    """

    name = "hostconfig"
    scope: Scope = "host"
    families = hostconfig_metrics.FAMILIES
    fill = staticmethod(hostconfig_metrics.fill)
    findings = staticmethod(hostconfig_findings.findings)

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or loop_time
        self._kept: Kept | None = None

    async def read(self, look: Look) -> HostConfigReading:
        """Ask, or give what is kept. Raises Unreachable, CollectorFailed, NotPresent."""
        expected = look.inventory.hostconfig
        kept = self._kept
        if kept is None or not kept.serves(expected, self._clock()):
            self._kept = None
            at = self._clock()
            kept = Kept(_reading(await Asking(look).facts(), expected), at, expected)
            self._kept = kept
        return replace(kept.reading, age=self._clock() - kept.at)

    async def close(self) -> None:
        """Nothing is kept open."""


def _reading(facts: Facts, expected: ExpectedHostConfig) -> HostConfigReading:
    if facts.nothing_there and expected == ExpectedHostConfig():
        raise NotPresent("neither rpm nor /etc/multipath.conf nor /etc/lvm/lvm.conf on this host")
    if facts.nothing_known:
        said = "; ".join(facts.why.values())
        raise CollectorFailed("not_known", f"the host answered no question: {said}")
    via = "rpm, stat, cat, XAPI" if facts.hotfixes is not None else "rpm, stat, cat"
    return HostConfigReading((facts,), via)
