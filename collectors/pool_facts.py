"""What one look at a pool gives."""

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.registry import Reading
from collectors.xapi.access import PoolReading
from collectors.xapi.records import PoolHost, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts(Reading[PoolHost]):
    """The hosts of a pool; none when its coordinator is lost (`pool.state` is None then)."""

    pool: PoolReading
    messages: Mapping[str, int] | None = None
    """By name, messages counted so far; None where this way of asking does not tell them."""


def pending_tasks(facts: PoolFacts) -> tuple[Task, ...]:
    """Tasks that are under way or being cancelled."""
    tasks = facts.pool.state.tasks if facts.pool.state else ()
    return tuple(task for task in tasks if task.status in ("pending", "cancelling"))


def task_age(task: Task, facts: PoolFacts) -> float | None:
    """Seconds since the task was created. The two clocks may differ: never below 0."""
    return None if task.created is None else max(0.0, facts.pool.at - task.created)
