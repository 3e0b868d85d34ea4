"""`crash_child FOLDER TOOL MODE POINT SIGNAL [LEASE]`: heals until a point, signals itself there.

POINT is a state, `STATE:N` for the nth time that a run comes to it, or `after:STEP` for the moment
between an effect and its being written down. LEASE, in seconds, is all that the host gives.
"""

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path

from alerts.remediation.states import State
from tests.alerts.remediation.gated import Bond, Gated, LocalHost


def bond(folder: Path, tool: str) -> Bond:
    """`one`: a step heals it; `two`: it takes two; `sick` and `two sick`: that does not help."""
    return Bond(folder, sick="sick" in tool, two="two" in tool)


async def play(rig: Gated, point: str, number: int) -> None:
    """Deliver one alert, and print how its run ended, if it comes so far."""
    seen: Counter[str] = Counter()

    async def on(run: int, state: State) -> None:
        seen[state] += 1
        if point in (state, f"{state}:{seen[state]}"):
            os.kill(os.getpid(), number)
            await asyncio.sleep(0.1)

    async def after(step: str) -> None:
        if point == f"after:{step.partition('.')[2]}":
            os.kill(os.getpid(), number)
            await asyncio.sleep(0.1)

    rig.on, rig.after_effect = on, after
    async with rig.running():
        await rig.alert()
        row = await rig.row()
        print(row.state, row.reason)


if __name__ == "__main__":
    place, tool, mode, point, name, *lease = sys.argv[1:]
    folder = Path(place)
    rig = Gated(folder, bond(folder, tool), mode=mode)
    rig.machine = LocalHost(folder, float(lease[0]) if lease else None)
    asyncio.run(play(rig, point, signal.Signals[name]))
