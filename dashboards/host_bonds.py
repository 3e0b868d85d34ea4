"""Panels of NIC bonds: which member carries traffic, and what is behind each."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.about import About, Query
from dashboards.layout import Line
from dashboards.look import COUNT_OF_WARNINGS, CRITICAL, IDLE, NOTE, OK, UNKNOWN, WARNING
from dashboards.panels import series, timeline
from dashboards.promql import State, of_host, state_of
from dashboards.tables import Column, Figure, Label, table

BOND = "pool, host, bond"
MEMBER = f"{BOND}, member"
DESTINATION = f"{MEMBER}, destination"
IDLE_PREFERRED = "member:xenlens_bond_member_preferred:idle"
ACTIVE = of_host("xenlens_bond_member_active") + " == 1"
ENABLED = of_host("xenlens_bond_member_enabled")
MEMBER_STATES = (
    State("preferred, but idle", WARNING, of_host(IDLE_PREFERRED)),
    State("no link", CRITICAL, f"{ENABLED} == 0"),
    State("active in its place", WARNING, f"{ACTIVE} and on ({BOND}) {IDLE_PREFERRED}"),
    State("active", OK, ACTIVE),
    State("standby", NOTE, f"{ENABLED} == 1"),
)
UNKNOWN_BEHIND = of_host("xenlens_bond_member_reachability_unknown") + " == 1"
REACHABLE = of_host("xenlens_bond_member_reachable")
BEHIND = (
    State("dead uplink", CRITICAL, of_host("member:xenlens_bond_member_reachable:dead_uplink")),
    State("silent", WARNING, f"{REACHABLE} == 0"),
    State("answers", OK, f"{REACHABLE} == 1"),
    State("cannot be told", UNKNOWN, UNKNOWN_BEHIND),
)
LACP = (
    State("not negotiated", CRITICAL, of_host("xenlens_bond_lacp_negotiated") + " == 0"),
    State("negotiated", OK, of_host("xenlens_bond_lacp_negotiated") + " == 1"),
)
BEHIND_LEGEND = "{{host}} {{bond}} {{member}} → {{destination}}"


def lines() -> list[Line]:
    """Everything of bonds."""
    return [
        Line(9, [_members(), _reachable()]),
        Line(7, [_loss(), _rtt()]),
        Line(7, [_bonds()]),
    ]


def _members() -> Panel:
    about = About(
        "Members of bonds",
        "Which member of each bond is active, which stand by, which have no link. Wrong: a "
        "preferred member that is idle while another is active in its place, and no link.",
        "no bond, or bonds could not be read",
        ("BondWrongActiveMember", "BondMemberDown", "BondDown"),
    )
    return timeline(about, MEMBER, MEMBER_STATES, "{{host}} {{bond}} {{member}}")


def _reachable() -> Panel:
    about = About(
        "What is behind each member",
        "Whether each destination answers through each member. Dead uplink: it is silent here and "
        "answers behind another member, while the link is up. Grey: it could not be measured.",
        "no destination, or nothing could be measured",
        ("BondActiveMemberUnreachable", "BondMemberUnreachable", "BondUnreachable"),
    )
    return timeline(about, DESTINATION, BEHIND, BEHIND_LEGEND)


def _loss() -> Panel:
    about = About(
        "Probes lost",
        "Share of the last round's probes that a destination did not answer. Near 0 is well; 100 % "
        "is a dead way, and something between is a bad cable or an overloaded switch.",
        "no raw-socket probes",
        ("BondMemberUnreachable",),
    )
    expr = f"max by ({DESTINATION}) ({of_host('xenlens_bond_member_probe_loss_ratio')})"
    return series(
        about, "percentunit", [Query(expr, BEHIND_LEGEND)], steps=((0, OK), (0.5, WARNING))
    )


def _rtt() -> Panel:
    about = About(
        "Time to the answer",
        "Median time from probe to answer of the last round. A jump without loss is another way "
        "through the network, or load. Logarithmic.",
        "no raw-socket probes",
    )
    expr = f"max by ({DESTINATION}) ({of_host('xenlens_bond_member_probe_rtt_seconds')})"
    return series(about, "s", [Query(expr, BEHIND_LEGEND)], logarithmic=True)


def _bonds() -> Panel:
    about = About(
        "Bonds",
        "Each bond now. Fewer members than expected: one left the bond and has no state that could "
        "fail. Other devices: something else answers in a destination's place.",
        "no bond, or bonds could not be read",
        ("BondTooFewMembers", "BondLacpNotNegotiated"),
    )
    info = of_host("xenlens_bond_info")
    others = f"max by ({BOND}) ({of_host('xenlens_bond_member_probe_other_devices')})"
    expected = f"max by ({BOND}) ({of_host('xenlens_bond_members_expected')})"
    there = f"max by ({BOND}) ({of_host('xenlens_bond_members')})"
    columns: list[Column] = [
        Label("pool", "Pool"),
        Label("host", "Host"),
        Label("bond", "Bond"),
        Figure("", f"max by ({BOND}, mode, lacp, backend) ({info})"),
        Label("mode", "Mode"),
        Label("lacp", "LACP status"),
        Label("backend", "Back end"),
        Figure("Members", there),
        Figure("Expected", expected, empty="not said"),
        Figure("Missing", f"{expected} - {there}", steps=COUNT_OF_WARNINGS),
        Figure("LACP", state_of(BOND, LACP), states=LACP, empty="not used"),
        Figure("Other devices", others, steps=((0, IDLE), (1, WARNING)), empty="not measured"),
    ]
    return table(about, columns, [("Missing", True), ("Host", False)])
