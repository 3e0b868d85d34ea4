"""What must be true before a bond's active member is changed; each has a refusal of its own."""

from collections.abc import Iterator

from alerts.remediation.records import Facts, Refusal, Target

_NO_LACP = (None, "off")


def checked_member(target: Target, facts: Facts) -> str:
    """The member to make active. Raises Refusal for the first precondition that is not proven."""
    best = facts.get("best")
    for refusal in _of_bond(target, facts):
        raise refusal
    if best is None or best == facts["active"]:
        text = f"no member of {target} is known to serve better than the active one: leave it"
        raise Refusal("no_better_member", text)
    for refusal in _of_member(target, facts, best):
        raise refusal
    return str(best)


def _of_bond(target: Target, facts: Facts) -> Iterator[Refusal]:
    mode, lacp = facts["mode"], facts["lacp"]
    if facts["backend"] != "openvswitch":
        text = f"{target} is a Linux bond, which this playbook does not move: see the runbook"
        yield Refusal("linux_bond", text)
    if mode != "active-backup":
        text = f"the mode of {target} is {mode}, and only active-backup has one active member"
        yield Refusal("not_active_backup", text)
    if lacp not in _NO_LACP:
        text = f"{target} uses LACP ({lacp}), which chooses members by itself: look at its partner"
        yield Refusal("lacp", text)


def _of_member(target: Target, facts: Facts, best: str) -> Iterator[Refusal]:
    state = facts["members"].get(best, {})
    if state.get("enabled") is not True or state.get("may_enable") is False:
        text = f"{best} of {target} is not enabled: look at its link, 31 s after it came back"
        yield Refusal("target_disabled", text)
    active, ways = facts["active"], facts["reachable"]
    other = ways.get(best, {})
    own = ways.get(active, {}) if active else dict.fromkeys(other, False)
    lost = [name for name, reachable in own.items() if reachable and other.get(name) is False]
    if lost:
        text = f"{best} of {target} does not reach {', '.join(lost)}, which {active} does"
        yield Refusal("target_loses", text)
    counts = (name for name in {**own, **other} if own.get(name) is not False)
    unproven = sorted(name for name in counts if other.get(name) is not True)
    if unproven or True not in other.values():
        missing = ", ".join(unproven) or "anything"
        text = f"it is not proven that {best} of {target} reaches {missing}: `xenlens check` it"
        yield Refusal("target_unproven", text)


def check_primary(target: Target, primary: str, best: str) -> None:
    """Raises Refusal where Open vSwitch would take the change back at once (2.14 and later)."""
    if primary not in ("", best):
        text = (
            f"bond-primary of {target} is {primary}, which takes {best} back at once: "
            f"`ovs-vsctl remove Port {target.labels['bond']} other_config bond-primary`"
        )
        raise Refusal("bond_primary_set", text)
