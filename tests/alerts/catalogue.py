"""What rules name, held against what the exporter can give.

No parser of PromQL: promtool proves the syntax, this only collects the names.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.registry import collectors_by_name
from exporter import status

COMMON = frozenset({"pool", "host", "job", "instance"})
"""Labels of the target, and those that Prometheus adds when it scrapes."""
OPERATORS = frozenset({"and", "or", "unless", "bool", "offset", "atan2"})
REPLACED = re.compile(r',\s*"(\w+)"\s*,\s*"[^"]*"\s*,\s*"(\w*)"\s*,\s*"[^"]*"\s*\)')
"""The last four arguments of label_replace: the label it writes, and the one it reads."""
STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')
SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\s*\{([^}]*)\}")
MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
LABELS = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
RANGE_OR_NUMBER = re.compile(r"\[[^\]]*\]|(?<![\w:])[0-9.]\w*")
NAME = re.compile(r"[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])")


@dataclass(frozen=True, slots=True)
class Names:
    """What one expression names."""

    metrics: frozenset[str]
    matched: frozenset[tuple[str, str]]
    """Metric and label of every matcher: `up{job="x"}` has (up, job)."""
    labels: frozenset[str]
    """Those of `by (…)`, `on (…)` and the like, and those that label_replace reads."""
    written: frozenset[str]
    """Those that label_replace writes."""


def catalogue() -> dict[str, frozenset[str]]:
    """Every metric of the exporter, and the labels that its series may have once scraped."""
    families = [*status.FAMILIES]
    for collector in collectors_by_name().values():
        families.extend(collector().families)
    return {family.name: COMMON | set(family.labels) for family in families}


def names(expression: str) -> Names:
    """The metrics and labels that an expression names."""
    replaced = REPLACED.findall(expression)
    bare = STRING.sub('""', expression)
    matched = {
        (metric, label)
        for metric, matchers in SELECTOR.findall(bare)
        for label in MATCHER.findall(matchers)
    }
    listed = {label for labels in LABELS.findall(bare) for label in re.findall(r"\w+", labels)}
    for taken in (LABELS, RANGE_OR_NUMBER):
        bare = taken.sub(" ", bare)
    metrics = set(NAME.findall(SELECTOR.sub(r"\1", bare))) - OPERATORS
    read = {source for _, source in replaced if source}
    written = frozenset(written for written, _ in replaced)
    return Names(frozenset(metrics), frozenset(matched), frozenset(listed | read), written)


def mistakes(rules: Iterable[Mapping[str, Any]], known: Mapping[str, frozenset[str]]) -> list[str]:
    """What rules name that neither the catalogue nor a rule before them has, one line each.

    `rules` are as in a rule file and in its order, `known` as catalogue() gives it. A recorded
    series may have any label of the metrics it is made of.
    """
    known, found = dict(known), []
    for rule in rules:
        named = names(rule["expr"])
        available = {label for metric in named.metrics for label in known.get(metric, ())}
        available |= named.written
        missing = [
            *(f"metric {metric}" for metric in named.metrics - known.keys()),
            *(f"label {label}" for label in named.labels - available),
            *(f"label {m}{{{x}}}" for m, x in named.matched if x not in known.get(m, ())),
        ]
        found += [f"{rule['record']}: no {what}" for what in sorted(missing)]
        known[rule["record"]] = frozenset(available)
    return found
