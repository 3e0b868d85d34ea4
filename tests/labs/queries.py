"""Every query of the dashboards, and whether a live Prometheus has answered it with data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from tests.dashboards.expressions import committed, expressions
from tests.labs.alerting import Alerting
from tests.promql import metrics_of

SUBJECTS = {
    "made up": "remediation_(?!armed|open)|bond_lacp|parse_errors|probe_(failures|skipped)_",
    "stuck": "xenlens_task_age",
    "slow": "disk_probe|hostconfig",
    "vms": "xenlens_vm_",
    "storage": "multipath|xenlens_(sr|lun|pbd)_",
    "bonds": "bond",
    "pool": "",
}
"""By which test asks for it: what its metrics are called, the first that fits. What is made up has
nothing to show there: no engine heals yet, no bond uses LACP, every output is understood, and no
disk is measured while a fault would forbid it."""


@cache
def all_queries() -> dict[str, str]:
    """Of every dashboard: dashboard, panel and query as one key, and the PromQL."""
    return {key: expr for dashboard in committed().values() for key, expr in expressions(dashboard)}


def queries_about(subject: str) -> Iterator[str]:
    """The keys of the queries that the test of a subject has to show."""
    for key, expr in all_queries().items():
        named = " ".join(metrics_of(expr))
        if next(name for name, words in SUBJECTS.items() if re.search(words, named)) == subject:
            yield key


@dataclass(slots=True)
class Queries:
    """Queries that have had no answer so far, by their key."""

    silent: dict[str, str] = field(default_factory=lambda: dict(all_queries()))

    def ask(self, alerting: Alerting) -> None:
        """Ask every one that was silent so far."""
        for key, expression in list(self.silent.items()):
            if alerting.query(expression):
                del self.silent[key]

    def unanswered(self, subject: str) -> list[str]:
        """Those of a subject that never had an answer."""
        return [key for key in queries_about(subject) if key in self.silent]
