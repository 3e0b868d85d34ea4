"""The text of `bond/show`, `bond/list` in the generations of three Open vSwitch versions.

Lines and their order from vswitchd/bridge.c (1.0.99) and ofproto/bond.c (2.5.3, 2.17.7).
"""

from collections.abc import Iterable

from exporter.demo.bonds import Bond, Member

_HEADERS = {
    "1.0.99": "bridge\tbond\ttype\tslaves",
    "2.5.3": "bond\ttype\trecircID\tslaves",
    "2.17.7": "bond\ttype\trecircID\tmembers",
}


def member_word(version: str) -> str:
    """What this version calls a member: `slave` until 2.14."""
    return "member" if version == "2.17.7" else "slave"


def bond_show(bond: Bond, version: str, now: float) -> str:
    """One bond. Members are sorted by name from 1.6 on, before that they are not."""
    if version == "1.0.99":
        return _header_1_0_99(bond) + "".join(_member(m, bond, version, now) for m in bond.members)
    header = _header_2_5(bond) if version == "2.5.3" else _header_2_17(bond)
    members = sorted(bond.members, key=lambda m: m.name)
    return header + "".join(_member(m, bond, version, now) for m in members) + "\n"


def bond_list(bonds: Iterable[Bond], version: str) -> str:
    """One line per bond, members in no particular order."""
    rows = [_HEADERS[version]]
    for bond in bonds:
        members = ", ".join(m.name for m in bond.members)
        if version == "1.0.99":
            rows.append(f"{bond.bridge}\t{bond.name}\tactive-backup\t{members}")
        else:
            rows.append(f"{bond.name}\tactive-backup\t0\t{members}")
    return "".join(f"{row}\n" for row in rows)


def _delays(bond: Bond) -> str:
    return f"updelay: {bond.updelay * 1000:.0f} ms\ndowndelay: {bond.downdelay * 1000:.0f} ms\n"


def _header_1_0_99(bond: Bond) -> str:
    return f"bond_mode: active-backup\nlacp: off\nbond-detect-mode: carrier\n{_delays(bond)}"


def _header_2_5(bond: Bond) -> str:
    return (
        f"---- {bond.name} ----\n"
        "bond_mode: active-backup\n"
        "bond may use recirculation: no, Recirc-ID : -1\n"
        "bond-hash-basis: 0\n"
        f"{_delays(bond)}"
        "lacp_status: off\n"
        f"active slave mac: {_active_mac(bond)}\n"
    )


def _header_2_17(bond: Bond) -> str:
    return (
        f"---- {bond.name} ----\n"
        "bond_mode: active-backup\n"
        "bond may use recirculation: no, Recirc-ID : -1\n"
        "bond-hash-basis: 0\n"
        "lb_output action: disabled, bond-id: -1\n"
        f"{_delays(bond)}"
        "lacp_status: off\n"
        "lacp_fallback_ab: false\n"
        "active-backup primary: <none>\n"
        f"active member mac: {_active_mac(bond)}\n"
    )


def _active_mac(bond: Bond) -> str:
    """The MAC of the member that was active last; it stays printed while no member is active."""
    owner = next((m.name for m in bond.members if m.mac == bond.last_active_mac), "none")
    return f"{bond.last_active_mac}({owner})"


def _member(member: Member, bond: Bond, version: str, now: float) -> str:
    word = member_word(version)
    indent = "  " if version == "2.17.7" else "\t"
    lines = [f"\n{word} {member.name}: {'enabled' if member.enabled else 'disabled'}"]
    if member.name == bond.active:
        lines.append(f"{indent}active {word}")
    if member.delay_expires is not None:
        delay = "downdelay" if member.enabled else "updelay"
        lines.append(f"{indent}{delay} expires in {(member.delay_expires - now) * 1000:.0f} ms")
    if version != "1.0.99":
        lines.append(f"{indent}may_enable: {'true' if member.carrier else 'false'}")
    return "".join(f"{line}\n" for line in lines)
