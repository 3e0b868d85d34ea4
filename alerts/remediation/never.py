"""What no automaton may do, whatever the configuration says. The engine asks before each effect."""

from collections.abc import Sequence

from alerts.remediation.records import Refusal

NEVER = frozenset(
    {
        # A second coordinator, while the first may still write to the same disks.
        "pool-emergency-transition-to-master",
        "pool-recover-slaves",
        "pool-emergency-reset-master",
        # HA's own judgement of who may run what.
        "host-emergency-ha-disable",
        # Data, or the only records of them.
        "sr-destroy",
        "vdi-destroy",
        "vdi-forget",
        "vm-destroy",
        "vm-uninstall",
        "snapshot-destroy",
        # Hosts.
        "host-forget",
        "host-declare-dead",
        "pool-eject",
        "host-reboot",
        "host-shutdown",
        # Bond members: Open vSwitch enables them again after the updelay.
        "bond/disable-slave",
        "bond/disable-member",
    }
)
"""Words of a command line: refused always, whoever asks."""
BY_A_PERSON = frozenset(
    {
        # Loses XAPI's records of an SR's disks.
        "sr-forget",
        # A VM may run twice.
        "vm-reset-powerstate",
        "destroy_domain",
        "destroy",
        "vm-shutdown",
        "pool-designate-new-master",
        "pool-ha-disable",
        "pool-ha-enable",
    }
)
"""The same, unless a person ordered or approved the run."""


def check(argv: Sequence[str], person: str) -> None:
    """Raises Refusal for what may not be done; `person` is who ordered or approved it."""
    words = {word.rpartition("/")[2] if word.startswith("/") else word for word in argv}
    if forbidden := words & NEVER:
        raise Refusal("never", f"{min(forbidden)} is never done by xenlens")
    if (guarded := words & BY_A_PERSON) and not person:
        raise Refusal("person_only", f"{min(guarded)} is done only with a person's approval")
