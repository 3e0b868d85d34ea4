"""Reachability: does the network behind the switch of each bond member answer?

`xenlens_host.py probe` sends and hears on the host; here it is decided what to ask, and what the
answers prove.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import floor

from collectors import reachability_doubts as doubts
from collectors import reachability_findings, reachability_metrics
from collectors.bond_state import BondState
from collectors.bonds import Bonds
from collectors.host import DeadlineExceeded, HostError, loop_time
from collectors.inventory import HostInventory, Probing
from collectors.onhost_run import OnHost
from collectors.parsing import ParseError, ToolError
from collectors.reachability_answer import Report, parse_report
from collectors.reachability_layout import Layout, ask_layout
from collectors.reachability_memory import Memory
from collectors.reachability_plan import BondPlan, Target, plan_of, words_of
from collectors.reachability_record import Reach, ReachReading
from collectors.reachability_truth import Question, judge
from collectors.registry import (
    CollectorFailed,
    Look,
    NotPresent,
    Reading,
    Scope,
    collector,
)

LAYOUT_SECONDS = 300.0
"""How long bridges and routes are taken to be as they were, while all members reach everything."""
AROUND = 0.5
"""Seconds of a scrape kept for Python's start on the host and for asking the bond again."""
TO_ANSWER = 0.2
"""Seconds after the last request; a shorter round would call a slow network dead."""


@collector
class Reachability:
    """Probes every member of every bond that has destinations."""

    name = "reachability"
    scope: Scope = "host"
    families = reachability_metrics.FAMILIES
    fill = staticmethod(reachability_metrics.fill)
    findings = staticmethod(reachability_findings.findings)

    def __init__(self) -> None:
        self._bonds = Bonds()
        self._onhost = OnHost()
        self._layout: Layout | None = None
        self._layout_at = 0.0
        self._memory = Memory()

    async def read(self, look: Look) -> ReachReading:
        """One round. Raises HostError, CollectorFailed, NotPresent, ParseError, ToolError."""
        if not any(bond.destinations for bond in look.inventory.bonds.values()):
            raise NotPresent("no destinations configured (bonds: NAME: destinations)")
        before = await self._bonds.read(look)
        kept = self._layout if loop_time() < self._layout_at + LAYOUT_SECONDS else None
        reading = await self._round(look, before, kept or await self._ask_layout(look, before))
        if kept is None or not doubts.is_suspect(reading):
            return reading
        # No bad verdict on old knowledge: the bond may be on another bridge by now.
        try:
            fresh = await self._ask_layout(look, before)
            return reading if fresh == kept else await self._round(look, before, fresh)
        except (HostError, CollectorFailed, ParseError, ToolError) as error:
            return doubts.unproven(reading, error)

    async def _ask_layout(self, look: Look, bonds: Reading[BondState]) -> Layout:
        self._layout = await ask_layout(look, _wanted(bonds.records, look.inventory))
        self._layout_at = loop_time()
        return self._layout

    async def _round(self, look: Look, before: Reading[BondState], layout: Layout) -> ReachReading:
        """Probe between two looks at the bonds: what moved meanwhile was not measured."""
        plans = plan_of(before.records, layout, look.inventory)
        probing = look.inventory.probing
        if any(plan.targets for plan in plans):
            probing = _within(probing, look.deadline - loop_time() - AROUND)
        report = await self._probe(look, plans, probing)
        after = await self._bonds.read(look)
        moved = doubts.moved(before.records, after.records)
        found = [reach for plan in plans for reach in self._of_bond(plan, report, look, moved)]
        wanted = look.inventory.probing.timeout
        reaches = [doubts.too_short(reach, probing.timeout, wanted) for reach in found]
        ways = sorted({row.way for row in report.rows if row.way})
        return ReachReading(
            (*reaches, *doubts.missing(before, look.inventory)),
            f"xenlens_host.py ({', '.join(ways) or 'nothing sent'}); {before.via}",
            before.noise_lines,
            before.damaged,
            report.seconds,
            report.cpu_seconds,
        )

    async def _probe(self, look: Look, plans: tuple[BondPlan, ...], probing: Probing) -> Report:
        if not any(plan.targets for plan in plans):
            return Report((), 0.0, 0.0)
        words = words_of(plans, probing, look.inventory.ovs_rundir, self._memory.hints())
        return parse_report(await self._onhost.run(look, *words))

    def _of_bond(
        self, plan: BondPlan, report: Report, look: Look, moved: set[str]
    ) -> Iterator[Reach]:
        for target in plan.targets:
            verdict = judge(self._question(plan, target, report))
            told = (reach.member for reach in verdict.reaches)
            left_out = doubts.unreported(plan, target.address, told)
            if plan.state.name in moved:
                # Two answers may have come in by one and the same member: nothing is learned.
                yield from map(doubts.unsure, (*verdict.reaches, *left_out))
                continue
            self._memory.take(plan.state.name, target.address, verdict)
            yield from (*verdict.reaches, *left_out)
        yield from doubts.unresolved(plan, look.inventory)

    def _question(self, plan: BondPlan, target: Target, report: Report) -> Question:
        asked = (plan.state.name, target.address)
        rows = [row for row in report.rows if (row.bond, row.destination) == asked]
        known = self._memory.of(*asked)
        return Question(
            {row.member: row for row in rows if not row.is_control},
            {row.member: row for row in rows if row.is_control},
            plan.state.bond.active_member,
            target.mac,
            known.mac,
            known.answered,
        )

    async def close(self) -> None:
        """Let go of the control socket."""
        await self._bonds.close()


def _wanted(states: Iterable[BondState], inventory: HostInventory) -> list[BondState]:
    wanted = {name for name, bond in inventory.bonds.items() if bond.destinations}
    return [state for state in states if state.name in wanted]


def _within(probing: Probing, seconds: float) -> Probing:
    """The same, in what is left of the scrape. Raises DeadlineExceeded."""
    if seconds < (probing.count - 1) * probing.interval + TO_ANSWER:
        raise DeadlineExceeded(f"{max(0.0, seconds):.1f} s are left, too few to probe")
    # In whole tenths: a command that differs each time could not be recognised while it hangs.
    return replace(probing, timeout=min(probing.timeout, floor(seconds * 10) / 10))
