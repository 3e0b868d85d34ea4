"""Panels of XAPI's path counts beside the real ones."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.about import About
from dashboards.layout import Line
from dashboards.look import OK, WARNING
from dashboards.promql import State, of_host, state_of, with_sr_name
from dashboards.tables import Column, Figure, Label, table

LUN = "pool, host, scsi_id"
COUNTS = "xenlens_pbd_multipath_paths"


def _count(kind: str) -> str:
    counted = of_host(COUNTS, f'kind="{kind}"')
    return f"max by ({LUN}) ({counted})"


def _of_maps(metric: str) -> str:
    """What multipath says of the LUNs of SRs; a LUN is called by its WWID there."""
    named = f'label_replace({of_host(metric)}, "scsi_id", "$1", "wwid", "(.+)")'
    return f"max by ({LUN}) ({named}) and on ({LUN}) xenlens_lun_attachment"


MAXIMUM = _count("maximum")
EXPECTED = _of_maps("xenlens_multipath_paths_expected")
THERE = _of_maps("xenlens_multipath_paths")
VERDICT = (
    State("too low: replug with all paths", WARNING, f"{MAXIMUM} < ({EXPECTED})"),
    State("keeps no count", WARNING, f"({THERE}) unless {MAXIMUM}"),
    State("as it should be", OK, f"{MAXIMUM} >= ({EXPECTED})"),
)


def lines() -> list[Line]:
    """Everything of XAPI's counts."""
    return [Line(8, [_counts()])]


def _counts() -> Panel:
    about = About(
        "XAPI's path counts beside the real ones",
        "What XAPI counts for each LUN of an SR, and what is there. XAPI warns below its maximum "
        "only: a maximum that is too low, as after a replug with a controller out, makes it blind.",
        "no LUN with paths, or not read",
        ("MultipathXapiCountWrong", "MultipathPathsLost"),
    )
    columns: list[Column] = [
        Label("pool", "Pool"),
        Label("host", "Host"),
        Figure("", f"max by ({LUN}, name) ({with_sr_name(of_host(COUNTS))})"),
        Label("name", "SR"),
        Label("scsi_id", "LUN"),
        Figure("XAPI's maximum", MAXIMUM, empty="none"),
        Figure("XAPI's current", _count("current"), empty="none"),
        Figure("There", THERE, empty="not read"),
        Figure("Should be", EXPECTED, empty="not known"),
        Figure("XAPI's maximum is", state_of(LUN, VERDICT), states=VERDICT, empty="not known"),
    ]
    return table(about, columns, [("XAPI's maximum is", False), ("Host", False)])
