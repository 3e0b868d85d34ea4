"""What is wrong with the hosts of a pool: XAPI's word beside what the hosts answer us."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from collectors.pool_facts import PoolFacts
from collectors.pool_members import answers_by_uuid
from collectors.registry import Finding
from collectors.xapi.access import MemberAnswer, PoolReading
from collectors.xapi.records import PoolHost, PoolState


def of_hosts(facts: PoolFacts) -> Iterator[Finding]:
    """Hosts that are dead, disabled or strangers, by XAPI, by their own silence, by inventory."""
    reading, state = facts.pool, facts.pool.state
    if state is None:
        return
    answers = answers_by_uuid(reading)
    for host in facts.records:
        yield from _of_host(host, reading.name_of(host.uuid), answers.get(host.uuid))
    yield from _strangers(reading, state, answers)


def of_inventory(reading: PoolReading) -> Iterator[Finding]:
    """Entries of the inventory that are one host: it would count twice, and be named by one."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for name, member in reading.members.items():
        if member.uuid:
            names[member.uuid].append(name)
    for uuid, same in names.items():
        if len(same) > 1:
            entries = f"{', '.join(same[:-1])} and {same[-1]}"
            text = f"{entries} are the same host (uuid {uuid}): give each host one entry"
            yield Finding("warning", same[0], text)


def _of_host(host: PoolHost, label: str, member: MemberAnswer | None) -> Iterator[Finding]:
    answers = None if member is None else member.answers
    if host.live is False:
        yield Finding("critical", label, f"XAPI calls the host dead{_though(answers)}")
    elif host.live and answers is False:
        text = (
            "the host does not answer, though XAPI still calls it live: XAPI notices only 600 s "
            "after the last heartbeat, and never of the coordinator"
        )
        yield Finding("critical", label, text)
    elif host.live is None:
        yield Finding("unknown", label, "XAPI does not say whether the host lives")
    if not host.enabled and host.live is not False:
        under_way = ", ".join(host.current_operations)
        text = "the host is disabled: no VM starts there" + (under_way and f" ({under_way})")
        yield Finding("warning", label, text)


def _though(answers: bool | None) -> str:
    if answers is None:
        return ""
    if answers:
        return ", though it answers: its XAPI hangs or lost its coordinator"
    return ", and it does not answer"


def _strangers(
    reading: PoolReading, state: PoolState, answers: Mapping[str, MemberAnswer]
) -> Iterator[Finding]:
    """Hosts that only the inventory or only XAPI has, where that can be told."""
    coordinator = state.pool.coordinator or ""
    hosts = {host.uuid: reading.name_of(host.uuid) for host in state.hosts}
    # One that never told its uuid may be the very host.
    unplaced = any(
        member.uuid is None and name not in hosts.values()
        for name, member in reading.members.items()
    )
    if coordinator in hosts and coordinator not in answers and not unplaced:
        text = "the coordinator is not in the inventory: xenlens does not look at it"
        yield Finding("warning", hosts[coordinator], text)
    for name, member in reading.members.items():
        # A damaged record may be the very host that seems to be missing.
        if member.uuid and member.uuid not in hosts and "host" not in state.damaged_kinds:
            text = f"the inventory has it in this pool, XAPI has not (host {member.uuid})"
            yield Finding("warning", name, text)
