"""What must be true before a pool may get another coordinator."""

from collections.abc import Iterator

from alerts.remediation.records import Refusal, Target
from alerts.remediation.tools.coordinator_facts import PoolSeen, dump_file, host_of
from collectors.xapi.records import PoolHost

_AT_WORK = ("pending", "cancelling")


def check(target: Target, seen: PoolSeen) -> None:
    """Raises Refusal with the first thing that forbids the change."""
    for reason, text in _objections(target, seen):
        raise Refusal(reason, text)


def _objections(target: Target, seen: PoolSeen) -> Iterator[tuple[str, str]]:
    pool = seen.state.pool
    if seen.coordinator == target.host:
        yield "already_coordinator", f"{target.host} is the coordinator"
    if not seen.followed:
        yield "not_followed", f"not every host follows {seen.coordinator}: see PoolCoordinatorLost"
    if pool.rolling_upgrade:
        yield "rolling_upgrade", f"pool {target.pool} is being upgraded: finish that first"
    for host in seen.state.hosts:
        yield from _of_host(seen, host)
    if tasks := [task.name for task in seen.state.tasks if task.status in _AT_WORK]:
        yield "tasks_running", f"XAPI is at work, and would lose it: {', '.join(tasks)}"
    if pool.ha_enabled and pool.ha_failures_to_tolerate is None:
        yield "ha_unknown", "XAPI does not say how many failures HA tolerates: see PoolHaCannotPlan"
    if seen.dumped:
        file = dump_file(host_of(seen.state, pool.coordinator))
        text = f"{seen.coordinator} has an older dump, {file}: copy it off the host and remove it"
        yield "dump_exists", text


def _of_host(seen: PoolSeen, host: PoolHost) -> Iterator[tuple[str, str]]:
    name = seen.reading.name_of(host.uuid)
    member = seen.reading.members.get(name)
    if host.live is not True:
        yield "host_not_live", f"XAPI does not call {name} live: one such host makes it fail"
    if member is None or member.answers is not True:
        yield "host_unreachable", f"{name} does not answer: one such host makes it fail"
    if not host.enabled:
        yield "host_disabled", f"{name} is disabled: it may be in the middle of its maintenance"
    if host.current_operations:
        doing = ", ".join(host.current_operations)
        yield "host_busy", f"{name} has operations under way: {doing}"
