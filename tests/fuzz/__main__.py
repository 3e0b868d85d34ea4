"""`python -m tests.fuzz [--runs N] [--only SUBJECT]`: every reader under atheris, one by one."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from tests.fuzz.subjects import subjects
from tests.tables import print_table

FEWER = {"configuration": 0.1}
"""A share of the runs of others: PyYAML reads in Python, letter by letter."""
HEAD = ("subject", "runs", "refused", "a second of CPU", "crashes", "slowest")


def fuzz(
    runs: Annotated[int, typer.Option(min=100, help="Inputs, all subjects together.")] = 1_000_000,
    only: Annotated[list[str] | None, typer.Option(help="A subject; may be repeated.")] = None,
    seed: Annotated[int, typer.Option(min=1, help="Of the chance.")] = 1,
    keep: Annotated[Path, typer.Option(help="A folder for what is found.")] = Path("build/fuzz"),
    markdown: Annotated[bool, typer.Option("--markdown", help="A table for a document.")] = False,
) -> None:
    """Read damaged inputs, and exit 1 where any raises what is not declared."""
    names = only or list(subjects())
    if unknown := sorted(set(names) - set(subjects())):
        raise typer.BadParameter(f"{', '.join(unknown)}; there are {', '.join(subjects())}")
    keep.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    found = asyncio.run(_all(_shares(names, runs), seed, keep))
    print_table(HEAD, [_row(each) for each in found], markdown=markdown)
    done, crashed = (
        sum(each["runs"] for each in found),
        [f"{each['subject']}: {what}" for each in found for what in each["crashes"]],
    )
    typer.echo(f"{done} inputs, {len(crashed)} kinds of crashes; what was found is in {keep}")
    for line in crashed:
        typer.echo(f"  {line}")
    raise typer.Exit(1 if crashed else 0)


def _shares(names: list[str], runs: int) -> dict[str, int]:
    """How many runs of each; together at least `runs`."""
    weights = {name: FEWER.get(name, 1.0) for name in names}
    return {name: -int(-runs * weight // sum(weights.values())) for name, weight in weights.items()}


async def _all(shares: dict[str, int], seed: int, keep: Path) -> list[dict[str, Any]]:
    console, found = Console(stderr=True), []
    for name, runs in shares.items():
        one = await _one(name, runs, seed, keep)
        console.print(
            f"{name}: {one['runs']} runs, crashes: {one['crashes'] or 'none'}", highlight=False
        )
        found.append(one)
    return found


async def _one(name: str, runs: int, seed: int, keep: Path) -> dict[str, Any]:
    argv = ("-m", "tests.fuzz.harness", name, "--runs", str(runs), "--seed", str(seed))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *argv, "--keep", str(keep.resolve())),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=os.getcwd(),
    )
    try:
        out, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    lines = out.decode().splitlines()
    if process.returncode or not lines:
        said = errors.decode(errors="replace").strip().splitlines()[-1:]
        ended = f"ended with {process.returncode}: {' '.join(said)}"
        return {"subject": name, "runs": 0, "refused": 0, "crashes": {ended: 1}, "slowest": 0.0}
    result: dict[str, Any] = json.loads(lines[-1])
    return result


def _row(found: dict[str, Any]) -> tuple[str, ...]:
    seconds = found.get("seconds")
    return (
        found["subject"],
        f"{found['runs']:,}",
        f"{found['refused']:,}",
        f"{found['runs'] / seconds:,.0f}" if seconds else "-",
        str(sum(found["crashes"].values())),
        f"{found['slowest'] * 1000:.0f} ms, {found.get('slowest_bytes', 0)} bytes",
    )


if __name__ == "__main__":
    typer.run(fuzz)
