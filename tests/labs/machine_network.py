"""The network of tests/labs/ovs.py inside the emulated machine, its first namespace the host.

    host(eth0 ─ sw1 ─┐
         eth2 ─ sw2 ─┴ core ─ gw)

The cables of the host are pairs of emulated network cards, so its NICs have what a veth has not:
a driver, and a filter that drops frames to addresses nobody asked for. The gateway also has an
address in VLAN 20 and one in VLAN 30, which no host has. Switches, core and gateway are
namespaces of the machine.

The cards are virtio-net, whose filter is as strict as a good NIC's: by address and by VLAN. Of
QEMU's Intel cards, e1000e was seen to let every VLAN in, and e1000 hears nothing for a second
after every change of its filter (`set_rx_control` in hw/net/e1000.c arms a timer).
"""

from collections.abc import Iterator

from tests.labs.machine import Machine

MEMBERS = ("eth0", "eth2")
HOST, GATEWAY = "10.255.77.2", "10.255.77.1"
TAGGED_HOST, TAGGED_GATEWAY, VLAN = "10.255.79.2", "10.255.79.1", 20
STRANGE_GATEWAY, STRANGE_VLAN = "10.255.80.1", 30


def _cables() -> Iterator[str]:
    """QEMU's words for one hub per cable, a card at either end, in the order Linux counts them."""
    for number in range(len(MEMBERS)):
        for end in range(2):
            card = f"cable{number}end{end}"
            yield from ("-netdev", f"hubport,id={card},hubid={number}")
            mac = f"52:54:00:00:{number:02x}:{end:02x}"
            yield from ("-device", f"virtio-net-pci,netdev={card},mac={mac},romfile=")


CABLES = tuple(_cables())
"""Devices the machine needs for this network. They come up as eth0 ─ eth1 and eth2 ─ eth3."""

_BUILD = f"""
for box in sw1 sw2 core gw; do
    ip netns add $box
    ip -n $box link set lo up
    [ $box = gw ] || ip -n $box link add br0 up type bridge
done
cable() {{  # box port in core
    ip -n $1 link add $2 up type veth peer $3 netns core
    ip -n core link set $3 up master br0
}}
cable sw1 uplink sw1
cable sw2 uplink sw2
cable gw eth0 gw
plug() {{  # far end, member, switch
    ip link set $1 netns $3 name to-$2
    ip -n $3 link set to-$2 up master br0
    ip -n $3 link set uplink master br0
}}
plug eth1 eth0 sw1
plug eth3 eth2 sw2
ip -n gw addr add {GATEWAY}/24 dev eth0
tagged() {{  # VLAN, address
    ip -n gw link add link eth0 name eth0.$1 up type vlan id $1
    ip -n gw addr add $2/24 dev eth0.$1
}}
tagged {VLAN} {TAGGED_GATEWAY}
tagged {STRANGE_VLAN} {STRANGE_GATEWAY}
"""


class MachineNetwork:
    """The network around the host, built once in a machine that has `CABLES`."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        for module in ("virtio_net", "bridge", "veth", "8021q"):
            machine.modprobe(module)
        machine.shell(_BUILD)
        self.gateway_mac = machine.run(
            *("ip", "netns", "exec", "gw", "cat", "/sys/class/net/eth0/address")
        ).strip()

    def cut_uplink(self, switch: str) -> None:
        """Cut what is behind a switch; the host's carrier stays."""
        self.machine.run("ip", "-n", switch, "link", "set", "uplink", "down")

    def restore_uplinks(self) -> None:
        """Undo every `cut_uplink`."""
        self.machine.shell("for switch in sw1 sw2; do ip -n $switch link set uplink up; done")

    def reaches_gateway(self) -> bool:
        """Whether a ping of the host is answered."""
        return self.machine.call("ping", "-qn", "-c1", "-W1", GATEWAY).returncode == 0
