"""What is wrong with disk probes, in sentences."""

from collections.abc import Iterable, Iterator

from collectors.disk_compare import Comparison, comparisons
from collectors.disk_reasons import is_skip
from collectors.disk_records import Standing
from collectors.registry import Finding


def findings(standings: Iterable[Standing]) -> Iterator[Finding]:
    """Probes without figures, then classes of this machine that are not as fast as they should be.

    What is slower than its own last week only Prometheus knows (alerts/rules/disk_probes.yml).
    """
    known = tuple(standings)
    for standing in known:
        if standing.reason is not None:
            yield _of_reason(standing, standing.reason)
        elif standing.run is None and standing.success_at is not None:
            text = "its last figures are too old: it has not run for more than two periods"
            yield Finding("unknown", standing.probe.name, text)
    for comparison in comparisons(known):
        yield from _of_classes(comparison)


def _of_reason(standing: Standing, reason: str) -> Finding:
    done = "was skipped" if is_skip(reason) else "failed"
    text = f"the probe {done} ({reason}): {standing.message}"
    return Finding("unknown", standing.probe.name, text)


def _of_classes(comparison: Comparison) -> Iterator[Finding]:
    for verdict in comparison.verdicts():
        if verdict.word in ("not faster", "slower"):
            yield Finding("warning", verdict.one.name, verdict.sentence(comparison.title))
