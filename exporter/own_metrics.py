"""What /metrics says of the exporter itself."""

from collections.abc import Container, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.core import Metric
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from alerts.bundle import playbooks
from alerts.remediation.metrics import idle_metrics
from exporter.remediation.remedy import Remedy
from exporter.version import VERSION


class OwnMetrics:
    """What /metrics says of the exporter itself; never mixed into /probe."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        Info("xenlens_build", "Version of xenlens.", registry=registry).info({"version": VERSION})
        self._probed: set[str] = set()
        self._probes = Counter(
            "xenlens_probes", "Probe pages served, by target.", ["target"], registry=registry
        )
        self.probe_seconds = Histogram(
            "xenlens_probe_duration_seconds",
            "Time to answer /probe, rendering included.",
            registry=registry,
        )
        self._reload_ok = Gauge(
            "xenlens_config_last_reload_successful",
            "1 when the configuration file was last read without error.",
            registry=registry,
        )
        self._reload_at = Gauge(
            "xenlens_config_last_reload_success_timestamp_seconds",
            "Unix time of the last successful read of the configuration file.",
            registry=registry,
        )

    def reloaded(self, success: bool, at: float) -> None:
        """Note an attempt to read the configuration file; `at` is Unix time."""
        self._reload_ok.set(success)
        if success:
            self._reload_at.set(at)

    def probed(self, target: str) -> None:
        """Count a probe page that was served."""
        self._probed.add(target)
        self._probes.labels(target).inc()

    def keep(self, targets: Container[str]) -> None:
        """Tell of no other targets from now on."""
        for gone in [target for target in self._probed if target not in targets]:
            self._probed.discard(gone)
            self._probes.remove(gone)

    def metrics(self, remedy: Remedy | None = None) -> Sequence[Metric]:
        """A snapshot of every family, remediation's too."""
        told = remedy.metrics() if remedy and remedy.ready else idle_metrics(playbooks())
        return [*self._registry.collect(), *told]
