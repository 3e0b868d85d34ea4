"""Every metric there is, with its labels: the code's own, those that rules record, and a few more.

What rules, dashboards, playbooks and pages name is held against it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any

import promql_parser as promql
import yaml
from prometheus_client import CollectorRegistry

from alerts import bundle
from alerts.remediation import metrics as remediation
from collectors.metrics import Family
from collectors.registry import collectors_by_name
from exporter import status
from exporter.own_metrics import OwnMetrics
from tests.promql import Labels, Reader, result_labels

SCRAPED = frozenset({"job", "instance"})
"""Labels that Prometheus adds to every series of a target."""
TARGET = SCRAPED | {"pool", "host"}
HISTOGRAM = {"_bucket": frozenset({"le"}), "_sum": frozenset[str](), "_count": frozenset[str]()}
OTHERS: Mapping[str, Labels] = {
    "up": SCRAPED,
    "alertmanager_notifications_failed_total": SCRAPED | {"integration"},
}
"""Metrics of Prometheus and Alertmanager themselves."""
RUNBOOK = re.compile(re.escape(bundle.RUNBOOKS) + r"(\w+)")


@cache
def catalogue() -> Mapping[str, Labels]:
    """By metric, the labels that its series may have once scraped or recorded."""
    known = dict(exported())
    for rule in recording_rules():
        known[rule["record"]] = result_labels(rule["expr"], known)
    everything = frozenset(label for labels in known.values() for label in labels)
    fired = everything | {"alertname", "severity", "audience", "playbook", "what"}
    return {**known, "ALERTS": fired | {"alertstate"}, "ALERTS_FOR_STATE": fired}


@cache
def exported() -> Mapping[str, Labels]:
    """What xenlens, Prometheus and Alertmanager give, nothing recorded."""
    families = [*status.FAMILIES]
    for collector in collectors_by_name().values():
        families.extend(collector().families)
    known = {family.name: TARGET | set(family.labels) for family in families}
    known |= dict(name for family in remediation.FAMILIES for name in _names(family))
    return {**known, **dict(_own()), **OTHERS}


def _names(family: Family) -> Iterator[tuple[str, Labels]]:
    """A histogram has three kinds of series."""
    labels = SCRAPED | set(family.labels)
    kinds = HISTOGRAM if family.kind == "histogram" else {"": frozenset[str]()}
    yield from ((family.name + ending, labels | more) for ending, more in kinds.items())


def _own() -> Iterator[tuple[str, Labels]]:
    """What /metrics says of the exporter; a counter has no series before it counts."""
    own = OwnMetrics(CollectorRegistry())
    own.probed("a target")
    for metric in own.metrics():
        for sample in metric.samples:
            yield sample.name, SCRAPED | set(sample.labels)


def recording_rules() -> Iterator[dict[str, Any]]:
    """Every rule that records, in the order of the files."""
    for file in bundle.rule_files():
        yield from (rule for rule in rules_of(file) if "record" in rule)


def rules_of(file: Traversable) -> list[dict[str, Any]]:
    """The rules of a file in their order."""
    groups = yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def mistakes_of(expression: str, known: Mapping[str, Labels]) -> list[str]:
    """What an expression names that is not `known`, one line each; what PromQL cannot read too."""
    reader = Reader(known)
    try:
        reader.labels(promql.parse(expression))
    except ValueError as error:
        return [f"no PromQL: {error}"]
    return reader.mistakes


def mistakes(rules: Iterable[Mapping[str, Any]], known: Mapping[str, Labels]) -> list[str]:
    """What rules name that nobody gives, each line with the rule's name before it."""
    return [
        f"{rule.get('record') or rule['alert']}: {mistake}"
        for rule in rules
        for mistake in mistakes_of(rule["expr"], known)
    ]
