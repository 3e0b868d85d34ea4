"""`set-active-member`: makes the best member of an active-backup bond its active one."""

from alerts.remediation.records import Diagnosis, Facts, Mode, Plan, Step, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import NAME, REPEATED, Shape
from alerts.remediation.tools.set_active_checks import check_primary, checked_member
from alerts.remediation.tools.set_active_ovs import OpenVswitch, announces_nothing
from alerts.remediation.tools.set_active_seen import SeenBond, look
from alerts.remediation.tools.set_active_verdict import choose

SECONDS = 10.0
"""What a step may take; Open vSwitch answers in milliseconds."""
MOST_ANNOUNCED = 200
"""MAC addresses that one step announces at most."""
_SET_ACTIVE = ("ovs-appctl", "bond/set-active-slave", NAME, NAME)
_RUNDIR = r"OVS_RUNDIR=(/[A-Za-z0-9_.+-]+)+"
_MAC = "[0-9a-f][02468ace](:[0-9a-f]{2}){5}(/[1-9][0-9]{0,3})?"


class SetActiveMember:
    """Moves a bond off a member behind which the network is dead, and back to the preferred one."""

    name = "set-active-member"
    target = ("pool", "host", "bond")
    most = Mode.AUTO
    by_alert = True
    effects: tuple[Shape, ...] = (
        _SET_ACTIVE,
        ("env", _RUNDIR, *_SET_ACTIVE),
        ("xenlens-announce", NAME, _MAC, REPEATED),
    )

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        """Compare what the members reach. Raises Unreadable, Refusal."""
        seen = await look(target, sight)
        if not seen.expected.destinations:
            text = f"{target} has no destinations, so nothing can be proven: configure some."
            return _unclear(seen, "no_destinations", text)
        if seen.moved:
            return _unclear(seen, "bond_moved", f"{target} moved while it was probed: wait.")
        choice = choose(seen.members)
        facts = seen.facts(choice.best)
        return Diagnosis(choice.verdict, choice.text, facts, choice.reason, seen.evidence())

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        """Set the best member active, and announce it where Open vSwitch does not.

        Raises Refusal, Unreadable.
        """
        bond, previous = target.labels["bond"], found.facts["active"]
        best = checked_member(target, found.facts)
        ovs = OpenVswitch(sight, target.host)
        primary = await ovs.bond_primary(bond)
        check_primary(target, primary, best)
        version = await ovs.version()
        undo = ovs.set_active(bond, previous) if previous else ()
        expected: Facts = {"active": best}
        what = f"Make {best} the active member of {bond}."
        argv = ovs.set_active(bond, best)
        steps = [Step(what, target.host, argv, SECONDS, expected, undo)]
        macs: tuple[str, ...] = ()
        if announces_nothing(version):
            macs = await ovs.local_macs(bond, found.facts["members"])
            steps += _announcement(target.host, best, previous, macs[:MOST_ANNOUNCED])
        evidence = {
            **found.evidence,
            "why": found.text,
            "bond_primary": primary,
            "open_vswitch": f"{version[0]}.{version[1]}",
            "not_announced": list(macs[MOST_ANNOUNCED:]),
        }
        summary = f"Make {best} the active member of {target} instead of {previous or 'none'}."
        return Plan(summary, tuple(steps), expected, evidence, target.host)


def _unclear(seen: SeenBond, reason: str, text: str) -> Diagnosis:
    return Diagnosis("unclear", text, seen.facts(None), reason, seen.evidence())


def _announcement(host: str, best: str, previous: str | None, macs: tuple[str, ...]) -> list[Step]:
    """Nothing to announce is no step. Its undoing tells the switches of the way back."""
    if not macs:
        return []
    argv = ("xenlens-announce", best, *macs)
    undo = ("xenlens-announce", previous, *macs) if previous else ()
    what = f"Announce {len(macs)} MAC addresses of the host through {best}."
    return [Step(what, host, argv, SECONDS, {"active": best}, undo)]
