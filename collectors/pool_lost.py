"""Why a pool gave no data: no XAPI at all, a lost coordinator, or one that refused us."""

from collections.abc import Sequence

from collectors.registry import CollectorFailed, NotPresent
from collectors.xapi.access import MemberAnswer, PoolReading
from collectors.xapi.records import PoolState

SILENT = frozenset(
    {"deadline_exceeded", "emergency_mode", "host_is_slave", "lost_connection", "stuck"}
)
"""Reasons a member's XAPI has when its coordinator is gone.

A member retries its coordinator for ever (`master_connection_retry_timeout` is -1), so its XAPI
hangs; after a restart it is in emergency mode; over TCP it only names the coordinator.
"""
UNHEARD = frozenset(
    {"certificate_mismatch", "not_xapi", "socket_unavailable", "tls_failed", "unreachable"}
)
"""Reasons that are no word of XAPI: of a host that does not answer they tell nothing."""
LEAST_SILENCE = 5.0
"""Seconds for which a request must be open unanswered before that proves anything: XAPI is slow
when its database is locked or its dom0 swaps, and is well a moment later."""
ENOUGH = 2
"""So many silent members tell of a lost coordinator though others could not be asked in time."""


def state_of(reading: PoolReading) -> PoolState:
    """The pool's data. Raises NotPresent or CollectorFailed, saying why there are none."""
    if reading.state is None:
        raise why_none(reading)
    return reading.state


def why_none(reading: PoolReading) -> NotPresent | CollectorFailed:
    """What to raise for a reading without data."""
    members = reading.members.values()
    if members and all(member.reason == "not_found" for member in members):
        return NotPresent(f"no XAPI on any host of the pool ({refusals(reading)})")
    if coordinator_lost(reading):
        # Every collector of every host says this: the refusals stand in the pool's own finding.
        return CollectorFailed("coordinator_lost", "no member's XAPI answers; see pool")
    refused = [member for member in members if member.reason]
    if not refused:
        return CollectorFailed("unreachable", "no member of the pool could be asked")
    unasked = ", ".join(name for name, member in reading.members.items() if not member.reason)
    text = refusals(reading) + (f"; not asked: {unasked}" if unasked else "")
    return CollectorFailed(min(refused, key=_tells_little).reason, text)


def coordinator_lost(reading: PoolReading) -> bool:
    """Whether it is proven that hosts are there and yet no XAPI among them has a coordinator.

    Not when one refuses for a reason of its own (a wrong password is an answer), and not when
    XAPI may only be slow: whoever reads this may make another member the coordinator.
    """
    members = reading.members.values()
    with_xapi = [member for member in members if member.reason not in ("", "not_found")]
    reached = [member for member in with_xapi if member.answers is True]
    unasked = [m for m in members if not m.reason and m.answers is not False]
    if reading.state is not None or any(map(_says_otherwise, with_xapi)):
        return False
    if not reached or (unasked and len(reached) < ENOUGH):
        return False
    return any(map(_is_proof, reached)) or _all_name_one_that_is_gone(reading, reached)


def refusals(reading: PoolReading) -> str:
    """Every member's refusal, in one clause; members that refuse alike are named together."""
    said: dict[str, list[str]] = {}
    for name, member in reading.members.items():
        if member.reason:
            said.setdefault(member.refusal or member.reason, []).append(name)
    return "; ".join(f"{', '.join(names)}: {refusal}" for refusal, names in said.items())


def _says_otherwise(member: MemberAnswer) -> bool:
    """Whether a refusal has another cause than a lost coordinator."""
    if member.reason in SILENT:
        return False
    return member.answers is True or member.reason not in UNHEARD


def _is_proof(member: MemberAnswer) -> bool:
    """Whether a host that answers has a XAPI that lost its coordinator."""
    if member.reason == "emergency_mode":
        return True
    hangs = member.reason in ("deadline_exceeded", "stuck")
    return hangs and member.waited >= LEAST_SILENCE


def _all_name_one_that_is_gone(reading: PoolReading, reached: Sequence[MemberAnswer]) -> bool:
    if any(member.reason != "host_is_slave" for member in reached):
        return False
    return any(member.answers is False for member in reading.members.values())


def _tells_little(member: MemberAnswer) -> tuple[bool, ...]:
    """Sort key: the reason that tells most about the pool comes first."""
    return (
        member.reason == "not_found",
        not _says_otherwise(member),
        member.answers is not True,
        member.reason == "host_is_slave",
    )
