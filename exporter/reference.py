"""docs/metrics.md and docs/alerts.md, generated from what the code and the rules declare."""

import sys
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric

from alerts import bundle
from alerts.bundle import Alert
from alerts.remediation import metrics as remediation
from alerts.remediation.lease import AT_WORK, AWAITS_APPROVAL
from alerts.remediation.tools import tools
from alerts.words import recorded, subjects, title
from collectors.metrics import Family
from collectors.registry import collectors_by_name
from exporter import status
from exporter.service import OwnMetrics

METRICS = """\
# Metrics

Generated from the code by `make docs`; a test keeps it true.

Every series of a host carries `pool` and `host`, the names of the inventory; series of a pool
(`/probe?target=pool:NAME`) carry `pool`, and `host` where they are about one. A fact that is
not known has no series. When a collector fails, its data series disappear and its status
series stay, with `xenlens_collector_success` at 0.
"""
OWN = """\
These are about the exporter and carry neither `pool` nor `host`. `python_*` and `process_*` of the
Prometheus client are there as well.
"""
REMEDIATION = """\
Where remediation is not set up only the series of an idle engine are there: {there}.
"""
RECORDED = """\
Prometheus records these once it has loaded the rules (`xenlens rules --output DIR`).
"""
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
TYPES = {"info": "gauge"}
"""As the text format has it."""


def reference() -> str:
    """The page of metrics."""
    sections = [_families("Status of a target", status.FAMILIES)]
    for name, collector in collectors_by_name().items():
        made = collector()
        sections.append(_families(f"Collector `{name}` (of a {made.scope})", made.families))
    sections += [
        _families("Of the exporter itself (`/metrics`)", _own(), OWN),
        _families("Remediation (`/metrics`)", remediation.FAMILIES, _remediation()),
        _section("Recorded by alerts/rules", ("series", "file", "meaning"), _recorded(), RECORDED),
    ]
    return "\n".join([METRICS, *sections])


def _families(heading: str, families: Iterable[Family], text: str = "") -> str:
    rows = ((f"`{f.name}`", f.kind, _codes(f.labels), f.help) for f in families)
    return _section(heading, ("metric", "type", "labels", "meaning"), rows, text)


def _own() -> Iterator[Family]:
    """What the exporter says of itself once it has served a page."""
    registry = CollectorRegistry()
    OwnMetrics(registry).probes.labels("")
    yield from (_family(m) for m in registry.collect() if m.name.startswith("xenlens_"))


def _family(metric: Metric) -> Family:
    ending = {"counter": "_total", "info": "_info"}.get(metric.type, "")
    labels = tuple(label for label in metric.samples[0].labels if label != "le")
    kind = TYPES.get(metric.type, metric.type)
    return Family(metric.name + ending, metric.documentation, labels, kind)


def _remediation() -> str:
    idle = {metric.name for metric in remediation.idle_metrics(bundle.playbooks())}
    families = (f.name for f in remediation.FAMILIES if f.name.removesuffix("_total") in idle)
    return REMEDIATION.format(there=_codes(families))


def _recorded() -> Iterator[tuple[str, ...]]:
    yield from ((f"`{one.name}`", f"`{one.file}`", one.text) for one in recorded())


def alerts_reference() -> str:
    """The page of alerts."""
    columns = ("alert", "severity", "for", "playbook", "what it says")
    people = [alert for alert in bundle.alerts() if not alert.for_machine]
    sections = [
        _section(f"`{file}.yml`", columns, rows, f"{about}.\n")
        for file, about in subjects().items()
        if (rows := [_alert(alert) for alert in people if alert.file == file])
    ]
    own = f"## Posted by xenlens\n\n{OWN_ALERTS}"
    titles = ("playbook", "labels", "shipped", "furthest", "called by", "what")
    playbooks = _section("Playbooks", titles, _books(), PLAYBOOKS)
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
        yield f"`{name}`", _codes(book.target), *modes, called_by, book.summary


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _section(
    heading: str, columns: Iterable[str], rows: Iterable[Iterable[str]], text: str = ""
) -> str:
    titles = tuple(columns)
    table = "".join(map(_row, (titles, ("---",) * len(titles), *rows)))
    return "\n".join(filter(None, (f"## {heading}\n", text, table)))


def _row(cells: Iterable[str]) -> str:
    escaped = (cell.replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(escaped)} |\n"


if __name__ == "__main__":
    print(alerts_reference() if sys.argv[1:] == ["alerts"] else reference(), end="")
