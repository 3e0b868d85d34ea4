"""One collector's run against one host, and everything that became of it."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from prometheus_client.core import Metric

from collectors.disk_records import Standing
from collectors.host import Host, HostError, Output, Unreachable, loop_time
from collectors.inventory import HostInventory
from collectors.metrics import Page
from collectors.parsing import ParseError, ToolError
from collectors.registry import Collector, CollectorFailed, Finding, Look, NotPresent, Reading, View
from collectors.xapi.access import PoolAccess

log = logging.getLogger(__name__)

MARGIN = 0.03
"""Share of the time by which a host's deadline comes before the collector's own, so that a
command that hangs is named in the evidence before its collector is cut off."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run gave. `reason` is None for success, else a metric label; `at` is Unix time."""

    collector: str
    at: float
    seconds: float
    outputs: tuple[Output, ...]
    """What was heard, that of the pool's shared read after the host's own."""
    answered: bool | None = None
    """Whether the host (for a pool: any member) answered anything; None: nothing was asked."""
    reason: str | None = None
    message: str = ""
    present: bool = True
    reading: Reading[Any] | None = None
    metrics: tuple[Metric, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def success(self) -> bool:
        """Whether the facts are known: read, or known not to exist on this host."""
        return self.reason is None


def is_up(outcomes: Iterable[Outcome]) -> bool:
    """Whether the target answered any run; where none heard anything, whether all succeeded.

    A run that was cut off before it heard anything failed, and is no sign of life.
    """
    runs = list(outcomes)
    answers = [outcome.answered for outcome in runs if outcome.answered is not None]
    return any(answers) if answers else bool(runs) and all(outcome.success for outcome in runs)


def why_down(outcomes: Iterable[Outcome]) -> Outcome | None:
    """Of a target that did not answer, the failure that most collectors tell; None without any.

    What the host itself refused with counts before what only follows from that. One collector may
    tell of another host, as the pool's shared read does.
    """
    failed = [outcome for outcome in outcomes if not outcome.success]
    own = [outcome for outcome in failed if outcome.reason == Unreachable.reason] or failed
    told = [outcome.message for outcome in own]
    return max(own, key=lambda outcome: told.count(outcome.message), default=None)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a collector is to look at, and what it may compare it with."""

    host: Host
    inventory: HostInventory
    labels: dict[str, str]
    view: Callable[[], View]
    pool: PoolAccess | None = None
    disk_probes: tuple[Standing, ...] = ()


async def run_collector(
    collector: Collector, assignment: Assignment, deadline: float, clock: Callable[[], float]
) -> Outcome:
    """Run one collector until `deadline` (event loop's clock); `clock` gives Unix time.

    The only place that decides success, absence, failure and duration. Never raises: a
    collector's fault must not cost the others their data.
    """
    at, started = clock(), loop_time()
    outputs: list[Output] = []
    shared: list[Output] = []
    hosts_deadline = deadline - MARGIN * max(0.0, deadline - started)
    inventory, pool = assignment.inventory, assignment.pool
    look = Look(
        *(assignment.host, hosts_deadline, inventory, outputs.append, pool, shared.append),
        disk_probes=assignment.disk_probes,
    )

    def outcome(**facts: Any) -> Outcome:
        seconds = loop_time() - started
        heard = shared if collector.scope == "pool" else outputs
        answered = any(output.failure is None for output in heard) if heard else None
        return Outcome(collector.name, at, seconds, (*outputs, *shared), answered, **facts)

    try:
        async with asyncio.timeout_at(deadline):
            reading = await collector.read(look)
            page, view = Page(assignment.labels), assignment.view()
            metrics, findings = await asyncio.to_thread(_tell, collector, reading, view, page)
        return outcome(reading=reading, metrics=metrics, findings=findings)
    except NotPresent as absence:
        return outcome(present=False, message=str(absence))
    except (HostError, CollectorFailed, ToolError, ParseError, TimeoutError) as error:
        return outcome(reason=_reason(error), message=str(error) or "not done in time")
    except Exception as error:
        told = {"target": assignment.host.name, "collector": collector.name}
        log.exception("a fault of xenlens in a collector", extra=told)
        return outcome(reason="internal_error", message=f"{type(error).__name__}: {error}")


def _reason(error: Exception) -> str:
    match error:
        case HostError() | CollectorFailed():
            return error.reason
        case ToolError():
            return "tool_error"
        case ParseError():
            return "unparsable"
    return "deadline_exceeded"


def _tell(
    collector: Collector, reading: Reading[Any], view: View, page: Page
) -> tuple[tuple[Metric, ...], tuple[Finding, ...]]:
    """What a reading means; runs in a thread, since 1,000 maps take a fifth of a second."""
    collector.fill(page, reading, view)
    findings = list(collector.findings(reading, view))
    if reading.damaged:
        text = f"records left out because they are damaged: {reading.damaged} (see the evidence)"
        findings.append(Finding("unknown", collector.name, text))
    return tuple(page.metrics()), tuple(findings)
