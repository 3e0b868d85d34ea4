"""A pool's state as metrics."""

from collectors.metrics import Family, Page
from collectors.pool_facts import PoolFacts, pending_tasks, task_age
from collectors.registry import View
from collectors.xapi.access import MemberAnswer
from collectors.xapi.records import Pool, PoolHost

UNASKED = ("socket_unavailable",)
"""Reasons that tell nothing of a member's XAPI: it could not be asked this way."""

INFO = Family(
    "xenlens_pool_info", "A pool and its coordinator (XAPI: pool).", ("name", "coordinator")
)
COORDINATOR_ANSWERS = Family(
    "xenlens_pool_coordinator_answers",
    "1 when XAPI gave the pool's data; 0 when hosts are there and the XAPI of none answers.",
)
XAPI_ANSWERS = Family(
    "xenlens_host_xapi_answers",
    "1 when this host's XAPI gave the pool's data or named its coordinator, 0 when it refused or "
    "did not answer; absent where it was not asked.",
    ("host",),
)
HOST_ANSWERS = Family(
    "xenlens_host_answers",
    "1 when the host itself answers xenlens, whatever its XAPI does.",
    ("host",),
)
HOST_INFO = Family(
    "xenlens_host_info", "A host of the pool (XAPI: host).", ("host", "uuid", "product")
)
HOST_ENABLED = Family(
    "xenlens_host_enabled", "1 when the host may start VMs (XAPI: host.enabled).", ("host",)
)
HOST_LIVE = Family(
    "xenlens_host_live",
    "XAPI's opinion whether the host lives (host_metrics.live); without HA it turns 0 only 600 s "
    "after the host's last heartbeat, and never for the coordinator.",
    ("host",),
)
HOST_COORDINATOR = Family(
    "xenlens_host_coordinator", "1 on the pool's coordinator (XAPI: pool.master).", ("host",)
)
HA_ENABLED = Family(
    "xenlens_pool_ha_enabled", "1 when high availability is on (XAPI: pool.ha_enabled)."
)
HA_TOLERATE = Family(
    "xenlens_pool_ha_failures_to_tolerate",
    "Host failures HA should survive (XAPI: pool.ha_host_failures_to_tolerate).",
)
HA_PLAN = Family(
    "xenlens_pool_ha_plan_exists_for",
    "Host failures HA has a plan for now (XAPI: pool.ha_plan_exists_for).",
)
HA_OVERCOMMITTED = Family(
    "xenlens_pool_ha_overcommitted",
    "1 when HA could not restart every protected VM (XAPI: pool.ha_overcommitted).",
)
ROLLING_UPGRADE = Family(
    "xenlens_pool_rolling_upgrade",
    "1 during a rolling upgrade (XAPI: rolling_upgrade_in_progress of pool.other_config).",
)
TASKS_PENDING = Family("xenlens_pool_tasks_pending", "Tasks that are under way (XAPI: task).")
TASK_AGE = Family(
    "xenlens_task_age_seconds", "Age of a task that is under way (XAPI: task).", ("task", "name")
)
MESSAGES = Family(
    "xenlens_pool_messages_total",
    "Messages of XAPI by name, since xenlens' first look; absent where the pool is read by xe, "
    "which would read every message there ever was.",
    ("message",),
    "counter",
)
FAMILIES = (
    INFO,
    COORDINATOR_ANSWERS,
    XAPI_ANSWERS,
    HOST_ANSWERS,
    HOST_INFO,
    HOST_ENABLED,
    HOST_LIVE,
    HOST_COORDINATOR,
    HA_ENABLED,
    HA_TOLERATE,
    HA_PLAN,
    HA_OVERCOMMITTED,
    ROLLING_UPGRADE,
    TASKS_PENDING,
    TASK_AGE,
    MESSAGES,
)


def fill(page: Page, facts: PoolFacts, view: View) -> None:
    """The pool and its hosts; without a coordinator, only who answers."""
    page.add(COORDINATOR_ANSWERS, facts.pool.state is not None)
    _fill_members(page, facts)
    if facts.pool.state is None:
        return
    pool = facts.pool.state.pool
    page.add(INFO, 1, name=pool.name, coordinator=facts.pool.name_of(pool.coordinator))
    _fill_pool(page, pool)
    for host in facts.records:
        _fill_host(page, host, facts.pool.name_of(host.uuid), pool.coordinator)
    _fill_tasks(page, facts)
    for name, count in sorted((facts.messages or {}).items()):
        page.add(MESSAGES, count, message=name)


def _fill_members(page: Page, facts: PoolFacts) -> None:
    for name, member in facts.pool.members.items():
        page.add_known(XAPI_ANSWERS, _xapi_answers(member, name == facts.pool.told_by), host=name)
        page.add_known(HOST_ANSWERS, member.answers, host=name)


def _xapi_answers(member: MemberAnswer, gave: bool) -> bool | None:
    if member.reason in UNASKED:
        return None
    if member.reason:
        return member.reason == "host_is_slave"
    return True if gave else None


def _fill_pool(page: Page, pool: Pool) -> None:
    page.add(HA_ENABLED, pool.ha_enabled)
    page.add_known(HA_TOLERATE, pool.ha_failures_to_tolerate)
    page.add_known(HA_PLAN, pool.ha_plan_exists_for)
    page.add_known(HA_OVERCOMMITTED, pool.ha_overcommitted)
    page.add(ROLLING_UPGRADE, pool.rolling_upgrade)


def _fill_host(page: Page, host: PoolHost, label: str, coordinator: str | None) -> None:
    page.add(HOST_INFO, 1, host=label, uuid=host.uuid, product=host.product)
    page.add(HOST_ENABLED, host.enabled, host=label)
    page.add_known(HOST_LIVE, host.live, host=label)
    if coordinator is not None:
        page.add(HOST_COORDINATOR, host.uuid == coordinator, host=label)


def _fill_tasks(page: Page, facts: PoolFacts) -> None:
    tasks = pending_tasks(facts)
    for task in tasks:
        page.add_known(TASK_AGE, task_age(task, facts), task=task.uuid, name=task.name)
    # One that was left out as damaged may be under way: their number is not known then.
    if facts.pool.state is not None and "task" not in facts.pool.state.damaged_kinds:
        page.add(TASKS_PENDING, len(tasks))
