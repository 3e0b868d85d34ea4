"""Which of the bundled alerts would have fired over what was recorded.

The rules are those that users deploy, evaluated on every page as Prometheus would right after
the scrape that gave it. A page without metrics is a scrape that failed.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import yaml
from prometheus_client.core import Metric

from alerts import bundle
from alerts.bundle import Alert
from alerts.remediation.durations import seconds
from exporter.drill.alerts_expressions import Expression, Series, read_expression
from exporter.drill.alerts_vectors import Labels, Vector
from exporter.drill.record import WouldFire

SUBJECTS = ("bonds", "multipath")
"""The rule files whose alerts concern a bond or a map."""
Page = tuple[float, Sequence[Metric]]
"""Seconds since the drill began, and the families scraped then."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An alert with its expression read. Durations are seconds."""

    alert: Alert
    condition: Expression
    wait: float
    keep_firing: float


@dataclass(slots=True)
class _Active:
    """One label set of one rule, pending or firing."""

    since: float
    firing: float | None = None
    good_since: float | None = None
    """When the condition ended of an alert that is kept firing."""


@dataclass(slots=True)
class _Watch:
    """One rule over time: its alerts by label set, and those that are over."""

    rule: Rule
    active: dict[Labels, _Active] = field(default_factory=dict)
    over: list[WouldFire] = field(default_factory=list)

    def look(self, at: float, series: Series) -> None:
        """Evaluate once (Prometheus' rules/alerting.go: Eval)."""
        value = self.rule.condition(series)
        bad: Vector = {} if isinstance(value, float) else value
        for labels in bad:
            self.active.setdefault(labels, _Active(at)).good_since = None
        for labels, alert in list(self.active.items()):
            if labels not in bad and not self._kept(alert, at):
                self.over.append(self._told(labels, self.active.pop(labels), at))
            elif labels in bad and alert.firing is None and at - alert.since >= self.rule.wait:
                alert.firing = at

    def _kept(self, alert: _Active, at: float) -> bool:
        """Whether it fires on though its condition has ended."""
        if alert.firing is None:
            return False
        if alert.good_since is None:
            alert.good_since = at
        return at - alert.good_since < self.rule.keep_firing

    def told(self) -> Iterator[WouldFire]:
        """Every alert there was; one that is still there has not been resolved."""
        yield from self.over
        for labels, alert in self.active.items():
            yield self._told(labels, alert, None)

    def _told(self, labels: Labels, alert: _Active, resolved: float | None) -> WouldFire:
        rule = self.rule.alert
        every = dict(labels) | dict(rule.labels)
        del every["severity"]
        shown = tuple(sorted(every.items()))
        return WouldFire(rule.name, rule.severity, shown, alert.since, alert.firing, resolved)


def would_fire(pages: Sequence[Page], ends: float) -> tuple[WouldFire, ...]:
    """Every alert that was pending or fired on a page until `ends`, by when it became so.

    The labels are the alert's but for `severity`; `audience` tells the machine's twin from that
    which calls people. An alert that was kept firing at the end has not been resolved.
    """
    watches = [_Watch(rule) for rule in rules()]
    for at, metrics in pages:
        if at <= ends:
            series = _with_recordings(_series(metrics))
            for watch in watches:
                watch.look(at, series)
    told = (alert for watch in watches for alert in watch.told())
    return tuple(sorted(told, key=lambda alert: alert.pending_at))


@cache
def rules() -> tuple[Rule, ...]:
    """The alerts on bonds and maps. Raises ValueError where a rule cannot be read."""
    alerts = (alert for alert in bundle.alerts() if alert.file in SUBJECTS)
    return tuple(
        Rule(
            alert,
            read_expression(alert.expr),
            seconds(alert.wait or 0),
            seconds(alert.keep_firing or 0),
        )
        for alert in alerts
    )


@cache
def _recordings() -> Mapping[str, Expression]:
    """What the same files record, in their order: one may name those before it."""
    files = (file for file in bundle.rule_files() if file.name.removesuffix(".yml") in SUBJECTS)
    groups = (
        group for file in files for group in yaml.safe_load(file.read_text("utf-8"))["groups"]
    )
    return {
        rule["record"]: read_expression(rule["expr"])
        for group in groups
        for rule in group["rules"]
        if "record" in rule
    }


def _series(metrics: Sequence[Metric]) -> Series:
    series: defaultdict[str, dict[Labels, float]] = defaultdict(dict)
    for metric in metrics:
        for sample in metric.samples:
            # An empty label is none.
            labels = frozenset(label for label in sample.labels.items() if label[1])
            series[sample.name][labels] = sample.value
    return series


def _with_recordings(scraped: Series) -> Series:
    known = dict(scraped)
    for name, expression in _recordings().items():
        value = expression(known)
        known[name] = {} if isinstance(value, float) else value
    return known
