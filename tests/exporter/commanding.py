"""`xenlens remediation` as a test gives commands: real HTTP, a real engine, a made-up bond."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from typer.testing import CliRunner, Result

from alerts.remediation.records import Mode
from exporter.cli import app
from tests.alerts.remediation.rig import TOOL, Bonds
from tests.exporter.remedied import TOKENS, Remedied, remedied

BOND = ("--host", "xs1", "--bond", "bond0")
RUN = ("run", TOOL, *BOND)
GONE = "http://127.0.0.1:1"
NO_TOKEN: dict[str, str | None] = {"XENLENS_TOKEN": None, "XENLENS_CONFIG": None}


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Remedied]:
    """An exporter that runs, and whose configuration says where."""
    async with remedied(folder) as rig, rig.serving():
        listens_at(rig, rig.client.port)
        yield rig


def listens_at(rig: Remedied, port: int | None) -> None:
    """Write down where the exporter listens, or would."""
    text = rig.config.read_text() if rig.config.exists() else rig.write_config().read_text()
    rig.config.write_text(f"listen: 127.0.0.1:{port}\n{text}")


async def xenlens(
    rig: Remedied, *words: str, stdin: str = "", env: dict[str, str | None] = NO_TOKEN
) -> Result:
    """What the program says; no secret may ever be in it."""
    argv = ["remediation", *words, "--config", str(rig.config)]
    done = await asyncio.to_thread(CliRunner().invoke, app, argv, input=stdin, env=env)
    assert not any(token in done.output for token in TOKENS.values())
    return done


def only_a_person_decides(rig: Remedied) -> None:
    """The tool may lose data: its plan is shown before anything is done."""
    parts = rig.engine.parts
    parts.tools = {**parts.tools, TOOL: replace(Bonds(rig.world), most=Mode.APPROVE)}


async def state_of(rig: Remedied, number: int = 1) -> str:
    """How a run stands."""
    return str(json.loads(await rig.get(f"/api/v1/remediation/runs/{number}"))["state"])
