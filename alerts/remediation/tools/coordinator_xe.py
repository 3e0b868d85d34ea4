"""Questions to XAPI beyond what a pool's reading has, by `xe`."""

from alerts.remediation.records import Unreadable
from alerts.remediation.sight import Sight
from collectors.xapi.xe_failures import failure_of
from collectors.xapi.xe_lists import CLEAN


async def ask_xe(sight: Sight, host: str, *words: str) -> str:
    """What one `xe` command that only reads says on a host, stripped. Raises Unreadable.

    Any host of the pool may be asked: a member's xe is served by the coordinator.
    """
    output = await sight.ask(host, (*CLEAN, "xe", *words))
    failure = failure_of(output, words[0])
    if failure is not None:
        raise Unreadable("xapi", f"{host}: {failure}")
    return output.stdout.strip()
