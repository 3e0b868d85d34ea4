"""XAPI's messages: counted once each, and those of the last hour that tell of trouble."""

from collections import Counter
from collections.abc import Iterable, Mapping

from collectors.xapi.records import Message

KNOWN_NAMES = (
    "BOND_STATUS_CHANGED",
    "HA_HEARTBEAT_APPROACHING_TIMEOUT",
    "HA_HOST_FAILED",
    "HA_HOST_WAS_FENCED",
    "HA_NETWORK_BONDING_ERROR",
    "HA_POOL_DROP_IN_PLAN_EXISTS_FOR",
    "HA_POOL_OVERCOMMITTED",
    "HA_PROTECTED_VM_RESTART_FAILED",
    "HA_STATEFILE_APPROACHING_TIMEOUT",
    "HA_STATEFILE_LOST",
    "HA_XAPI_HEALTHCHECK_APPROACHING_TIMEOUT",
    "HOST_CLOCK_SKEW_DETECTED",
    "METADATA_LUN_BROKEN",
    "METADATA_LUN_HEALTHY",
    "MULTIPATH_PERIODIC_ALERT",
    "PBD_PLUG_FAILED_ON_SERVER_START",
    "POOL_MASTER_TRANSITION",
    "VM_CRASHED",
)
"""Names whose counters start at 0, so that the first one is seen as an increase.

Names: XAPI's api_messages.ml, 6.0 to 8.3.
"""
TROUBLE = ("HA_", "HOST_CLOCK_SKEW_DETECTED", "METADATA_LUN_BROKEN", "PBD_PLUG_FAILED")
"""Beginnings of the names of messages that are findings while they are recent."""
RECENT_SECONDS = 3600.0
"""How long a message of trouble is a finding. XAPI keeps it until somebody dismisses it."""
REMEMBER_SECONDS = 2 * 24 * 3600.0
"""How long a message that was not heard again is remembered as counted."""


class MessageCounts:
    """How many messages of each name were first heard after the first look.

    What the first look hears is the baseline: counted, a restart would look like new events.
    """

    def __init__(self) -> None:
        self._has_looked = False
        self._heard: dict[str, float] = {}
        """By uuid, when it was last in an answer; by our clock, since the pool's may be wrong."""
        self._counts: Counter[str] = Counter(dict.fromkeys(KNOWN_NAMES, 0))

    def update(self, messages: Iterable[Message], at: float) -> Mapping[str, int]:
        """Take in one look at `at`, Unix time. Gives every count by name."""
        for message in messages:
            is_new = self._has_looked and message.uuid not in self._heard
            self._counts[message.name] += is_new
            self._heard[message.uuid] = at
        self._has_looked = True
        for uuid, heard in list(self._heard.items()):
            if at - heard > REMEMBER_SECONDS:
                del self._heard[uuid]
        return dict(self._counts)


def recent_trouble(messages: Iterable[Message], at: float) -> Mapping[tuple[str, str], float]:
    """By name and object, how many seconds ago XAPI last told of trouble, within the hour.

    A LUN that is healthy again is no trouble.
    """
    latest: dict[tuple[str, str], float] = {}
    for message in messages:
        key = (message.name, message.object)
        latest[key] = max(message.timestamp, latest.get(key, message.timestamp))
    return {
        (name, subject): max(0.0, at - told)
        for (name, subject), told in latest.items()
        if name.startswith(TROUBLE)
        and abs(at - told) <= RECENT_SECONDS
        and not (name == "METADATA_LUN_BROKEN" and _healed(latest, subject, told))
    }


def _healed(latest: Mapping[tuple[str, str], float], subject: str, broken: float) -> bool:
    return latest.get(("METADATA_LUN_HEALTHY", subject), broken) > broken
