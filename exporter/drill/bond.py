"""A bond under test: its members, what carries its traffic, and pings through it."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import TypeVar

from collectors.bond_state import BondState
from collectors.bonds import Bonds
from collectors.host import Host, HostError, loop_time
from collectors.inventory import HostInventory
from collectors.linux_bonds import read_linux_bonds
from collectors.parsing import ParseError, ToolError
from collectors.registry import CollectorFailed, Look, NotPresent
from exporter.drill.bond_destination import destination_of
from exporter.drill.bond_facts import facts_of
from exporter.drill.bond_log import OvsLog
from exporter.drill.bond_sample import carrier_words, carriers_in, sample_of
from exporter.drill.logs import HostLogs
from exporter.drill.pings import ping
from exporter.drill.record import Kind
from exporter.drill.subject import HostIo, LogLine, NoSubject, Sample

T = TypeVar("T")
SAMPLE_SECONDS = 5.0
"""How long a look may take: one that goes through a dead bond must not hold up the next."""
OPEN_SECONDS = 30.0
"""How long it may take to find the bond, what to ping, or the facts."""


class BondSubject:
    """One bond of a host, made by `open_bond`. Every method only looks."""

    def __init__(self, look: Look, bonds: Bonds, state: BondState, address: str) -> None:
        self._host = look.host
        self._inventory = look.inventory
        self._bonds = bonds
        self._state = state
        self._address = address
        self._logs = HostLogs(look.host, ("kernel",))
        self._ovs_log = OvsLog(look.host)

    @property
    def kind(self) -> Kind:
        """A bond."""
        return "bond"

    @property
    def name(self) -> str:
        """The bond's name."""
        return self._state.name

    @property
    def io_name(self) -> str:
        """What is pinged."""
        return f"pings to {self._address}"

    @property
    def collectors(self) -> tuple[str, ...]:
        """The members, and what is reached behind each: most alerts are about that."""
        return ("bonds", "reachability")

    async def facts(self) -> Sequence[tuple[str, str]]:
        """Versions, mode and delays. Raises HostError."""
        return await facts_of(_look(self._host, self._inventory, OPEN_SECONDS), self._state)

    async def sample(self) -> Sample:
        """The members now, with their carrier. Raises HostError."""
        look = _look(self._host, self._inventory, SAMPLE_SECONDS)
        states = await _states(look, self._bonds, linux=self._state.backend == "linux")
        bond = next((state.bond for state in states if state.name == self.name), None)
        carriers: Mapping[str, bool] = {}
        if bond is not None and bond.members:
            carriers = carriers_in((await look.run(*carrier_words(bond))).stdout)
        return sample_of(bond, carriers)

    async def io(self, seconds: float) -> HostIo:
        """Pings for about `seconds`. Raises HostError."""
        return await ping(self._host, self._address, seconds)

    async def log_lines(self) -> Sequence[LogLine]:
        """What the kernel and Open vSwitch said since the last call. Raises HostError."""
        lines = await self._logs.new_lines()
        try:
            return [*lines, *await self._ovs_log.lines()]
        except HostError:
            # Nothing is lost: the next call reads on from the same place.
            return lines

    async def close(self) -> None:
        """Let go of the control socket."""
        await self._bonds.close()


async def open_bond(
    host: Host,
    wanted: str | None,
    destinations: Sequence[str] = (),
    inventory: HostInventory | None = None,
) -> BondSubject:
    """The bond named, or the only one. Pings go to the first of `destinations` that answers.

    Without any they go to the inventory's, else to the default gateway. Raises NoSubject where
    there is no such bond, or nothing to ping behind it, and HostError.
    """
    look = _look(host, inventory or HostInventory(), OPEN_SECONDS)
    bonds = Bonds()
    try:
        state = _named(await _states(look, bonds), wanted)
        address = await _answered(destination_of(look, state, destinations))
    except BaseException:
        await bonds.close()
        raise
    return BondSubject(look, bonds, state, address)


def _named(states: Sequence[BondState], wanted: str | None) -> BondState:
    """The one that is meant. Raises NoSubject."""
    names = ", ".join(sorted(state.name for state in states))
    meant = [state for state in states if wanted in (None, state.name)]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise NoSubject(f"no bond {wanted} here, only {names}" if names else "no bond here")
    raise NoSubject(f"several bonds here, name one of: {names}")


def _look(host: Host, inventory: HostInventory, seconds: float) -> Look:
    return Look(host, loop_time() + seconds, inventory)


async def _states(look: Look, bonds: Bonds, *, linux: bool = False) -> Sequence[BondState]:
    """Every bond; those of Linux without asking for Open vSwitch first. Raises HostError."""
    try:
        if linux:
            return (await _answered(read_linux_bonds(look))).records
        return (await _answered(bonds.read(look))).records
    except NotPresent:
        return ()


async def _answered(asking: Awaitable[T]) -> T:
    """What a collector's reader gave, its failures as the HostError that a drill knows."""
    try:
        return await asking
    except (CollectorFailed, ParseError, ToolError) as error:
        raise HostError(str(error)) from error
