"""Guards over space: how much may be at work at once, and faults that many share."""

from alerts.remediation.durations import shown
from alerts.remediation.guards.case import Case, Surroundings
from alerts.remediation.records import Refusal

HOUR = 3600.0


async def is_no_storm(case: Case, around: Surroundings) -> None:
    """Where many hosts share a fault its cause is upstream, and healing hosts heals nothing."""
    storm, now = case.playbook.storm, around.clocks.wall()
    sharing = around.history.sharing(case.target.playbook, now - storm.within)
    if sharing > storm.hosts:
        text = f"{sharing} hosts share this fault within {shown(storm.within)}: look upstream"
        raise Refusal("storm", text)


async def caps_are_kept(case: Case, around: Surroundings) -> None:
    """So many runs of all playbooks per host, per pool and per hour."""
    caps, target = case.playbook.caps, case.target
    others = around.history.at_work(besides=case.run)
    in_pool = [other for other in others if other.pool == target.pool]
    on_host = [other for other in in_pool if target.host and other.host == target.host]
    if len(on_host) >= caps.per_host:
        raise Refusal("busy_host", f"{on_host[0].playbook} is at work on {target.host}")
    if len(in_pool) >= caps.per_pool:
        raise Refusal("busy_pool", f"{in_pool[0].playbook} is at work on {in_pool[0]}")
    acts = around.history.acts(around.clocks.wall() - HOUR) + len(others)
    if acts >= caps.per_hour:
        raise Refusal("per_hour", f"{acts} runs acted within an hour, which is the most allowed")
