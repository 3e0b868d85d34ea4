"""`ovs-appctl bond/show`, as Open vSwitch 1.0 to 4.0 print it.

The layouts are those of bond_print_details() and its ancestors: without a header before 1.6,
TABs before 2.10, `slave` before 2.15, `may_enable` since 1.2, the active MAC since 2.3.1, the
primary since 2.14; 1.0.99 (XenServer 6.0) prints LACP details inside each member's block.
"""

import re
from dataclasses import dataclass

from collectors.captured import lines_of
from collectors.drafts import BlockReader, Draft, MemberDraft, settle
from collectors.ovs_errors import ovs_error
from collectors.parsing import Kind, Noise, Parsed


@dataclass(frozen=True, slots=True)
class Member:
    """A NIC of a bond. `enabled` and `may_enable` are None where the text does not say."""

    name: str
    enabled: bool | None
    active: bool
    may_enable: bool | None


@dataclass(frozen=True, slots=True)
class Bond:
    """A bond of Open vSwitch. `bond` is None when the text names none (before 1.6)."""

    bond: str | None
    mode: str | None
    lacp_status: str | None
    updelay_ms: int | None
    downdelay_ms: int | None
    active_member: str | None
    primary: str | None
    members: tuple[Member, ...]


_EXPECTED = "a block of bond/show (`---- BOND ----`, `bond_mode: …`, `slave|member NIC: …`)"
_MEMBER_LINE = "a line `slave|member NIC: enabled|disabled`"
_HEADER = re.compile(r"---- (\S|\S.*\S) ----$")
_FACTS = frozenset(
    """bond_mode;bond-hash-algorithm;bond-hash-basis;bond may use recirculation;lb_output action
all members active;updelay;downdelay;next rebalance;bond-detect-mode;bond-miimon-interval
lacp;lacp_negotiated;lacp_status;lacp_fallback_ab;active-backup primary
active slave mac;active member mac""".replace("\n", ";").split(";")
)
_ACTIVE = ("active slave", "active member")
_ATTRIBUTE = re.compile(
    r"(?:up|down)delay expires in |hash \S+: \S+ kB load$|status:"
    r"|(?:actor|partner) [a-z_]+:|(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$"
)
_MILLISECONDS = re.compile(r"(-?[0-9]{1,18}) ?ms$")
_MAC_OWNER = re.compile(r"\(([^()]+)\)$")
_PRIMARY_ABSENT = re.compile(r" \(no such (?:slave|member)\)$")
_STATES = {"enabled": True, "disabled": False}
_TRUTH = {"true": True, "false": False}


class _Reader(BlockReader):
    def feed(self, line: Noise) -> None:
        text = line.text.strip()
        readers = (self._member, self._attribute, self._fact)
        if not text or self.header(line, text, _HEADER) or any(r(line, text) for r in readers):
            return
        self.noise.append(line)

    def _member(self, line: Noise, text: str) -> bool:
        word, _, rest = text.partition(" ")
        name, colon, state = rest.rpartition(":") if ":" in rest else (rest, "", "")
        if word not in ("slave", "member") or len(name.split()) > 1:
            return False
        draft = self.take(line)
        if colon and name.strip():
            draft.members.append(MemberDraft(name.strip(), line, {"state": state.strip()}))
        else:
            draft.damaged(line, _MEMBER_LINE)
        return True

    def _attribute(self, line: Noise, text: str) -> bool:
        key, _, value = text.partition(":")
        if text in _ACTIVE:
            self._active(line)
        elif key == "may_enable":
            self.member_fact(line, key, value.strip(), _MEMBER_LINE)
        elif _ATTRIBUTE.match(text):
            if member := self.attribute(line, _MEMBER_LINE):
                member.facts["more"] = text
        else:
            return False
        return True

    def _active(self, line: Noise) -> None:
        """A mark further down than the first line is that of a member whose line is lost."""
        member = self.attribute(line, _MEMBER_LINE)
        if member and len(member.facts) > 1:
            self.drafts[-1].damaged(line, f"{_MEMBER_LINE} before the active mark")
        elif member:
            member.facts["active"] = "yes"

    def _fact(self, line: Noise, text: str) -> bool:
        key, colon, value = text.partition(":")
        if not colon or key.rstrip() not in _FACTS:
            return False
        self.fact(line, key.rstrip(), value.strip())
        return True


def _bond(draft: Draft) -> Bond:
    for second in [member for member in draft.members if member.fact("active")][1:]:
        draft.damaged(second.line, "one active member")
    draft.check()
    active = _active_member(draft)
    return Bond(
        draft.bond,
        _said(draft.fact("bond_mode")),
        _lacp_status(draft),
        _milliseconds(draft.fact("updelay")),
        _milliseconds(draft.fact("downdelay")),
        active,
        _said(_PRIMARY_ABSENT.sub("", draft.fact("active-backup primary"))),
        tuple(_member(member, active) for member in draft.members),
    )


def _member(draft: MemberDraft, active: str | None) -> Member:
    enabled, may_enable = _STATES.get(draft.fact("state")), _TRUTH.get(draft.fact("may_enable"))
    return Member(draft.name, enabled, draft.name == active, may_enable)


def _active_member(draft: Draft) -> str | None:
    """The marked member; in a fragment that lacks its block, the owner of the active MAC.

    The mark comes before `may_enable`, so a block that has the latter is complete. The MAC
    alone proves nothing: Open vSwitch keeps it while no member is active.
    """
    for member in draft.members:
        if member.fact("active"):
            return member.name
    owner = _MAC_OWNER.search(draft.fact("active slave mac") or draft.fact("active member mac"))
    complete = {member.name for member in draft.members if "may_enable" in member.facts}
    return _said(owner[1]) if owner and owner[1] not in complete else None


def _lacp_status(draft: Draft) -> str | None:
    """`lacp_negotiated: false` (1.2 to 1.5) does not tell `configured` from `off`."""
    if draft.fact("lacp_negotiated") == "true":
        return "negotiated"
    return _said(draft.fact("lacp_status") or draft.fact("lacp"))


def _said(value: str) -> str | None:
    """A printed value; None for `<none>`, `(none)`, `none`, `<unknown>` and masked values."""
    return None if value in ("", "none", "(none)") or value.startswith("<") else value


def _milliseconds(value: str) -> int | None:
    match = _MILLISECONDS.match(value)
    return int(match[1]) if match else None


def parse_bond_show(text: str) -> Parsed[Bond]:
    """Read bond/show of every Open vSwitch, one or many bonds. Raises ParseError, ToolError."""
    reader = _Reader()
    for line in lines_of(text):
        reader.feed(line)
    return settle(reader.drafts, _bond, reader.noise, lambda: ovs_error(text), _EXPECTED)


KINDS: tuple[Kind, ...] = (Kind("bond-show", parse_bond_show, "ovs-appctl bond/show [BOND]"),)
