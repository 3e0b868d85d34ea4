"""`/evidence?target=…`: what was asked, what was heard and what became of it."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from collectors.host import Output
from exporter.config import PoolTarget, Target
from exporter.evidence import KEEP_CHARACTERS, redacted
from exporter.outcome import Outcome
from exporter.render import render_now
from exporter.web.keys import SERVICE

SHOWN_RECORDS = 50
"""On the page for people; `format=json` has them all."""
TITLE_CHARACTERS = 100
"""Of a command in the title of its step; all of it stands inside."""


async def page(request: web.Request) -> web.Response:
    """The kept runs of one target, newest first, as a page or with `format=json`.

    Made in a thread: the records of 1,000 maps take longer than other scrapes should wait.
    """
    fleet = request.app[SERVICE].fleet
    if "target" not in request.query:
        raise web.HTTPBadRequest(text="say which: /evidence?target=NAME; / lists them\n")
    watch = fleet.watch(request.query["target"])
    chosen = request.query.get("collector")
    if chosen is not None:
        watch.choose([chosen])
    runs = watch.evidence.runs(chosen)
    if request.query.get("format") == "json":
        text = await asyncio.to_thread(_as_json, watch.target.name, runs)
        return web.Response(text=text, content_type="application/json")
    text = await asyncio.to_thread(_as_html, request, watch.target, chosen, runs)
    return web.Response(text=text, content_type="text/html")


def _as_json(target: str, runs: Iterable[Outcome]) -> str:
    return json.dumps({"target": target, "runs": [as_record(run) for run in runs]})


def _as_html(
    request: web.Request, target: Target | PoolTarget, chosen: str | None, runs: Iterable[Outcome]
) -> str:
    context = {
        "target": target,
        "collector": chosen,
        "runs": [as_record(run) for run in runs],
        "most_records": SHOWN_RECORDS,
        "title_characters": TITLE_CHARACTERS,
    }
    return aiohttp_jinja2.render_string("evidence.html", request, context)


def as_record(outcome: Outcome) -> dict[str, Any]:
    """One run as plain data."""
    reading = outcome.reading
    return {
        "collector": outcome.collector,
        "time": datetime.fromtimestamp(outcome.at, UTC).isoformat(timespec="milliseconds"),
        "seconds": round(outcome.seconds, 4),
        "success": outcome.success,
        "present": outcome.present,
        "reason": outcome.reason,
        "message": outcome.message,
        "via": reading.via if reading else None,
        "findings": [asdict(finding) for finding in outcome.findings],
        "commands": [_command(output) for output in outcome.outputs],
        "records": [asdict(record) for record in reading.records] if reading else [],
        "metrics": render_now(outcome.metrics).body.decode(),
    }


def _command(output: Output) -> dict[str, Any]:
    return {
        "argv": redacted(output.argv),
        "exit_status": output.exit_status,
        "seconds": round(output.seconds, 4),
        "failure": output.failure,
        "stdout": output.stdout[:KEEP_CHARACTERS],
        "stderr": output.stderr[:KEEP_CHARACTERS],
        "truncated": max(len(output.stdout), len(output.stderr)) > KEEP_CHARACTERS,
    }
