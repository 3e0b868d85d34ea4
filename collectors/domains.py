"""Domains: what Xen runs (`list_domains`) against what XAPI believes."""

import asyncio
from collections.abc import Callable, Hashable

from collectors import domains_metrics
from collectors.domains_compare import STUCK_OPERATION, Disagreement, Sight, disagreements
from collectors.domains_reading import DomainsReading, Fault
from collectors.domains_seen import Lasting
from collectors.host import NOT_FOUND, Output, loop_time
from collectors.list_domains import Domain, list_domains_error, parse_list_domains
from collectors.own_host import own_uuid, unknown_host
from collectors.parsing import Parsed
from collectors.pool_lost import state_of
from collectors.registry import CollectorFailed, Look, NotPresent, Scope, collector
from collectors.xapi.access import PoolReading
from collectors.xapi.records import PoolState

COMMANDS = ("list_domains", "/opt/xensource/bin/list_domains")
"""In the PATH from XenServer 7.0 on; 6.x has it only among its own tools."""


@collector
class Domains:
    """Domains of a host, and for how long each of their faults has been seen.

    `clock` is steady; the event loop's but for tests.
    """

    name = "domains"
    scope: Scope = "host"
    families = domains_metrics.FAMILIES
    fill = staticmethod(domains_metrics.fill)
    findings = staticmethod(domains_metrics.findings)

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or loop_time
        self._commands: tuple[str, ...] = COMMANDS
        self._lasting = Lasting()

    async def read(self, look: Look) -> DomainsReading:
        """Ask Xen and XAPI at the same time. Raises HostError, CollectorFailed, NotPresent."""
        listed, reading = await asyncio.gather(
            self._list(look), look.pool_reading(), return_exceptions=True
        )
        if isinstance(listed, BaseException):
            raise listed
        if isinstance(reading, BaseException):
            raise reading
        return self._compared(listed, _sight(look, listed, reading))

    def _compared(self, listed: Parsed[Domain], sight: Sight) -> DomainsReading:
        found = disagreements(sight)
        lasted = self._lasting.update(map(_identity, found), self._clock())
        faults = [Fault(one, lasted[_identity(one)]) for one in found]
        return DomainsReading(
            tuple(domain for domain in listed.records if domain.domid != 0),
            f"list_domains; {sight.reading.via}",
            len(listed.noise),
            listed.damaged,
            # Every operation would be suspected for ten minutes.
            tuple(one for one in faults if one.certain or one.about.fault != STUCK_OPERATION),
        )

    async def _list(self, look: Look) -> Parsed[Domain]:
        output = await self._run(look)
        if output.exit_status != 0:
            said = (output.stderr or output.stdout).strip()
            text = f"list_domains exited {output.exit_status}: {said or 'it said nothing'}"
            raise list_domains_error(said) or CollectorFailed("exit_status", text)
        listed = parse_list_domains(output.stdout)
        if not listed.records:
            text = "list_domains names no domain, not even domain 0"
            raise CollectorFailed("unparsable", text)
        return listed

    async def _run(self, look: Look) -> Output:
        for command in self._commands:
            output = await look.run(command)
            if output.exit_status != NOT_FOUND:
                self._commands = (command,)
                return output
        self._commands = COMMANDS
        raise NotPresent("no list_domains on this host")

    async def close(self) -> None:
        """Nothing is kept open."""


def _sight(look: Look, listed: Parsed[Domain], reading: PoolReading) -> Sight:
    """What is to be compared. Raises CollectorFailed or NotPresent where one side is not known."""
    state = state_of(reading)
    zero = next((domain.uuid for domain in listed.records if domain.domid == 0), None)
    here = own_uuid(reading, look.host.name) or _host_of(zero, state)
    if here is None:
        raise unknown_host(look.host.name, "VMs")
    return Sight(listed.records, reading, state, here, zero is not None and not listed.damaged)


def _host_of(control_domain: str | None, state: PoolState) -> str | None:
    """The host whose control domain has this uuid."""
    vms = (vm for vm in state.vms if vm.is_control_domain and vm.uuid == control_domain)
    return next((vm.resident_on for vm in vms), None)


def _identity(one: Disagreement) -> Hashable:
    """Operations that follow each other on one VM are not one that lasts."""
    return (one.vm, one.fault, one.text if one.fault == STUCK_OPERATION else "")
