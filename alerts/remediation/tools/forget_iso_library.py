"""forget-iso-library: forget an ISO library that is detached from every host."""

from dataclasses import dataclass

from alerts.remediation.records import Diagnosis, Mode, Plan, Refusal, Step, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import UUID, Shape
from alerts.remediation.tools.storage_library import Library, look_at_library
from alerts.remediation.tools.storage_pool import check_quiet, coordinator
from alerts.remediation.tools.storage_saved import saved
from alerts.remediation.tools.storage_users import check_unused

FORGET_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class ForgetIsoLibrary:
    """The tool. It destroys records, so a person approves every run."""

    name: str = "forget-iso-library"
    target: tuple[str, ...] = ("pool", "sr")
    most: Mode = Mode.APPROVE
    by_alert: bool = False
    effects: tuple[Shape, ...] = (("xe", "sr-forget", f"uuid={UUID}"),)

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        """Whether it is detached and still known; healthy once XAPI knows it no more.

        Raises Unreadable, and Refusal as `look_at_library` does.
        """
        library = await look_at_library(target, sight)
        if library is None:
            facts = {"sr": target.labels["sr"], "known": False}
            return Diagnosis("healthy", f"XAPI knows no SR {target.labels['sr']}.", facts)
        return _diagnosis(library)

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        """`sr-forget` on the coordinator. Raises Refusal and Unreadable."""
        library = await look_at_library(target, sight)
        if library is None:
            raise Refusal("unknown_sr", f"XAPI knows no SR {target.labels['sr']} any more")
        now = _diagnosis(library)
        if now.verdict != "faulty":
            raise Refusal(now.reason, now.text)
        if now.facts != found.facts:
            raise Refusal("changed", f"{library.sr.name} changed meanwhile: look at it again")
        check_quiet(library.pool, library.sr)
        first = coordinator(library.pool)
        kept = await saved(library, first, sight)
        await check_unused(library.pool.state, library.sr, first, sight)
        return _plan(library, first, len(kept["discs"]), {"saved": kept})


def _diagnosis(library: Library) -> Diagnosis:
    if library.detached:
        text = f"{library.sr.name} is detached everywhere, and XAPI still knows it."
        return Diagnosis("faulty", text, library.facts)
    text = f"{library.sr.name} is attached or mounted on a host: detach it first."
    return Diagnosis("unclear", text, library.facts, "still_attached")


def _plan(library: Library, first: str, discs: int, evidence: dict[str, object]) -> Plan:
    """Nothing undoes it: what is introduced again has new PBDs, and its discs new records."""
    name = library.sr.name
    argv = ("xe", "sr-forget", f"uuid={library.sr.uuid}")
    gone = {"known": False}
    step = Step(f"Forget the SR {name}.", first, argv, FORGET_SECONDS, gone)
    summary = (
        f"Forget the ISO library {name}: XAPI loses its records of {discs} discs. Its files "
        "stay on the server, and the commands that introduce it again are kept."
    )
    return Plan(summary, (step,), gone, evidence, first)
