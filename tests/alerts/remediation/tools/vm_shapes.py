"""What the door to the hosts checks of a plan."""

from alerts.remediation.door import Permit, check_effect
from alerts.remediation.records import Plan, Refusal
from alerts.remediation.tool import Tool


def allowed(tool: Tool, argv: tuple[str, ...]) -> bool:
    """Whether the door lets a command line of a tool through, for a run that somebody approved."""
    try:
        check_effect(Permit(1, "object", tool.effects, "somebody"), argv)
    except Refusal:
        return False
    return True


def assert_allowed(tool: Tool, plan: Plan) -> None:
    """Every step, and every undo, is an effect of the tool."""
    for step in plan.steps:
        assert allowed(tool, step.argv), step.argv
        assert not step.undo or allowed(tool, step.undo), step.undo
