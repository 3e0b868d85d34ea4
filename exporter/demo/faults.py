"""Faults by object and state: `switch1.uplink down`, `scm2 pulled`."""

from collections.abc import Iterable
from dataclasses import dataclass

from exporter.demo.switches import GATEWAY

SWITCH_STATES = {
    "reset": "the switch restarts: its ports lose their carrier and get it back",
    "off": "the switch is dead: its ports have no carrier",
    "on": "the switch is back",
}
UPLINK_STATES = {
    "down": "the way out of the switch is dead; its ports keep their carrier, so bonds see nothing",
    "up": "the way out of the switch works again",
}
PROXY_STATES = {
    "on": "a device on the switch answers ARP, with its own MAC, for every address that is silent",
    "off": "only the owner of an address answers ARP on the switch",
}
GATEWAY_STATES = {
    "dead": "the gateway answers nothing any more: no member reaches it, through either switch",
    "alive": "the gateway answers again",
    "slow": "the gateway answers late, after 0.7 s",
    "quick": "the gateway answers at once again",
}
CONTROLLER_STATES = {
    "pulled": "the storage controller is pulled out: its paths vanish on every host",
    "pushed-back": "the storage controller is back: its paths return under new addresses",
}
PATHS_STATES = {
    "failing": "the controller's paths stop answering, but stay there",
    "working": "the controller's paths answer again",
}
ARRAY_STATES = {
    "ssd": {
        "limited": "a limit of the controller: the SSDs are no faster than the SAS disks",
        "unlimited": "the SSDs are several times faster than the SAS disks again",
    },
    "sas": {
        "slow": "one of the SAS disks became slow, and makes all of them several times slower",
        "quick": "the SAS disks are as fast as ever",
    },
}
POOL_STATES = {
    "nfs": {
        "dead": "the NFS server of the ISO library and of an SR answers nothing any more",
        "alive": "the NFS server answers again",
    },
    "coordinator": {
        "lost": "the coordinator's XAPI is gone: every xe and every request in the pool hangs",
        "back": "the coordinator's XAPI answers again, and what hung goes on",
        "moved": "the next host becomes coordinator, and all members follow it",
    },
    "vm": {
        "hung": "a domain on the last host is dying for ever; XAPI says running",
        "zombie": "a domain on the last host belongs to a VM that XAPI calls halted",
        "lost": "a VM that XAPI calls running has no domain any more",
        "stuck-operation": "a hard shutdown of a VM is pending for 25 minutes",
        "recovered": "all VMs are again what XAPI says they are",
    },
    "hostconfig": {
        "drifted": "the last host lost its multipath.conf and LVM filter; its initrd is old",
        "restored": "the last host's configuration is the operator's again",
    },
}
LUN_STATES = {
    "pbd": {
        "unplugged": "the last host's PBD of the shared LUN is unplugged; its path counts go",
        "plugged": "unplugged PBDs are plugged where their server answers",
    },
    "mpath-key": {
        "degraded-replug": "the last host's PBD is replugged with one controller: it counts [1, 1]",
        "removed": "XAPI's path counts of the last host's LUN are gone",
        "restored": "XAPI counts the last host's paths again, and knows how many there were",
    },
}
HOST_STATES = {
    "lost": "the host answers nothing any more; XAPI calls it live for another 600 s",
    "returned": "the host answers again; PBDs whose server is dead could not be plugged",
}


class UnknownFault(ValueError):
    """No such object or state. The text says which there are."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An object of the chassis and the state it is put into."""

    object: str
    state: str

    def __str__(self) -> str:
        return f"{self.object}.{self.state}"


def faults_of(
    switches: Iterable[str], controllers: Iterable[str], arrays: Iterable[str]
) -> dict[Fault, str]:
    """Every fault of a chassis, with a sentence on what it does."""
    groups: list[tuple[str, dict[str, str]]] = []
    for switch in switches:
        groups += [(f"{switch}.uplink", UPLINK_STATES), (switch, SWITCH_STATES)]
        groups.append((f"{switch}.proxy", PROXY_STATES))
    groups.append((GATEWAY, GATEWAY_STATES))
    for controller in controllers:
        groups += [(controller, CONTROLLER_STATES), (f"{controller}.paths", PATHS_STATES)]
    groups += [(array, ARRAY_STATES[array]) for array in arrays]
    return {Fault(name, state): what for name, states in groups for state, what in states.items()}


def pool_faults_of(hosts: Iterable[str], *, lun: bool) -> dict[Fault, str]:
    """Every fault of the pool; those of the shared LUN only where there is one."""
    groups = [*POOL_STATES.items(), *(LUN_STATES.items() if lun else ())]
    groups += [(host, HOST_STATES) for host in hosts]
    return {Fault(name, state): what for name, states in groups for state, what in states.items()}


def parse_fault(text: str, known: Iterable[Fault]) -> Fault:
    """Read `scm2.pulled`, `scm2 pushed back` or `switch1.uplink down`. Raises UnknownFault."""
    name, *state = text.lower().replace("/", " ").split() or [""]
    if not state:
        name, _, last = name.rpartition(".")
        state = [last]
    fault = Fault(name, "-".join(state))
    if fault not in known:
        allowed = ", ".join(sorted(str(fault) for fault in known))
        raise UnknownFault(f"no fault {text!r}; there are: {allowed}")
    return fault
