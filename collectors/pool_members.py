"""The hosts of a pool: how each fared as a member, and whether it is up."""

from collections.abc import Mapping

from collectors.xapi.access import MemberAnswer, PoolReading
from collectors.xapi.records import PoolHost


def answers_by_uuid(reading: PoolReading) -> Mapping[str, MemberAnswer]:
    """By host uuid, how the hosts of the inventory fared.

    A member that never told its uuid is known by its name. Of two entries for one host, one
    that answers counts.
    """
    best_last = sorted(reading.members.values(), key=lambda member: member.answers is True)
    found = {member.uuid: member for member in best_last if member.uuid}
    for uuid, name in reading.names.items():
        member = reading.members.get(name)
        if member is not None and member.uuid is None:
            found.setdefault(uuid, member)
    return found


def is_up(host: PoolHost, member: MemberAnswer | None) -> bool:
    """Whether what XAPI says of this host can be true now.

    A dead host stays `live` for 600 s, and its PBDs stay attached as it left them. A member of
    which nobody knows whether it answers speaks neither for nor against its host.
    """
    if host.live is False or (member is not None and member.answers is False):
        return False
    return host.live is True or (member is not None and member.answers is True)
