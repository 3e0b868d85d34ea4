"""What is never done, what only people may do, and what no playbook may run at all."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation import never
from alerts.remediation.door import Permit, check_effect
from alerts.remediation.records import Diagnosis, Plan, Refusal, Step, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import REPEATED, Shape
from alerts.remediation.tools import tools
from tests.alerts.remediation.rig import TOOL, Bonds, Rig, World

ANY: tuple[Shape, ...] = ((".*", ".*", REPEATED),)
"""A tool that would let everything pass."""
FORBIDDEN = [
    ("xe", "pool-emergency-transition-to-master"),
    ("/opt/xensource/bin/xe", "sr-destroy", "uuid=1"),
    ("/usr/bin/ovs-appctl", "bond/disable-slave", "bond0", "eth0"),
    ("xe", "vdi-forget", "uuid=1"),
]
GUARDED = [
    ("xe", "sr-forget", "uuid=1"),
    ("xe", "vm-reset-powerstate", "uuid=1", "force=true"),
    ("/usr/sbin/xl", "destroy", "7"),
    ("/usr/lib64/xen/bin/destroy_domain", "7"),
]


def reason(argv: tuple[str, ...], person: str, effects: tuple[Shape, ...] = ANY) -> str:
    """Why the door refuses a command line; empty where it does not."""
    try:
        check_effect(Permit(1, "object", effects, person), argv)
    except Refusal as refusal:
        return refusal.reason
    return ""


@pytest.mark.parametrize("word", sorted(never.NEVER))
@pytest.mark.parametrize("person", ["", "anna"])
def test_no_word_of_the_list_passes_for_anybody(word: str, person: str) -> None:
    assert reason(("xe", word), person) == "never"
    assert reason((f"/usr/bin/{word}", "x"), person) == ("never" if "/" not in word else "")


@pytest.mark.parametrize("word", sorted(never.BY_A_PERSON))
def test_what_a_person_must_have_asked_for_passes_for_a_person_only(word: str) -> None:
    assert reason(("xe", word), "") == "person_only"
    assert not reason(("xe", word), "anna")


@pytest.mark.parametrize(
    "argv",
    [
        ("set", "bond0"),
        ("set", "bond0", "eth1", "eth2"),
        ("set", "bond0", "eth1; reboot"),
        ("set", "bond0", "--help"),
        ("set", "bond0", "eth1\n"),
        ("set", "bond0", ""),
        ("/usr/bin/set", "bond0", "eth1"),
    ],
)
def test_what_does_not_fit_a_shape_word_by_word_is_refused(argv: tuple[str, ...]) -> None:
    assert reason(argv, "anna", tuple(Bonds(World()).effects)) == "unknown_effect"


@dataclass
class Wild(Bonds):
    """A tool whose plan has command lines of the test's own."""

    argv: tuple[str, ...] = ("set", "bond0", "eth1")
    undo: tuple[str, ...] = ()

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        step = Step("Do it.", target.host, self.argv, 5.0, {"active": "eth1"}, self.undo)
        return Plan("Do it.", (step,), {"active": "eth1"}, self.evidence, target.host)


async def ended(folder: Path, person: str = "", **plan: Any) -> tuple[Rig, tuple[str, str]]:
    """What becomes of such a plan, of an alert or of a person's order."""
    rig = Rig(folder)
    rig.tool = Wild(rig.world, **plan)
    async with rig.running():
        if person:
            labels = {"pool": "modular", "host": "xs1", "bond": "bond0"}
            await rig.engine.order(TOOL, labels, person, dry_run=False)
            await rig.engine.idle()
        else:
            await rig.alert()
        return rig, await rig.outcome()


@pytest.mark.parametrize("argv", FORBIDDEN)
@pytest.mark.parametrize("person", ["", "anna"])
@pytest.mark.parametrize("where", ["argv", "undo"])
async def test_a_plan_with_a_forbidden_command_is_refused_before_it_is_armed(
    tmp_path: Path, argv: tuple[str, ...], person: str, where: str
) -> None:
    plan: dict[str, Any] = {where: argv}
    rig, outcome = await ended(tmp_path, person, effects=(*ANY,), **plan)
    assert outcome == ("REFUSED", "never")
    assert "PLANNED" not in rig.states()
    assert not rig.world.effects


@pytest.mark.parametrize("argv", GUARDED)
@pytest.mark.parametrize("where", ["argv", "undo"])
async def test_what_needs_a_person_is_refused_before_an_automaton_is_armed(
    tmp_path: Path, argv: tuple[str, ...], where: str
) -> None:
    plan: dict[str, Any] = {where: argv}
    rig, outcome = await ended(tmp_path, effects=(*ANY,), **plan)
    assert outcome == ("REFUSED", "person_only")
    assert "ARMED" not in rig.states()
    assert not rig.world.effects


async def test_what_needs_a_person_is_done_where_a_person_ordered_it(tmp_path: Path) -> None:
    argv = ("xe", "sr-forget", "eth1")
    rig, outcome = await ended(tmp_path, "anna", effects=(*ANY,), argv=argv)
    assert outcome == ("FIXED", "")
    assert rig.world.effects == [("xs1", argv)]


@pytest.mark.parametrize("where", ["argv", "undo"])
async def test_a_plan_that_its_tool_may_not_carry_out_is_refused_before_it_is_armed(
    tmp_path: Path, where: str
) -> None:
    plan: dict[str, Any] = {where: ("reboot", "-f", "now")}
    rig, outcome = await ended(tmp_path, **plan)
    assert outcome == ("REFUSED", "unknown_effect")
    assert "PLANNED" not in rig.states()
    assert not rig.world.effects


@pytest.mark.parametrize("name", sorted(tools()))
def test_no_tool_has_a_forbidden_command_among_its_effects(name: str) -> None:
    words = {word for shape in tools()[name].effects for word in shape}
    assert not words & never.NEVER
