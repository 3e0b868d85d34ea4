"""Bonds: Open vSwitch's by control socket or `ovs-appctl`, Linux's by /proc/net/bonding."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace

from collectors import bond_findings, bond_metrics
from collectors.bond_list import parse_bond_list
from collectors.bond_show import Bond, parse_bond_show
from collectors.bond_state import BondState
from collectors.host import NOT_FOUND, HostError, Output, SocketUnavailable, loop_time
from collectors.lacp_show import LacpBond, parse_lacp_show
from collectors.linux_bonds import read_linux_bonds
from collectors.ovs_errors import ovs_error
from collectors.parsing import Parsed, ParseError, ToolError
from collectors.registry import CollectorFailed, Look, NotPresent, Reading, Scope, collector
from collectors.unixctl import RUNDIR, ControlSocket

NETWORK_BACKEND = ("cat", "/etc/xensource/network.conf")
"""`openvswitch` or `bridge`: which backend this dom0 was told to use."""
RETRY_SOCKET_SECONDS = 300.0
"""How long to ask by command after the socket could not be had."""

Ask = Callable[..., Awaitable[Output]]


@collector
class Bonds:
    """Members, the active one, delays and LACP of every bond of a host."""

    name = "bonds"
    scope: Scope = "host"
    families = bond_metrics.FAMILIES
    fill = staticmethod(bond_metrics.fill)
    findings = staticmethod(bond_findings.findings)

    def __init__(self) -> None:
        self._control: ControlSocket | None = None
        self._socket_refused_until = 0.0
        self._wants_a_name = False

    async def read(self, look: Look) -> Reading[BondState]:
        """Ask Open vSwitch, else Linux bonding. Raises HostError, CollectorFailed, NotPresent."""
        try:
            return await self._read_ovs(look)
        except ToolError as error:
            if error.kind != "not-running":
                raise CollectorFailed("tool_error", str(error)) from error
            return await _read_without_ovs(look, str(error))

    async def _read_ovs(self, look: Look) -> Reading[BondState]:
        now = loop_time()
        if now >= self._socket_refused_until:
            try:
                return await self._show(
                    "control socket", self._by_socket(look), look.inventory.bonds
                )
            except SocketUnavailable:
                self._socket_refused_until = now + RETRY_SOCKET_SECONDS
        return await self._show("ovs-appctl", _by_command(look), look.inventory.bonds)

    def _by_socket(self, look: Look) -> Ask:
        if self._control is None:
            self._control = ControlSocket(look.inventory.ovs_rundir or RUNDIR)
        control = self._control
        return lambda *words: control.ask(look, *words)

    async def _show(self, via: str, ask: Ask, known: Iterable[str]) -> Reading[BondState]:
        shown = await self._bonds(ask, known)
        lacp = await _lacp(ask, shown.records)
        states = tuple(
            BondState(bond, "openvswitch", lacp.get(bond.bond or "")) for bond in shown.records
        )
        return Reading(states, via, len(shown.noise), shown.damaged)

    async def _bonds(self, ask: Ask, known: Iterable[str]) -> Parsed[Bond]:
        """`bond/show` of all bonds; before Open vSwitch 1.6 it wants a name."""
        if not self._wants_a_name:
            try:
                return await asyncio.to_thread(parse_bond_show, text_of(await ask("bond/show")))
            except ToolError as error:
                if error.kind not in ("bad-command", "no-such-object"):
                    raise
        listed = await _names(ask, known)
        self._wants_a_name = True
        asked = (_show_one(ask, name) for name in listed.records)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        shown = _those_that_answered(answers)
        return Parsed(
            tuple(bond for parsed in shown for bond in parsed.records),
            tuple(noise for parsed in shown for noise in parsed.noise),
            listed.damaged + len(answers) - len(shown) + sum(parsed.damaged for parsed in shown),
        )

    async def close(self) -> None:
        """Let go of the control socket."""
        if self._control is not None:
            await self._control.close()


def _by_command(look: Look) -> Ask:
    rundir = look.inventory.ovs_rundir
    prefix = ("env", f"OVS_RUNDIR={rundir}") if rundir else ()
    return lambda *words: look.run(*prefix, "ovs-appctl", *words)


def text_of(output: Output) -> str:
    """The answer of `ovs-appctl`. Raises ToolError for a refusal and for a missing tool."""
    if output.exit_status == NOT_FOUND:
        raise ToolError("not-running", "")
    if output.exit_status == 0:
        return output.stdout
    refusal = output.stderr or output.stdout
    said = f"{' '.join(output.argv)} exited {output.exit_status}: {refusal.strip()}"
    raise ovs_error(refusal) or ToolError("bad-command", said)


async def _names(ask: Ask, known: Iterable[str]) -> Parsed[str]:
    """The names of the bonds; `known` ones of the inventory where no list is to be had."""
    output = await ask("bond/list")
    if output.exit_status not in (0, NOT_FOUND) and (names := tuple(known)):
        return Parsed(names)
    listed = parse_bond_list(text_of(output))
    return Parsed(tuple(bond.bond for bond in listed.records), damaged=listed.damaged)


def _those_that_answered(answers: Sequence[Parsed[Bond] | BaseException]) -> list[Parsed[Bond]]:
    """The bonds that could be read: one that cannot hides no other. Raises when none could."""
    shown = [answer for answer in answers if isinstance(answer, Parsed)]
    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    if failures and not shown:
        raise failures[0]
    for failure in failures:
        if not isinstance(failure, (HostError, ToolError, ParseError)):
            raise failure
    return shown


async def _show_one(ask: Ask, name: str) -> Parsed[Bond]:
    """One bond by name; output before 1.6 does not repeat it. Gone meanwhile is no failure."""
    try:
        parsed = parse_bond_show(text_of(await ask("bond/show", name)))
    except ToolError as error:
        if error.kind == "no-such-object":
            return Parsed(())
        raise
    records = tuple(replace(bond, bond=bond.bond or name) for bond in parsed.records)
    return replace(parsed, records=records)


async def _lacp(ask: Ask, bonds: tuple[Bond, ...]) -> dict[str, LacpBond]:
    """What `lacp/show` says, asked where a bond may use LACP: 1.2 to 1.5 do not tell.

    A refusal costs nothing that `bond/show` said.
    """
    if all(bond.lacp_status == "off" for bond in bonds):
        return {}
    try:
        shown = parse_lacp_show(text_of(await ask("lacp/show")))
    except (HostError, ToolError, ParseError):
        return {}
    return {bond.bond or "": bond for bond in shown.records}


async def _read_without_ovs(look: Look, why: str) -> Reading[BondState]:
    """Linux bonds; `why` says how Open vSwitch refused, empty when it is not installed."""
    linux = await read_linux_bonds(look)
    if linux.records:
        return Reading(linux.records, "/proc/net/bonding", len(linux.noise), linux.damaged)
    if why and (await look.run(*NETWORK_BACKEND)).stdout.strip() != "bridge":
        raise CollectorFailed("not_running", why)
    if linux.damaged or look.inventory.bonds:
        return Reading((), "/proc/net/bonding", len(linux.noise), linux.damaged)
    raise NotPresent("neither Open vSwitch nor Linux bonds on this host")
