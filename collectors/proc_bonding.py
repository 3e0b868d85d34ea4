"""/proc/net/bonding/*, as Linux prints it from 2.6 to 6.x (drivers/net/bonding/bond_procfs.c)."""

import re
from dataclasses import dataclass

from collectors.captured import lines_of, shell_error
from collectors.drafts import BlockReader, Draft, MemberDraft, settle
from collectors.parsing import Kind, Noise, Parsed


@dataclass(frozen=True, slots=True)
class LinuxMember:
    """A NIC of a Linux bond. `mii_up` is True for `up` alone, None where the text does not say."""

    name: str
    mii_up: bool | None
    aggregator_id: int | None
    permanent_mac: str | None


@dataclass(frozen=True, slots=True)
class LinuxBond:
    """A bond of the Linux driver; the file's text does not name it. `mode` is as printed."""

    mode: str | None
    mode_number: int | None
    active_member: str | None
    primary: str | None
    members: tuple[LinuxMember, ...]


_EXPECTED = "a bond of Linux (`Bonding Mode: …`, `Slave Interface: NIC`)"
_MEMBER_LINE = "a line `Slave Interface: NIC`"
_MODES = {
    "load balancing (round-robin)": 0,
    "fault-tolerance (active-backup)": 1,
    "load balancing (xor)": 2,
    "fault-tolerance (broadcast)": 3,
    "IEEE 802.3ad Dynamic link aggregation": 4,
    "transmit load balancing": 5,
    "adaptive load balancing": 6,
}
_BOND_KEYS = frozenset(
    """Ethernet Channel Bonding Driver;Bonding Mode;Primary Slave;Currently Active Slave;Min links
Transmit Hash Policy;MII Polling Interval (ms);Up Delay (ms);Down Delay (ms);LACP rate;LACP active
Peer Notification Delay (ms);ARP Polling Interval (ms);ARP IP target/s (n.n.n.n form)
NS IPv6 target/s (XX::XX form);ARP Missed Max;Aggregator selection policy (ad_select)
System priority;System MAC address;Active Aggregator Info;Number of ports;Actor Key;Partner Key
Partner Mac Address""".replace("\n", ";").split(";")
)
_EITHER_KEYS = frozenset({"MII Status", "Aggregator ID"})
_MEMBER_KEYS = frozenset(
    """Speed;Duplex;Link Failure Count;Permanent HW addr;Slave queue ID;Actor Churn State
Partner Churn State;Actor Churned Count;Partner Churned Count;details actor lacp pdu
details partner lacp pdu""".replace("\n", ";").split(";")
)
_PDU_KEYS = frozenset(
    """system priority;system mac address;port key;oper key;port priority;port number
port state""".replace("\n", ";").split(";")
)
_PLAIN = re.compile(r"802\.3ad info$|bond \S+ has no active aggregator$")
_FILE = re.compile(r"==> \S*/bonding/\S+ <==$")
_MII = {"up": True, "down": False, "going down": False, "going back": False}
_RESELECT = re.compile(r" \(primary_reselect [a-z]+\)$")
_FAIL_OVER_MAC = re.compile(r" \(fail_over_mac [a-z]+\)$")
_AGGREGATOR = re.compile(r"[0-9]{1,10}$")


class _Reader(BlockReader):
    def feed(self, line: Noise) -> None:
        text = line.text.strip()
        if not text:
            return
        if _FILE.match(text):
            self.close()
        key, colon, value = (part.strip() for part in text.partition(":"))
        if _PLAIN.match(text) and self.current:
            self.take(line)
        elif not (colon and self._read(line, key, value)):
            self.noise.append(line)

    def _read(self, line: Noise, key: str, value: str) -> bool:
        if key == "Slave Interface":
            self._member(line, value)
        elif key in _BOND_KEYS:
            self.fact(line, key, value)
        elif key in _EITHER_KEYS and not (self.current and self.current.members):
            self.take(line)
        elif key in _MEMBER_KEYS or key in _EITHER_KEYS:
            self.member_fact(line, key, value, _MEMBER_LINE)
        elif key in _PDU_KEYS:
            self.attribute(line, _MEMBER_LINE)
        else:
            return False
        return True

    def _member(self, line: Noise, name: str) -> None:
        draft = self.take(line)
        if len(name.split()) == 1:
            draft.members.append(MemberDraft(name, line))
        else:
            draft.damaged(line, _MEMBER_LINE)


def _bond(draft: Draft) -> LinuxBond:
    mode = draft.fact("Bonding Mode") or None
    if mode is None and not draft.members:
        draft.damaged(draft.lines[-1], "`Bonding Mode: …`")
    active = _name(draft.fact("Currently Active Slave"))
    if active and active not in {member.name for member in draft.members}:
        # A text cut off: half a name, or a member of which nothing is told.
        draft.damaged(draft.lines[-1], f"a member {active}, which is the active one")
    draft.check()
    return LinuxBond(
        mode,
        _MODES.get(_FAIL_OVER_MAC.sub("", mode or "")),
        active,
        _name(_RESELECT.sub("", draft.fact("Primary Slave"))),
        tuple(_member(member) for member in draft.members),
    )


def _member(draft: MemberDraft) -> LinuxMember:
    aggregator = _AGGREGATOR.match(draft.fact("Aggregator ID"))
    return LinuxMember(
        draft.name,
        _MII.get(draft.fact("MII Status")),
        int(aggregator[0]) if aggregator else None,
        draft.fact("Permanent HW addr") or None,
    )


def _name(value: str) -> str | None:
    return None if value in ("", "None") else value


def parse_proc_bonding(text: str) -> Parsed[LinuxBond]:
    """Read one or several files of /proc/net/bonding. Raises ParseError, ToolError."""
    reader = _Reader()
    for line in lines_of(text):
        reader.feed(line)
    return settle(reader.drafts, _bond, reader.noise, lambda: shell_error(text), _EXPECTED)


KINDS: tuple[Kind, ...] = (
    Kind("proc-net-bonding", parse_proc_bonding, "cat /proc/net/bonding/BOND"),
)
