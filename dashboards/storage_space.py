"""Panels of space: how full SRs are, as of XAPI's last scan."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.about import About, Query
from dashboards.layout import Line
from dashboards.look import COUNT_OF_WARNINGS, CRITICAL, OK, WARNING
from dashboards.panels import bars, series, tile
from dashboards.promql import of_pool, with_sr_id, with_sr_name
from dashboards.tables import Column, Figure, Label, table

SR = "pool, sr"
FULL: tuple[tuple[float, str], ...] = ((0, OK), (0.8, WARNING), (0.9, CRITICAL))
SIZE = f"max by ({SR}) ({of_pool('xenlens_sr_size_bytes')} > 0)"
USED = f"max by ({SR}) ({of_pool('xenlens_sr_utilisation_bytes')})"
PROMISED = f"max by ({SR}) ({of_pool('xenlens_sr_virtual_allocation_bytes')})"
FIXED = 'xenlens_sr_info{kind=~"iso|udev"} or xenlens_sr_info{content=~"iso|udev"}'
"""What is as full as it ever will be."""
SHARE = f"{USED} / {SIZE} unless on ({SR}) ({FIXED})"
NAMED = with_sr_id(with_sr_name(f"({SHARE})"))
LEGEND = "{{pool}} {{name}} {{id}}"


def lines() -> list[Line]:
    """Everything of space."""
    return [Line(8, [_shares(), _history()]), Line(8, [_table()])]


def full_tile() -> Panel:
    """How many SRs are nearly full."""
    about = About(
        "SRs nearly full",
        "SRs that are 90 % full or more. Snapshots and coalescing need room; a full SR pauses or "
        "breaks VMs.",
        "not read",
        ("StorageNearlyFull",),
    )
    return tile(about, f"sum(({SHARE}) >= bool 0.9)", COUNT_OF_WARNINGS)


def _shares() -> Panel:
    about = About(
        "Used of each SR",
        "How full each SR is, against its size. Orange from 80 %, red from 90 %. ISO libraries and "
        "removable media are left out.",
        "no SR with a size, or not read",
        ("StorageNearlyFull",),
    )
    return bars(about, "percentunit", Query(NAMED, LEGEND), FULL, 1)


def _history() -> Panel:
    about = About(
        "Used of each SR over time",
        "The same over time. A line that climbs to 100 % tells when; a jump is often a snapshot.",
        "no SR with a size, or not read",
        ("StorageNearlyFull",),
    )
    query = Query(NAMED, LEGEND)
    return series(about, "percentunit", [query], steps=((0, OK), (0.9, WARNING)))


def _table() -> Panel:
    about = About(
        "SRs in bytes",
        "Size, use, and what is promised to virtual disks. Promised above 1 of its size is thin "
        "provisioning: the SR can run full without anybody creating a disk.",
        "no SR with a size, or not read",
        ("StorageNearlyFull",),
    )
    columns: list[Column] = [
        Label("pool", "Pool"),
        Figure("", f"max by ({SR}, name, kind, content) ({of_pool('xenlens_sr_info')})"),
        Label("name", "SR"),
        Label("kind", "Type"),
        Label("content", "Content"),
        Figure("Size", SIZE, "bytes"),
        Figure("Used", USED, "bytes"),
        Figure("Used of size", f"{USED} / {SIZE}", "percentunit", steps=FULL),
        Figure("Promised", PROMISED, "bytes"),
        Figure("Promised of size", f"{PROMISED} / {SIZE}", "percentunit"),
        Label("sr", "UUID"),
    ]
    return table(about, columns, [("Used of size", True)])
