"""What the kernel and Open vSwitch log when a bond changes.

Of Open vSwitch the words of ofproto/bond.c: `interface` became `member` with 2.15.
"""

from collections.abc import Iterator

from exporter.demo.bonds import Bond, Member
from exporter.demo.flavours import Flavour

Line = tuple[str, str]
"""Program and text; that of Open vSwitch after its module and level."""
_OVS = "ovs-vswitchd"
_SPEED = "1000 Mbps Full Duplex, Flow Control: RX/TX"


def bond_lines(flavour: Flavour, before: Bond, after: Bond) -> Iterator[Line]:
    """Lines in order: carriers, members, the active one."""
    if before == after:
        return
    word = "member" if flavour.ovs == "2.17.7" else "interface"
    for old, new in zip(before.members, after.members, strict=True):
        if old.carrier != new.carrier:
            yield "kernel", _link(flavour, new)
            yield _OVS, f"bond|INFO|{word} {new.name}: link state {'up' if new.carrier else 'down'}"
            if new.delay_expires is not None:
                yield _OVS, f"bond|INFO|{word} {new.name}: {_waiting(after, new)}"
        if old.enabled != new.enabled:
            state = "enabled" if new.enabled else "disabled"
            yield _OVS, f"bond|INFO|{word} {new.name}: {state}"
    if before.active != after.active:
        yield _OVS, _active(after, word)


def _link(flavour: Flavour, member: Member) -> str:
    """Of the driver igb, which says more about itself since Linux 3.x."""
    own = "" if flavour.version < (7, 0, 0) else f"0000:0{int(member.name[-1]) + 1}:00.0 "
    first = f"igb {own}{member.name}: igb" if own else "igb"
    state = f"Up {_SPEED}" if member.carrier else "Down"
    return f"{first}: {member.name} NIC Link is {state}"


def _waiting(bond: Bond, member: Member) -> str:
    will, stays, delay = ("disabled", "down", bond.downdelay)
    if member.carrier:
        will, stays, delay = ("enabled", "up", bond.updelay)
    return f"will be {will} if it stays {stays} for {delay * 1000:.0f} ms"


def _active(bond: Bond, word: str) -> str:
    if bond.active is None:
        return f"bond|INFO|bond {bond.name}: all {word}s disabled"
    return f"bond|INFO|bond {bond.name}: active {word} is now {bond.active}"
