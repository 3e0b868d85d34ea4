"""Reachability through bond members as metrics."""

from collectors.metrics import Family, Page
from collectors.reachability_record import Reach, ReachReading
from collectors.registry import View

_LABELS = ("bond", "member", "destination")
REACHABLE = Family(
    "xenlens_bond_member_reachable",
    "1 when the destination answers ARP through this member, 0 when it does not; absent when "
    "unknown.",
    _LABELS,
)
UNKNOWN = Family(
    "xenlens_bond_member_reachability_unknown",
    "1 when it could not be measured whether the destination answers; reason says why.",
    (*_LABELS, "reason"),
)
LOSS = Family(
    "xenlens_bond_member_probe_loss_ratio",
    "Share of the last round's probes that the destination did not answer (raw sockets only).",
    _LABELS,
)
RTT = Family(
    "xenlens_bond_member_probe_rtt_seconds",
    "Median time from probe to answer of the last round (raw sockets only).",
    _LABELS,
)
OTHERS = Family(
    "xenlens_bond_member_probe_other_devices",
    "Devices that answered in the destination's place: proxy ARP or an address used twice.",
    _LABELS,
)
ROUND_SECONDS = Family(
    "xenlens_bond_probe_seconds", "How long the last round of probes took on the host."
)
ROUND_CPU = Family(
    "xenlens_bond_probe_cpu_seconds",
    "CPU time the last round of probes cost on the host, Python's start included.",
)
FAMILIES = (REACHABLE, UNKNOWN, LOSS, RTT, OTHERS, ROUND_SECONDS, ROUND_CPU)


def fill(page: Page, reading: ReachReading, view: View) -> None:
    """Every member and destination; what is unknown has no verdict but a reason."""
    for reach in reading.records:
        _fill_one(page, reach)
    page.add(ROUND_SECONDS, reading.seconds)
    page.add(ROUND_CPU, reading.cpu_seconds)


def _fill_one(page: Page, reach: Reach) -> None:
    labels = {"bond": reach.bond, "member": reach.member, "destination": reach.destination}
    if reach.reachable is None:
        page.add(UNKNOWN, 1, **labels, reason=reach.reason)
    page.add_known(REACHABLE, reach.reachable, **labels)
    page.add_known(LOSS, None if reach.reachable is None else reach.loss, **labels)
    page.add_known(RTT, None if reach.reachable is None else reach.rtt, **labels)
    if reach.sent and reach.reachable is not None:
        page.add(OTHERS, reach.others, **labels)
