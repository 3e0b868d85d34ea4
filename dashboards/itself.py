"""Panels of xenlens itself."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.about import About, Query
from dashboards.look import NOTE, WARNING
from dashboards.panels import series, timeline
from dashboards.promql import State

BUCKETS = "rate(xenlens_probe_duration_seconds_bucket[$__rate_interval])"
LAST_READ = "xenlens_config_last_reload_successful"
READ = (
    State("refused, the old one stays", WARNING, f"{LAST_READ} == 0"),
    State("read", NOTE, f"{LAST_READ} == 1"),
)


def answer_times() -> Panel:
    """How long Prometheus waits for a page."""
    about = About(
        "Time of a page",
        "How long xenlens takes to answer Prometheus for one target. Near the scrape timeout, "
        "targets are lost.",
        "xenlens does not answer",
    )
    by_bucket = f"sum by (instance, le) ({BUCKETS})"
    queries = [
        Query(f"histogram_quantile({share}, {by_bucket})", f"{{{{instance}}}} {words}")
        for share, words in ((0.5, "half within"), (0.99, "99 % within"))
    ]
    return series(about, "s", queries)


def reloads() -> Panel:
    """Whether the configuration is the one in the file."""
    about = About(
        "Configuration",
        "Whether the configuration file was read without error the last time. Refused: xenlens "
        "goes on with the one before, and would not start again.",
        "xenlens does not answer",
        ("XenlensReloadFailed",),
    )
    return timeline(about, "instance", READ, "{{instance}}")
