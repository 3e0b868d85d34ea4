"""Storage: where SRs and LUNs are attached, what serves them, how full they are."""

from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

from dashboards import storage_paths, storage_servers, storage_space
from dashboards.about import About
from dashboards.layout import Line, Section
from dashboards.look import COUNT_OF_WARNINGS, CRITICAL, OK, UNKNOWN, WARNING, Word
from dashboards.page import page, runs
from dashboards.panels import tile, timeline
from dashboards.promql import State, of_host, of_pool, state_of, with_sr_id, with_sr_name
from dashboards.tables import Label, matrix

SR = "xenlens_sr_attachment"
LUN = "xenlens_lun_attachment"
CELLS: dict[str, Word] = {
    "attached": ("attached", OK),
    "unplugged": ("unplugged", WARNING),
    "missing": ("missing", CRITICAL),
    "unknown": ("unknown", UNKNOWN),
}
POOL_DATA = of_pool("xenlens_collector_success", 'collector="storage"')
READ = (
    State("not read", CRITICAL, f"{POOL_DATA} == 0"),
    State("read", OK, f"{POOL_DATA} == 1"),
)


def storage() -> Dashboard:
    """The dashboard of SRs, LUNs and their servers."""
    tiles = [_read(), _off("SRs", SR, "sr"), _off("LUNs", LUN, "scsi_id")]
    tiles += [*storage_servers.tiles(), storage_space.full_tile()]
    first = [
        Line(4, tiles),
        Line(9, [_srs(), _luns()]),
        Line(7, [_srs_since(), _luns_since()]),
    ]
    sections = [
        Section("", first),
        Section("Servers behind SRs", storage_servers.lines()),
        Section("Space", storage_space.lines()),
        Section("Paths, as XAPI counts them", storage_paths.lines()),
    ]
    what = "Where SRs and LUNs are attached, which servers answer, how full SRs are."
    return page("storage", what, sections, annotations=[runs()])


def _read() -> Panel:
    about = About(
        "Storage of the pools",
        "Whether XAPI gave the storage data of every chosen pool. Not read: no SR and no LUN below "
        "is known, so nothing there can be wrong or right.",
        "nothing watched",
        ("PoolCoordinatorLost", "XenlensCollectorFailing"),
    )
    return tile(about, state_of("", READ), states=READ)


def _off(what: str, metric: str, label: str) -> Panel:
    about = About(
        f"{what} not attached",
        f"Pairs of {what} and hosts that are unplugged or missing. Anything but 0: a VM cannot run "
        "on that host, or not move there.",
        "not read",
        ("PbdUnplugged", "PbdMissing"),
    )
    off = of_host(metric, 'state=~"unplugged|missing"')
    return tile(about, f"sum(max by (pool, host, {label}, state) ({off}))", COUNT_OF_WARNINGS)


def _srs() -> Panel:
    about = About(
        "SRs on hosts",
        "Each SR against each host. Unplugged: its PBD is not attached; missing: there is none; "
        "unknown: the host does not answer. A dash: the SR belongs to another host alone.",
        "no SR, or not read",
        ("PbdUnplugged", "PbdMissing"),
    )
    named = with_sr_name(f"max by (pool, host, sr, state) ({of_host(SR)} == 1)")
    expr = f'label_join({with_sr_id(named)}, "row", " ", "pool", "name", "id")'
    return matrix(about, expr, Label("row", "SR"), "host", "state", CELLS)


def _luns() -> Panel:
    about = About(
        "LUNs on hosts",
        "Each LUN of a shared SR against each host. Missing: no PBD, or the host has no multipath "
        "map of it though its PBD is attached; unknown: the host does not answer.",
        "no LUN, or not read",
        ("PbdMissing", "MultipathMapMissing"),
    )
    there = f"max by (pool, host, scsi_id, state) ({of_host(LUN)} == 1)"
    expr = f'label_join({there}, "row", " ", "pool", "scsi_id")'
    return matrix(about, expr, Label("row", "LUN"), "host", "state", CELLS)


def _since(metric: str) -> list[State]:
    """Only what is not attached: the rest would hide it."""
    return [
        State(text, colour, of_host(metric, f'state="{state}"') + " == 1")
        for state, (text, colour) in CELLS.items()
        if state != "attached"
    ]


def _srs_since() -> Panel:
    about = About(
        "SRs not attached, since when",
        "SRs that were not attached somewhere. Where a bar is, it was so; what is attached has "
        "none.",
        "every SR is attached, or not read",
        ("PbdUnplugged", "PbdMissing"),
    )
    states = [
        State(state.word, state.colour, with_sr_name(f"({state.expr})")) for state in _since(SR)
    ]
    return timeline(about, "pool, host, name, sr", states, "{{host}} {{name}}", absent="")


def _luns_since() -> Panel:
    about = About(
        "LUNs not attached, since when",
        "LUNs that were not attached somewhere. Where a bar is, it was so; what is attached has "
        "none.",
        "every LUN is attached, or not read",
        ("PbdMissing", "MultipathMapMissing"),
    )
    return timeline(about, "pool, host, scsi_id", _since(LUN), "{{host}} {{scsi_id}}", absent="")
