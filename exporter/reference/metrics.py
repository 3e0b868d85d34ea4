"""docs/metrics.md, generated from what the code declares."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric

from alerts import bundle
from alerts.remediation import metrics as remediation
from alerts.words import recorded
from collectors.metrics import Family
from collectors.registry import collectors_by_name
from exporter import status
from exporter.own_metrics import OwnMetrics
from exporter.reference.tables import codes, section

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
TYPES = {"info": "gauge"}
"""As the text format has it."""


def metrics_page() -> str:
    """The page of metrics."""
    sections = [_families("Status of a target", status.FAMILIES)]
    for name, collector in collectors_by_name().items():
        made = collector()
        sections.append(_families(f"Collector `{name}` (of a {made.scope})", made.families))
    sections += [
        _families("Of the exporter itself (`/metrics`)", _own(), OWN),
        _families("Remediation (`/metrics`)", remediation.FAMILIES, _remediation()),
        section("Recorded by alerts/rules", ("series", "file", "meaning"), _recorded(), RECORDED),
    ]
    return "\n".join([METRICS, *sections])


def _families(heading: str, families: Iterable[Family], text: str = "") -> str:
    rows = ((f"`{f.name}`", f.kind, codes(f.labels), f.help) for f in families)
    return section(heading, ("metric", "type", "labels", "meaning"), rows, text)


def _own() -> Iterator[Family]:
    """What the exporter says of itself once it has served a page."""
    registry = CollectorRegistry()
    OwnMetrics(registry).probed("")
    yield from (_family(m) for m in registry.collect() if m.name.startswith("xenlens_"))


def _family(metric: Metric) -> Family:
    ending = {"counter": "_total", "info": "_info"}.get(metric.type, "")
    labels = tuple(label for label in metric.samples[0].labels if label != "le")
    kind = TYPES.get(metric.type, metric.type)
    return Family(metric.name + ending, metric.documentation, labels, kind)


def _remediation() -> str:
    idle = {metric.name for metric in remediation.idle_metrics(bundle.playbooks())}
    families = (f.name for f in remediation.FAMILIES if f.name.removesuffix("_total") in idle)
    return REMEDIATION.format(there=codes(families))


def _recorded() -> Iterator[tuple[str, ...]]:
    yield from ((f"`{one.name}`", f"`{one.file}`", one.text) for one in recorded())
