"""What Open vSwitch is asked before a bond's active member is changed, and the words to do it."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from alerts.remediation.records import Unreadable
from alerts.remediation.sight import Sight

_VERSION = re.compile(r"\(Open vSwitch\) (\d+)\.(\d+)")
_WORD = r'(?:"(?:[^"\\]|\\.)*"|[^\s",={}\[\]]+)'
_PAIR = re.compile(f"({_WORD})=({_WORD})")
_MAP = re.compile(rf"\{{(?:{_WORD}={_WORD}(?:, {_WORD}={_WORD})*)?\}}")
_LEARNED = re.compile(r"(\S+) +(\d+) +((?:[0-9a-f]{2}:){5}[0-9a-f]{2}) +\S+")
_HEADER = re.compile(r"port +VLAN +MAC +Age")
SILENT_FROM, SILENT_BEFORE = (1, 2), (1, 8)
"""Versions that tell the switches nothing when an active-backup bond moves (XenServer 6.1, 6.2)."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A MAC address of the bridge's table. `port` is a number, or `LOCAL`; VLAN 0 is untagged."""

    port: str
    vlan: int
    mac: str

    @property
    def announced(self) -> str:
        """As `xenlens-announce` takes it: `MAC`, or `MAC/VLAN`."""
        return f"{self.mac}/{self.vlan}" if self.vlan else self.mac


@dataclass(frozen=True, slots=True)
class OpenVswitch:
    """Open vSwitch of one host."""

    sight: Sight
    host: str

    @property
    def prefix(self) -> tuple[str, ...]:
        """The words before its commands, where its run directory is not the usual one."""
        rundir = self.sight.inventory(self.host).ovs_rundir
        return ("env", f"OVS_RUNDIR={rundir}") if rundir else ()

    def set_active(self, bond: str, member: str) -> tuple[str, ...]:
        """The command; 2.15 and later say `member`, and know the old name up to 3.7."""
        return (*self.prefix, "ovs-appctl", "bond/set-active-slave", bond, member)

    async def version(self) -> tuple[int, int]:
        """Major and minor, such as (2, 17); its programs are of one package. Raises Unreadable."""
        said = await self._asked("version", "ovs-vsctl", "--version")
        match = _VERSION.search(said)
        if match is None:
            raise Unreadable("version", f"{self.host}: ovs-vsctl names no version: {said.strip()}")
        return int(match[1]), int(match[2])

    async def bond_primary(self, bond: str) -> str:
        """`other_config:bond-primary` of a bond's port; empty without one. Raises Unreadable."""
        words = ("get", "Port", bond, "other_config")
        said = await self._asked("bond_primary", "ovs-vsctl", "--timeout=5", *words)
        try:
            return map_of(said.strip()).get("bond-primary", "")
        except ValueError as error:
            text = f"{self.host}: other_config of {bond} is not understood: {error}"
            raise Unreadable("bond_primary", text) from error

    async def local_macs(self, bond: str, members: Iterable[str]) -> tuple[str, ...]:
        """What the bridge has learned on other ports than the bond's. Raises Unreadable.

        Before 1.8 fdb/show prints the datapath's port numbers. But for the bridge's own port
        they are then those of OpenFlow, which the database has (`ofport`).
        """
        bridge = (await self._asked("fdb", "ovs-vsctl", "--timeout=5", "port-to-br", bond)).strip()
        own = {await self._ofport(member) for member in members}
        said = await self._asked("fdb", "ovs-appctl", "fdb/show", bridge)
        try:
            return tuple(sorted({row.announced for row in learned(said) if row.port not in own}))
        except ValueError as error:
            text = f"{self.host}: fdb/show of {bridge} is not understood: {error}"
            raise Unreadable("fdb", text) from error

    async def _ofport(self, nic: str) -> str:
        words = ("get", "Interface", nic, "ofport")
        said = (await self._asked("fdb", "ovs-vsctl", "--timeout=5", *words)).strip()
        if not said.isdecimal():
            raise Unreadable("fdb", f"{self.host}: {nic} has no port number: {said}")
        return said

    async def _asked(self, what: str, *words: str) -> str:
        output = await self.sight.ask(self.host, (*self.prefix, *words))
        if output.exit_status != 0:
            said = (output.stderr or output.stdout).strip()
            text = f"{self.host}: {' '.join(words)} exited {output.exit_status}: {said}"
            raise Unreadable(what, text)
        return output.stdout


def announces_nothing(version: tuple[int, int]) -> bool:
    """Whether this Open vSwitch leaves it to others to tell the switches of a moved bond."""
    return SILENT_FROM <= version < SILENT_BEFORE


def map_of(text: str) -> dict[str, str]:
    """A map as ovs-vsctl prints it: `{a=b, "c d"="1"}`. Raises ValueError."""
    if not _MAP.fullmatch(text):
        raise ValueError(text)
    return {_bare(key): _bare(value) for key, value in _PAIR.findall(text)}


def _bare(word: str) -> str:
    return str(json.loads(word)) if word.startswith('"') else word


def learned(text: str) -> Iterator[Learned]:
    """The rows of `fdb/show`: port, VLAN, MAC and age, in every version. Raises ValueError."""
    header, *rows = text.splitlines() or [""]
    if not _HEADER.fullmatch(header.strip()):
        raise ValueError(header.strip() or "no header")
    for line in rows:
        match = _LEARNED.fullmatch(line.strip())
        if match is None:
            raise ValueError(line.strip())
        yield Learned(match[1], int(match[2]), match[3])
