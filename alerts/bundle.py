"""What users deploy, as data: alert rules, their runbooks, and the playbooks they call."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from alerts.remediation.playbook import Playbook, read_playbook

MACHINE = "machine"
"""Label `audience` of an alert that is for the remediation webhook and calls nobody."""
RUNBOOKS = "http://127.0.0.1:10045/runbooks/"
"""Where the rules say that runbooks are: xenlens serves them itself."""
_HERE = files("alerts")


@dataclass(frozen=True, slots=True)
class Alert:
    """An alerting rule. Durations are Prometheus', such as `5m`; empty where there is none."""

    name: str
    file: str
    """The rule file's name, without its ending: the subject."""
    expr: str
    wait: str
    """`for`: how long the expression must hold before the alert fires."""
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    keep_firing: str = ""

    @property
    def severity(self) -> str:
        """critical, warning or info."""
        return self.labels["severity"]

    @property
    def playbook(self) -> str:
        """The playbook that could heal it; empty where there is none."""
        return self.labels.get("playbook", "")

    @property
    def for_machine(self) -> bool:
        """Whether it calls the remediation webhook and nobody else."""
        return self.labels.get("audience") == MACHINE


def rule_files() -> list[Traversable]:
    """The files of rules, by name."""
    return _sorted("rules", ".yml")


@cache
def alerts() -> tuple[Alert, ...]:
    """Every alerting rule, in the order of the files."""
    return tuple(alert for file in rule_files() for alert in _alerts_of(file))


def alert_names() -> list[str]:
    """The alerts, each once, in the order of the files."""
    return list(dict.fromkeys(alert.name for alert in alerts()))


def waits_for_machine() -> Mapping[str, str]:
    """How long each alert with a playbook waits before it calls the remediation webhook."""
    return {alert.name: alert.wait for alert in alerts() if alert.for_machine}


def runbooks() -> list[Traversable]:
    """The runbooks, Markdown, one page per alert."""
    return _sorted("runbooks", ".md")


def runbook(alert: str) -> str:
    """The page of an alert, as Markdown. Raises KeyError."""
    page = {file.name: file for file in runbooks()}[f"{alert}.md"]
    return page.read_text(encoding="utf-8")


def runbook_summary(alert: str) -> str:
    """The first paragraph of an alert's page, as Markdown on one line. Raises KeyError."""
    _, paragraph, *_ = runbook(alert).split("\n\n")
    return " ".join(paragraph.split())


def playbook_files() -> list[Traversable]:
    """The files of playbooks, by name."""
    return _sorted("playbooks", ".yml")


@cache
def playbooks() -> Mapping[str, Playbook]:
    """The playbooks by name. Raises BadPlaybook."""
    return {
        name: read_playbook(name, yaml.safe_load(file.read_text(encoding="utf-8")))
        for file in playbook_files()
        for name in [file.name.removesuffix(".yml")]
    }


def alertmanager_config() -> Traversable:
    """The bundled configuration of Alertmanager."""
    return _HERE / "alertmanager.yml"


def _sorted(folder: str, ending: str) -> list[Traversable]:
    found = (file for file in (_HERE / folder).iterdir() if file.name.endswith(ending))
    return sorted(found, key=lambda file: file.name)


def _alerts_of(file: Traversable) -> Iterator[Alert]:
    subject = file.name.removesuffix(".yml")
    for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            if "alert" in rule:
                yield _alert(subject, rule)


def _alert(subject: str, rule: Mapping[str, Any]) -> Alert:
    return Alert(
        rule["alert"],
        subject,
        rule["expr"],
        rule.get("for", ""),
        rule["labels"],
        rule["annotations"],
        rule.get("keep_firing_for", ""),
    )
