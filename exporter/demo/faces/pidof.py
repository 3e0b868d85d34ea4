"""The command `pidof`: of the programs asked for, only multipathd runs for longer than a moment."""

from collections.abc import Sequence

from exporter.demo.command import Result
from exporter.demo.faces.multipathd import DAEMON_PID


def pidof(argv: Sequence[str]) -> Result:
    """The ids of running programs, and status 1 where there are none."""
    names = [word for word in argv[1:] if not word.startswith("-")]
    return Result(f"{DAEMON_PID}\n") if "multipathd" in names else Result(status=1)
