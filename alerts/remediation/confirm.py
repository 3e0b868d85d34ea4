"""Several live reads in a row that agree: what changes in between is left alone."""

import asyncio

from alerts.remediation.playbook import Confirm
from alerts.remediation.records import Diagnosis, Refusal, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import Tool


async def confirmed(tool: Tool, target: Target, confirm: Confirm, sight: Sight) -> Diagnosis:
    """The last of the reads. A healthy one ends them. Raises Refusal, also where two differ."""
    first: Diagnosis | None = None
    for number in range(confirm.reads):
        if number:
            await asyncio.sleep(confirm.interval)
        found = await tool.diagnose(target, sight)
        if found.verdict == "healthy":
            return found
        if found.verdict == "unclear":
            raise Refusal(found.reason or "unclear", found.text, found.evidence)
        if first is not None and found.facts != first.facts:
            changed = sorted(_differing(first, found))
            text = f"it changed between two reads ({', '.join(changed)}): left to settle"
            raise Refusal("changing", text)
        first = found
    return found


def _differing(before: Diagnosis, after: Diagnosis) -> set[str]:
    names = {*before.facts, *after.facts}
    return {name for name in names if before.facts.get(name) != after.facts.get(name)}
