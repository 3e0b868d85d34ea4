"""Faults by object and state: `switch1.uplink down`, `scm2 pulled`."""

from collections.abc import Iterable
from dataclasses import dataclass

SWITCH_STATES = {
    "reset": "the switch restarts: its ports lose their carrier and get it back",
    "off": "the switch is dead: its ports have no carrier",
    "on": "the switch is back",
}
UPLINK_STATES = {
    "down": "the way out of the switch is dead; its ports keep their carrier, so bonds see nothing",
    "up": "the way out of the switch works again",
}
CONTROLLER_STATES = {
    "pulled": "the storage controller is pulled out: its paths vanish on every host",
    "pushed-back": "the storage controller is back: its paths return under new addresses",
}
PATHS_STATES = {
    "failing": "the controller's paths stop answering, but stay there",
    "working": "the controller's paths answer again",
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


def faults_of(switches: Iterable[str], controllers: Iterable[str]) -> dict[Fault, str]:
    """Every fault of a chassis, with a sentence on what it does."""
    groups: list[tuple[str, dict[str, str]]] = []
    for switch in switches:
        groups += [(f"{switch}.uplink", UPLINK_STATES), (switch, SWITCH_STATES)]
    for controller in controllers:
        groups += [(controller, CONTROLLER_STATES), (f"{controller}.paths", PATHS_STATES)]
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
