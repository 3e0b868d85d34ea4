"""A dom0 in the emulated machine: bond0 by the kernel's own driver, or by Open vSwitch's module.

The host is the machine itself, so everything is where it is on a real host: /proc/net/bonding,
/var/run/openvswitch, the NICs. Delays are those of the other labs, not XenServer's 31 s.
"""

import re
from abc import ABC, abstractmethod
from types import TracebackType
from typing import ClassVar, Self

from tests.labs.machine_network import GATEWAY, HOST, MEMBERS, TAGGED_HOST, VLAN, MachineNetwork
from tests.labs.waiting import wait_for

BRIDGE, TAGGED_BRIDGE, BOND = "xenbr0", "xapi3", "bond0"
_BUILT_TIMEOUT = 60.0
_ACTIVE = re.compile(r"member (\S+): enabled\n  active member\n")


class MachineDom0(ABC):
    """bond0 over eth0 and eth2 below the bridge xenbr0, and VLAN 20 of it as the bridge xapi3."""

    backend: ClassVar[str]
    build: ClassVar[str]
    remove: ClassVar[str]

    def __init__(self, network: MachineNetwork) -> None:
        self.network = network
        self.machine = network.machine

    def __enter__(self) -> Self:
        try:
            self.machine.shell(self.build + _ADDRESSES)
            self.heal()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.machine.shell(self.remove)

    @abstractmethod
    def active(self) -> str | None:
        """The active member, as the bond itself says."""

    @abstractmethod
    def set_active(self, member: str) -> None:
        """Make a member the active one. Raises CalledProcessError while it is not enabled."""

    @abstractmethod
    def members_enabled(self) -> bool:
        """Whether the bond would take any of its members."""

    def heal(self) -> None:
        """Everything connected, eth0 active, the gateway answering there."""
        self.network.restore_uplinks()
        wait_for(self.members_enabled, _BUILT_TIMEOUT, "both members enabled")
        self.set_active(MEMBERS[0])
        wait_for(self.network.reaches_gateway, _BUILT_TIMEOUT, "an answer of the gateway")


_ADDRESSES = f"""
ip addr add {HOST}/24 dev {BRIDGE}
ip addr add {TAGGED_HOST}/24 dev {TAGGED_BRIDGE}
ip link set {BRIDGE} up
ip link set {TAGGED_BRIDGE} up
ip route add default via {GATEWAY}
"""


class LinuxDom0(MachineDom0):
    """What XenServer makes with the bridge backend."""

    backend = "linux"
    build = f"""
modprobe bonding max_bonds=0
ip link add {BOND} type bond mode active-backup miimon 100 updelay 200 downdelay 200
for member in {" ".join(MEMBERS)}; do
    ip link set $member down
    ip link set $member master {BOND}
done
ip link set {BOND} up
ip link add {BRIDGE} type bridge
ip link set {BOND} master {BRIDGE}
ip link add link {BOND} name {BOND}.{VLAN} up type vlan id {VLAN}
ip link add {TAGGED_BRIDGE} type bridge
ip link set {BOND}.{VLAN} master {TAGGED_BRIDGE}
"""
    remove = f"""
for device in {TAGGED_BRIDGE} {BRIDGE} {BOND}; do
    [ ! -e /sys/class/net/$device ] || ip link del $device
done
"""
    _sysfs = f"/sys/class/net/{BOND}/bonding"

    def active(self) -> str | None:
        return self.machine.run("cat", f"{self._sysfs}/active_slave").strip() or None

    def set_active(self, member: str) -> None:
        self.machine.shell(f"echo {member} > {self._sysfs}/active_slave")

    def members_enabled(self) -> bool:
        states = [f"/sys/class/net/{member}/bonding_slave/mii_status" for member in MEMBERS]
        return self.machine.run("cat", *states).split() == ["up"] * len(MEMBERS)


class OvsDom0(MachineDom0):
    """What XenServer makes with the vswitch backend: Open vSwitch's kernel datapath."""

    backend = "openvswitch"
    _rundir = "/run/openvswitch"
    _daemon = "--pidfile --detach --no-chdir --log-file"
    build = f"""
modprobe openvswitch
mkdir -p {_rundir}
cd {_rundir}
export OVS_LOGDIR={_rundir}
rm -f conf.db
ovsdb-tool create conf.db /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server {_daemon} --remote=punix:{_rundir}/db.sock conf.db
ovs-vsctl --no-wait init
ovs-vswitchd {_daemon}
ip link set {MEMBERS[0]} up
ip link set {MEMBERS[1]} up
ovs-vsctl --timeout=30 add-br {BRIDGE} -- set bridge {BRIDGE} datapath_type=system \
    -- add-bond {BRIDGE} {BOND} {" ".join(MEMBERS)} bond_mode=active-backup \
        bond_updelay=200 bond_downdelay=100 other_config:bond-detect-mode=carrier \
    -- add-br {TAGGED_BRIDGE} {BRIDGE} {VLAN}
"""
    remove = f"""
cd {_rundir}
for pidfile in ovs-vswitchd.pid ovsdb-server.pid; do
    [ -e $pidfile ] || continue
    pid=$(cat $pidfile)
    ovs-appctl -t $PWD/${{pidfile%.pid}}.$pid.ctl exit --cleanup || kill $pid
    while [ -e /proc/$pid ]; do sleep 0.1; done
done
"""

    def active(self) -> str | None:
        marked = _ACTIVE.search(self.machine.run("ovs-appctl", "bond/show", BOND))
        return marked[1] if marked else None

    def set_active(self, member: str) -> None:
        self.machine.run("ovs-appctl", "bond/set-active-slave", BOND, member)

    def members_enabled(self) -> bool:
        shown = self.machine.run("ovs-appctl", "bond/show", BOND)
        return all(f"member {member}: enabled" in shown for member in MEMBERS)

    def set_mode(self, mode: str) -> None:
        """Change the bond's mode; Open vSwitch has done it when this returns."""
        self.machine.run("ovs-vsctl", "--timeout=30", "set", "port", BOND, f"bond_mode={mode}")
