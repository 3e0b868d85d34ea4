"""Panels of storage classes beside each other. A class is of a pool, so hosts are not chosen."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.about import About, Query
from dashboards.layout import Line
from dashboards.look import IDLE, OK, WARNING
from dashboards.panels import series
from dashboards.promql import State, of_pool, state_of
from dashboards.tables import Column, Figure, Label, table

CLASS = "pool, profile, direction, storage_class"
PAIR = f"{CLASS}, than"
PROFILE = 'profile=~"$profile"'
CLASS_LEGEND = "{{pool}} {{profile}} {{direction}}: {{storage_class}}"
BANDWIDTH = of_pool("storage_class:xenlens_disk_probe_bandwidth_bytes_per_second:avg", PROFILE)
IOPS = of_pool("storage_class:xenlens_disk_probe_iops:avg", PROFILE)
LATENCY = of_pool("storage_class:xenlens_disk_probe_latency_mean_seconds:avg", PROFILE)
AT_LIMIT = of_pool("storage_class:xenlens_disk_probe_at_rate_limit:max", PROFILE)
FASTER_BY = "storage_class:xenlens_disk_probe_faster_by_"
BY_BANDWIDTH = of_pool(f"{FASTER_BY}bandwidth:ratio", PROFILE)
WITH_LIMITS = of_pool(f"{FASTER_BY}bandwidth:ratio_with_limits", PROFILE)
BY_LATENCY = of_pool(f"{FASTER_BY}latency:ratio", PROFILE)
LIMIT = (
    State("reached: at least this", IDLE, f"{AT_LIMIT} == 1"),
    State("not reached", OK, f"{AT_LIMIT} == 0"),
)
FASTER = ((0, WARNING), (1.1, OK))
"""As the alert StorageClassNotFaster has it."""


def lines() -> list[Line]:
    """Everything of classes."""
    return [
        Line(8, [_classes(), _pairs()]),
        Line(9, [_bandwidth(), _operations(), _latency()]),
        Line(8, [_faster()]),
    ]


def _classes() -> Panel:
    about = About(
        "Storage classes side by side",
        "What each class gives now, per profile and direction. A faster class with the figures of "
        "a slower one is wrong, unless it has reached the limit of its probe.",
        "no probe with a storage class has run",
        ("StorageClassNotFaster",),
        "/disks",
    )
    columns: list[Column] = [
        Label("pool", "Pool"),
        Label("profile", "Profile"),
        Label("direction", "Direction"),
        Label("storage_class", "Class"),
        Figure("Bandwidth", f"max by ({CLASS}) ({BANDWIDTH})", "binBps"),
        Figure("Operations", f"max by ({CLASS}) ({IOPS})", "iops"),
        Figure("Mean latency", f"max by ({CLASS}) ({LATENCY})", "s"),
        Figure("Limit", state_of(CLASS, LIMIT), states=LIMIT, empty="has none"),
    ]
    return table(about, columns, [("Profile", False), ("Direction", False), ("Bandwidth", True)])


def _pairs() -> Panel:
    about = About(
        "How many times faster",
        "Each class against one that it should outrun. Below 1.1 it is no faster. A dash: limits "
        "make the figure meaningless, or the tool gives none.",
        "no two classes with figures of one profile",
        ("StorageClassNotFaster",),
    )
    columns: list[Column] = [
        Label("pool", "Pool"),
        Label("profile", "Profile"),
        Label("direction", "Direction"),
        Label("storage_class", "Class"),
        Label("than", "than"),
        Figure("by bandwidth", f"max by ({PAIR}) ({BY_BANDWIDTH})", steps=FASTER, decimals=1),
        Figure("by latency", f"max by ({PAIR}) ({BY_LATENCY})", steps=FASTER, decimals=1),
        Figure("by bandwidth, limits included", f"max by ({PAIR}) ({WITH_LIMITS})", decimals=1),
    ]
    return table(about, columns, [("Profile", False)])


def _bandwidth() -> Panel:
    about = About(
        "Bandwidth of classes",
        "Bytes a second of each class. A line that falls onto that of a slower class: something "
        "before the disks is the limit. Logarithmic.",
        "no probe with a storage class has run",
        ("StorageClassNotFaster",),
    )
    return series(about, "binBps", [Query(BANDWIDTH, CLASS_LEGEND)], logarithmic=True)


def _operations() -> Panel:
    about = About(
        "Operations of classes",
        "Operations a second of each class. A line that falls is a slower class, or more load on "
        "it. Logarithmic.",
        "no probe with a storage class has run",
        ("StorageClassNotFaster",),
    )
    return series(about, "iops", [Query(IOPS, CLASS_LEGEND)], logarithmic=True)


def _latency() -> Panel:
    about = About(
        "Mean latency of classes",
        "How long an operation takes in each class. A line that rises onto that of a slower class "
        "is wrong. Logarithmic.",
        "no probe with a storage class has run",
        ("StorageClassNotFaster",),
    )
    return series(about, "s", [Query(LATENCY, CLASS_LEGEND)], logarithmic=True)


def _faster() -> Panel:
    about = About(
        "How many times faster, over time",
        "Each class by one that it should outrun. Below the line at 1.1 it is no faster: the "
        "controller is the limit, or the faster disks are in trouble.",
        "no two classes with figures of one profile",
        ("StorageClassNotFaster",),
    )
    legend = f"{CLASS_LEGEND} by {{{{than}}}}"
    queries = [
        Query(BY_BANDWIDTH, f"{legend}, bandwidth"),
        Query(BY_LATENCY, f"{legend}, latency"),
    ]
    return series(about, "none", queries, steps=FASTER)
