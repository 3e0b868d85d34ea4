"""Disk probes as metrics. Figures are those of the last run, and carry their age."""

from collections.abc import Iterable, Mapping

from collectors.disk_reasons import FAILED, SKIPPED
from collectors.disk_records import DiskRun, Figures, Standing
from collectors.metrics import Family, Page
from collectors.registry import Reading

WHAT = ("probe", "profile", "sr", "storage_class")
"""Labels of every figure, so that storage classes can be compared in one query."""

INFO = Family(
    "xenlens_disk_probe_info",
    "A disk probe: what it measures, and the version of the tool that did so last.",
    (*WHAT, "path", "version"),
)
IOPS = Family(
    "xenlens_disk_probe_iops",
    "Operations a second in the last run of a disk probe (fio, or seek).",
    (*WHAT, "direction"),
)
BANDWIDTH = Family(
    "xenlens_disk_probe_bandwidth_bytes_per_second",
    "Bytes a second in the last run of a disk probe (fio, seek, or hdparm -t).",
    (*WHAT, "direction"),
)
LATENCY_MEAN = Family(
    "xenlens_disk_probe_latency_mean_seconds",
    "Mean latency in the last run: from submission (fio's lat), or of completion (clat) where an "
    "old fio tells only that.",
    (*WHAT, "direction"),
)
LATENCY = Family(
    "xenlens_disk_probe_latency_seconds",
    "Quantiles of the completion latency in the last run (fio's clat percentiles, or seek).",
    (*WHAT, "direction", "quantile"),
    "summary",
)
CACHED = Family(
    "xenlens_disk_probe_cached_bandwidth_bytes_per_second",
    "Reads from the machine's cache in the last run (hdparm -T): its memory, not its disk.",
    WHAT,
)
LIMIT = Family(
    "xenlens_disk_probe_rate_limit_bytes_per_second",
    "The most the last run was allowed: a bandwidth that reaches it may be higher in truth.",
    WHAT,
)
DURATION = Family(
    "xenlens_disk_probe_duration_seconds",
    "How long the last run took: prepare, lay_out (making the file), measure.",
    (*WHAT, "phase"),
)
SUCCESS_AT = Family(
    "xenlens_disk_probe_last_success_timestamp_seconds",
    "Unix time at which the figures were measured; stays when they are gone.",
    WHAT,
)
ENDED_AT = Family(
    "xenlens_disk_probe_last_run_timestamp_seconds",
    "Unix time at which a run ended last, with figures or without.",
    WHAT,
)
EVERY = Family(
    "xenlens_disk_probe_interval_seconds",
    "How often the probe should run (configuration: every).",
    WHAT,
)
RUNNING = Family("xenlens_disk_probe_running", "1 while the probe runs.", WHAT)
RUNS = Family(
    "xenlens_disk_probe_runs_total",
    "Runs that were tried since xenlens began to watch the probe, skipped ones not counted.",
    ("probe",),
    "counter",
)
SKIPS = Family(
    "xenlens_disk_probe_skipped_total",
    "Runs that were not tried since xenlens began to watch the probe, by reason.",
    ("probe", "reason"),
    "counter",
)
FAILURES = Family(
    "xenlens_disk_probe_failures_total",
    "Runs that were tried and gave no figures since xenlens began to watch the probe, by reason.",
    ("probe", "reason"),
    "counter",
)
FASTER_THAN = Family(
    "xenlens_disk_probe_class_expected_faster_than",
    "1 where the probe's storage class is expected to outrun the class `than` "
    "(configuration: storage_classes).",
    (*WHAT, "than"),
)
FAMILIES = (
    *(INFO, IOPS, BANDWIDTH, LATENCY_MEAN, LATENCY, CACHED, LIMIT, DURATION, SUCCESS_AT, ENDED_AT),
    *(EVERY, RUNNING, RUNS, SKIPS, FAILURES, FASTER_THAN),
)


def fill(page: Page, reading: Reading[Standing]) -> None:
    """Every probe of one machine. A probe without figures has its counters and times only."""
    for standing in reading.records:
        what = labels_of(standing)
        version = standing.run.version if standing.run else ""
        page.add(INFO, 1, **what, path=standing.probe.path, version=version)
        if standing.run is not None:
            _of_run(page, standing.run, what)
        _of_time(page, standing, what)
        _of_counters(page, standing)
        for slower in standing.probe.slower_classes:
            page.add(FASTER_THAN, 1, **what, than=slower)


def labels_of(standing: Standing) -> dict[str, str]:
    """The labels that every figure of a probe carries."""
    probe = standing.probe
    return {
        "probe": probe.name,
        "profile": probe.profile.name,
        "sr": probe.sr,
        "storage_class": probe.storage_class,
    }


def _of_run(page: Page, run: DiskRun, what: Mapping[str, str]) -> None:
    for figures in run.figures:
        _of_direction(page, figures, {**what, "direction": figures.direction})
    page.add_known(CACHED, run.cached_bandwidth, **what)
    page.add_known(LIMIT, run.rate, **what)
    for phase, seconds in run.phases.items():
        page.add(DURATION, seconds, **what, phase=phase)


def _of_direction(page: Page, figures: Figures, what: Mapping[str, str]) -> None:
    page.add_known(IOPS, figures.iops, **what)
    page.add_known(BANDWIDTH, figures.bandwidth, **what)
    page.add_known(LATENCY_MEAN, figures.latency_mean, **what)
    for quantile, seconds in figures.quantiles.items():
        page.add(LATENCY, seconds, **what, quantile=quantile)


def _of_time(page: Page, standing: Standing, what: Mapping[str, str]) -> None:
    page.add_known(SUCCESS_AT, standing.success_at, **what)
    page.add_known(ENDED_AT, standing.ended_at, **what)
    page.add(EVERY, standing.probe.every, **what)
    page.add(RUNNING, standing.running_since is not None, **what)


def _of_counters(page: Page, standing: Standing) -> None:
    name = standing.probe.name
    page.add(RUNS, standing.runs, probe=name)
    _counted(page, SKIPS, SKIPPED, standing.skipped, name)
    _counted(page, FAILURES, FAILED, standing.failed, name)


def _counted(
    page: Page, family: Family, known: Iterable[str], counts: Mapping[str, int], name: str
) -> None:
    """Every reason from the start, so that the first increase is seen by rate()."""
    for reason in known:
        page.add(family, counts.get(reason, 0), probe=name, reason=reason)
