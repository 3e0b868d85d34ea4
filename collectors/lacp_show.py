"""`ovs-appctl lacp/show`, as Open vSwitch 1.1 to 4.0 print it.

The header is `lacp: BOND` before 1.3 and `---- BOND ----` after; a member's line is
`slave: NIC: STATE` before 2.15 and `member: NIC: STATE` after; `may_enable` came with 1.8.
"""

import re
from dataclasses import dataclass

from collectors.captured import lines_of
from collectors.drafts import BlockReader, Draft, MemberDraft, settle
from collectors.ovs_errors import ovs_error
from collectors.parsing import Kind, Noise, Parsed


@dataclass(frozen=True, slots=True)
class LacpMember:
    """A NIC's LACP state; None where the text does not say."""

    name: str
    current: bool | None
    attached: bool | None
    may_enable: bool | None


@dataclass(frozen=True, slots=True)
class LacpBond:
    """A bond's LACP state. `status` as printed: `active negotiated`, `passive`…"""

    bond: str | None
    status: str | None
    members: tuple[LacpMember, ...]


_EXPECTED = "a block of lacp/show (`---- BOND ----`, `status: …`, `slave|member: NIC: …`)"
_MEMBER_LINE = "a line `slave|member: NIC: current|expired|defaulted attached|detached`"
_HEADER = re.compile(r"---- (\S|\S.*\S) ----$|lacp: (\S+)$")
_FACTS = frozenset({"status", "sys_id", "sys_priority", "aggregation key", "lacp_time"})
_ATTRIBUTE = re.compile(r"(?:(?:actor|partner) [a-z_]+|port_id|port_priority|may_enable)$")
_TRUTH = {"true": True, "false": False}


class _Reader(BlockReader):
    def feed(self, line: Noise) -> None:
        text = line.text.strip()
        if not text or self.header(line, text, _HEADER):
            return
        key, colon, value = (part.strip() for part in text.partition(":"))
        if not (colon and self._read(line, key, value)):
            self.noise.append(line)

    def _read(self, line: Noise, key: str, value: str) -> bool:
        if key in ("slave", "member"):
            self._member(line, value)
        elif key in _FACTS:
            self.fact(line, key, value)
        elif _ATTRIBUTE.match(key):
            self.member_fact(line, key, value, _MEMBER_LINE)
        else:
            return False
        return True

    def _member(self, line: Noise, text: str) -> None:
        """A member without a state is damaged, or of `lacp/show-stats`, which is no state."""
        draft = self.take(line)
        name, _, state = (part.strip() for part in text.rpartition(":"))
        if state and len(name.split()) == 1:
            draft.members.append(MemberDraft(name, line, {"state": state}))
        else:
            draft.damaged(line, _MEMBER_LINE)


def _bond(draft: Draft) -> LacpBond:
    draft.check()
    status = draft.fact("status")
    members = tuple(_member(member) for member in draft.members)
    return LacpBond(draft.bond, None if status[:1] in ("", "<") else status, members)


def _member(draft: MemberDraft) -> LacpMember:
    words = set(draft.fact("state").split())
    current = _either(words, "current", {"expired", "defaulted"})
    attached = _either(words, "attached", {"detached"})
    return LacpMember(draft.name, current, attached, _TRUTH.get(draft.fact("may_enable")))


def _either(words: set[str], yes: str, no: set[str]) -> bool | None:
    if yes in words:
        return True
    return False if words & no else None


def parse_lacp_show(text: str) -> Parsed[LacpBond]:
    """Read lacp/show of every Open vSwitch. Raises ParseError, ToolError."""
    reader = _Reader()
    for line in lines_of(text):
        reader.feed(line)
    return settle(reader.drafts, _bond, reader.noise, lambda: ovs_error(text), _EXPECTED)


KINDS: tuple[Kind, ...] = (Kind("lacp-show", parse_lacp_show, "ovs-appctl lacp/show [BOND]"),)
