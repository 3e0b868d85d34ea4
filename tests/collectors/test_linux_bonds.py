"""Linux bonds as the same records as Open vSwitch's."""

from collectors.linux_bonds import parse_linux_bonds

FILE = """\
==> /proc/net/bonding/{name} <==
Ethernet Channel Bonding Driver: v3.7.1 (April 27, 2011)

Bonding Mode: {mode}
MII Status: up
MII Polling Interval (ms): 100

Slave Interface: {name}a
MII Status: up
Permanent HW addr: 00:16:3e:00:00:01

Slave Interface: {name}b
MII Status: down
Permanent HW addr: 00:16:3e:00:00:02
"""


def test_each_file_is_a_bond_named_after_it() -> None:
    text = FILE.format(name="bond0", mode="fault-tolerance (active-backup)") + FILE.format(
        name="bond1", mode="IEEE 802.3ad Dynamic link aggregation"
    )
    states = parse_linux_bonds(text).records
    assert [(s.name, s.bond.mode, s.backend) for s in states] == [
        ("bond0", "active-backup", "linux"),
        ("bond1", "802.3ad", "linux"),
    ]
    assert [(m.name, m.enabled) for m in states[0].bond.members] == [
        ("bond0a", True),
        ("bond0b", False),
    ]


def test_no_files_are_no_bonds() -> None:
    assert parse_linux_bonds("").records == ()
