"""`python -m tests.bench [--only NAME] [--markdown]`: measure, and print the table."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from rich.console import Console

from tests.bench import (
    alert_latency,
    control_socket,
    disk_probe,
    fleet,
    growth,
    parsing,
    pool_read,
    probe,
    remediation_load,
    scrape,
    slow_fleet,
    xe_text,
)
from tests.bench.measure import Line, Say
from tests.real import MISSING
from tests.tables import print_table

Subject = Callable[[Say], Awaitable[list[Line]]]
SUBJECTS: dict[str, tuple[Subject, tuple[str, ...]]] = {
    "scrape": (scrape.measure, ("ovs", "openssh")),
    "control_socket": (control_socket.measure, ("ovs", "openssh")),
    "parsing": (parsing.measure, ()),
    "growth": (growth.measure, ()),
    "fleet": (fleet.measure, ()),
    "slow_fleet": (slow_fleet.measure, ()),
    "pool_read": (pool_read.measure, ()),
    "xe_text": (xe_text.measure, ()),
    "probe": (probe.measure, ("ovs",)),
    "disk_probe": (disk_probe.measure, ("fio",)),
    "alert_latency": (alert_latency.measure, ("prometheus",)),
    "remediation_load": (remediation_load.measure, ()),
}
"""What measures each subject, and the real programs it needs."""
HEAD = ("what", "measured", "target", "met", "how")
SIGN = {"<=": "≤", ">=": "≥"}
MET = {None: "", True: "yes", False: "MISSED"}


def bench(
    only: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(SUBJECTS)}; may be repeated.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="A table for a document.")] = False,
) -> None:
    """Measure what xenlens costs. Everything is compared within this run; takes ten minutes."""
    unknown = sorted(set(only or ()) - set(SUBJECTS))
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}; there are {', '.join(SUBJECTS)}")
    rows = [_row(line) for line in asyncio.run(_measure(only or list(SUBJECTS)))]
    print_table(HEAD, rows, markdown=markdown)


async def _measure(names: list[str]) -> list[Line]:
    console = Console(stderr=True)
    lines: list[Line] = []
    with console.status("") as status:
        for name in names:
            measure, programs = SUBJECTS[name]
            reasons = [reason for program in programs if (reason := MISSING[program]())]
            if reasons:
                lines.append(Line(name, None, note=f"not measured: {'; '.join(reasons)}"))
            else:
                lines += await measure(status.update)
    return lines


def _row(line: Line) -> tuple[str, ...]:
    measured = "-" if line.value is None else f"{line.value:.3g} {line.unit}".strip()
    target = (
        "" if line.target is None else f"{SIGN[line.bound]} {line.target:g} {line.unit}".strip()
    )
    return line.what, measured, target, MET[line.met], line.note


if __name__ == "__main__":
    typer.run(bench)
