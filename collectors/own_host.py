"""Which of the pool's hosts the host is that a collector looks at."""

from collectors.registry import CollectorFailed
from collectors.xapi.access import PoolReading


def own_uuid(reading: PoolReading, name: str) -> str | None:
    """XAPI's uuid of the host the inventory calls `name`; None while nothing tells.

    What the host says of itself counts more than a name: a name-label may be another host's.
    """
    member = reading.members.get(name)
    return (member and member.uuid) or reading.uuid_of(name)


def unknown_host(name: str, what: str) -> CollectorFailed:
    """What to raise where `own_uuid` is None: so this host's `what` are not known either."""
    return CollectorFailed(
        "unknown_host", f"XAPI names no host {name}, so its {what} are not known"
    )
