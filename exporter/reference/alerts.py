"""docs/alerts.md, generated from what the rules and playbooks declare."""

from collections.abc import Iterator

from alerts import bundle
from alerts.bundle import Alert
from alerts.remediation.lease import AT_WORK, AWAITS_APPROVAL
from alerts.remediation.tools import tools
from alerts.words import subjects, title
from exporter.reference.tables import codes, section

ALERTS = """\
# Alerts

Generated from the rules by `make docs`; a test keeps it true.

`xenlens rules --output DIR` writes the rules for Prometheus. A name leads to its runbook, which
xenlens also serves at `/runbooks`. The words in capitals are labels. An alert with a playbook has
two rules: one calls people after the time under *for*, the other, with `audience="machine"`, calls
the remediation webhook after the time under *playbook* and nobody else.
"""
PLAYBOOKS = """\
What may be called, by whom, and the labels that name what it would act on. *Shipped* is the mode
until a configuration says otherwise, *furthest* the one that no configuration exceeds. In mode
observe a playbook says what it would do, and acts only where a person orders it.
[remediation.md](remediation.md) tells the rest.
"""
OWN_ALERTS = f"""\
xenlens itself posts two alerts to Alertmanager; no rule has them. Both end by themselves where it
dies.

- `{AT_WORK}`, while a run works on an object: calls nobody, and holds the pages about
  that object back.
- `{AWAITS_APPROVAL}` (warning), while a plan of a playbook in mode approve waits for a person.
"""


def alerts_page() -> str:
    """The page of alerts."""
    columns = ("alert", "severity", "for", "playbook", "what it says")
    people = [alert for alert in bundle.alerts() if not alert.for_machine]
    sections = [
        section(f"`{file}.yml`", columns, rows, f"{about}.\n")
        for file, about in subjects().items()
        if (rows := [_alert(alert) for alert in people if alert.file == file])
    ]
    own = f"## Posted by xenlens\n\n{OWN_ALERTS}"
    titles = ("playbook", "labels", "shipped", "furthest", "called by", "what")
    playbooks = section("Playbooks", titles, _books(), PLAYBOOKS)
    return "\n".join([ALERTS, *sections, own, playbooks])


def _alert(alert: Alert) -> tuple[str, ...]:
    link = f"[{alert.name}](../alerts/runbooks/{alert.name}.md)"
    after = bundle.waits_for_machine().get(alert.name)
    playbook = f"`{alert.playbook}`, {after}" if after else ""
    return link, alert.severity, alert.wait or "0s", playbook, title(alert)


def _books() -> Iterator[tuple[str, ...]]:
    for name, book in bundle.playbooks().items():
        tool = tools()[name]
        called_by = "alerts, people" if tool.by_alert else "people only"
        modes = str(book.mode), str(tool.most)
        yield f"`{name}`", codes(book.target), *modes, called_by, book.summary
