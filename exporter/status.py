"""How the collectors of a target fared: the series that stay when data series disappear."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client.core import Metric

from collectors.metrics import Family, Page
from exporter.outcome import Outcome

TARGET_UP = Family("xenlens_target_up", "1 when the host, or any host of the pool, answered.")
SUCCESS = Family(
    "xenlens_collector_success",
    "1 when the facts are known (read, or known not to exist here); 0 gives no data series.",
    ("collector",),
)
PRESENT = Family(
    "xenlens_collector_present",
    "0 when the subject does not exist on this target: no SAN, no bonds, no XAPI.",
    ("collector",),
)
DURATION = Family(
    "xenlens_collector_duration_seconds", "How long the collector took.", ("collector",)
)
LAST_SUCCESS = Family(
    "xenlens_collector_last_success_timestamp_seconds",
    "Unix time of the last run that succeeded.",
    ("collector",),
)
FAILURES = Family(
    "xenlens_collector_failures_total",
    "Runs that failed, by reason; /evidence shows the last ones whole.",
    ("collector", "reason"),
    kind="counter",
)
PARSE_ERRORS = Family(
    "xenlens_parse_errors_total",
    "Texts that could not be read (unparsable) and records left out of one (damaged_record).",
    ("collector", "reason"),
    kind="counter",
)
STUCK = Family(
    "xenlens_command_stuck",
    "1 for a command that outlived its deadline and still hangs; no second one is started.",
    ("command",),
)
FAMILIES = (TARGET_UP, SUCCESS, PRESENT, DURATION, LAST_SUCCESS, FAILURES, PARSE_ERRORS, STUCK)


@dataclass(frozen=True, slots=True)
class Memory:
    """Counts of a target since xenlens started to watch it."""

    failures: Counter[tuple[str, str]]
    parse_errors: Counter[tuple[str, str]]
    last_success: dict[str, float]

    def take(self, outcome: Outcome) -> None:
        """Count one outcome."""
        name = outcome.collector
        for reason in ("damaged_record", "unparsable"):
            self.parse_errors[name, reason] += 0
        if outcome.success:
            self.last_success[name] = outcome.at
        else:
            self.failures[name, str(outcome.reason)] += 1
        if outcome.reason == "unparsable":
            self.parse_errors[name, "unparsable"] += 1
        if outcome.reading is not None:
            self.parse_errors[name, "damaged_record"] += outcome.reading.damaged


def status_metrics(
    labels: Mapping[str, str],
    up: bool,
    outcomes: Iterable[Outcome],
    memory: Memory,
    stuck: Mapping[str, float],
) -> list[Metric]:
    """The status series of one scrape."""
    page = Page(labels)
    page.add(TARGET_UP, up)
    for outcome in outcomes:
        name = outcome.collector
        page.add(SUCCESS, outcome.success, collector=name)
        if outcome.success:
            page.add(PRESENT, outcome.present, collector=name)
        page.add(DURATION, outcome.seconds, collector=name)
        page.add_known(LAST_SUCCESS, memory.last_success.get(name), collector=name)
        _counts(page, FAILURES, memory.failures, name)
        _counts(page, PARSE_ERRORS, memory.parse_errors, name)
    for command in sorted(stuck):
        page.add(STUCK, 1, command=command)
    return page.metrics()


def _counts(page: Page, family: Family, counts: Counter[tuple[str, str]], name: str) -> None:
    for (collector, reason), count in sorted(counts.items()):
        if collector == name:
            page.add(family, count, collector=collector, reason=reason)
