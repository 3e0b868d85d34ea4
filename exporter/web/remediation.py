"""`/api/v1/remediation`: the runs, and what operators may order, approve and stop."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from alerts.remediation.journal import JournalUnwritable, reading
from alerts.remediation.records import Refusal
from exporter.remediation.remedy import Remedy
from exporter.remediation.shown import run_shown, standing_shown
from exporter.web.tokens import known_by, unauthorized
from exporter.web.webhook import remedy_of

ROOT = "/api/v1/remediation"
MANY, MOST = 100, 1000
"""Runs that are listed where nobody says how many, and at most."""
Deed = Callable[[Remedy, str, int, Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""What an operator, by name, does to a run, by number (0 for none), with the body's fields."""


def routes() -> list[web.RouteDef]:
    """Every path of the API."""
    one = f"{ROOT}/runs/{{number:[0-9]{{1,12}}}}"
    return [
        web.get(ROOT, _explained(_standing)),
        web.get(f"{ROOT}/runs", _explained(_runs)),
        web.get(one, _explained(_run)),
        web.post(f"{ROOT}/runs", _explained(_of_operator(_order))),
        web.post(f"{ROOT}/pause", _explained(_of_operator(_pause))),
        web.post(f"{ROOT}/resume", _explained(_of_operator(_resume))),
        web.post(f"{one}/approve", _explained(_of_operator(_approve))),
        web.post(f"{one}/reject", _explained(_of_operator(_reject))),
        web.post(f"{one}/cancel", _explained(_of_operator(_cancel))),
        web.post(f"{one}/release", _explained(_of_operator(_release))),
    ]


def _explained(handler: Handler) -> Handler:
    """Refusals are 409 with a reason; a journal that cannot be used is 503."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            told = {"reason": refusal.reason, "text": refusal.text}
            return web.json_response(told, status=409)
        except JournalUnwritable as error:
            raise web.HTTPServiceUnavailable(text=f"{error}\n") from error

    return answer


def _operator(request: web.Request) -> str | None:
    remedy = remedy_of(request)
    files = {name: who.token for name, who in remedy.section.operators.items()}
    return known_by(request, files)


def _of_operator(deed: Deed) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        remedy, person = remedy_of(request), _operator(request)
        if person is None:
            if not remedy.section.operators:
                text = "no operators are configured (remediation: operators)\n"
                raise web.HTTPForbidden(text=text)
            raise unauthorized()
        number = int(request.match_info.get("number", "0"))
        return web.json_response(await deed(remedy, person, number, await _fields(request)))

    return handler


async def _fields(request: web.Request) -> Mapping[str, Any]:
    """The body as a JSON object; none is empty. Raises HTTPBadRequest."""
    try:
        found = json.loads(await request.read() or b"{}")
        json.dumps(found, ensure_ascii=False).encode()  # half a character cannot be written down
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise web.HTTPBadRequest(text="a JSON object is expected\n")
    return found


def _text(fields: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise web.HTTPBadRequest(text=f"{name}: text is expected\n")
    return value


def _reader(request: web.Request) -> Remedy:
    """Looking needs a token too, as soon as there is anybody who has one."""
    remedy = remedy_of(request)
    if remedy.section.operators and _operator(request) is None:
        raise unauthorized()
    return remedy


async def _standing(request: web.Request) -> web.Response:
    return web.json_response(standing_shown(_reader(request)))


async def _runs(request: web.Request) -> web.Response:
    remedy = _reader(request)
    limit = _limit(request.query.get("limit", ""))
    open_only = "open" in request.query
    rows = await remedy.journal.read(lambda c: reading.runs_of(c, limit=limit, open_only=open_only))
    return web.json_response({"runs": [row.as_json() for row in rows]})


def _limit(text: str) -> int:
    """How many runs are listed; what is no number is as good as nothing."""
    if not text.isdecimal():
        return MANY
    # Python refuses to read thousands of digits.
    return min(int(text), MOST) if len(text) <= len(str(MOST)) else MOST


async def _run(request: web.Request) -> web.Response:
    number = int(request.match_info["number"])
    remedy = _reader(request)
    shown = await remedy.journal.read(lambda c: run_shown(c, number))
    if shown is None:
        raise web.HTTPNotFound(text=f"there is no run {number}\n")
    return web.json_response(shown)


async def _order(
    remedy: Remedy, person: str, number: int, fields: Mapping[str, Any]
) -> dict[str, Any]:
    labels = fields.get("labels", {})
    if not isinstance(labels, dict) or not all(isinstance(v, str) for v in labels.values()):
        raise web.HTTPBadRequest(text="labels: an object of texts is expected\n")
    dry_run = fields.get("dry_run", False)
    if not isinstance(dry_run, bool):
        raise web.HTTPBadRequest(text="dry_run: true or false is expected\n")
    playbook = _text(fields, "playbook")
    return {"run": await remedy.engine.order(playbook, labels, person, dry_run=dry_run)}


async def _approve(
    remedy: Remedy, person: str, number: int, fields: Mapping[str, Any]
) -> dict[str, Any]:
    await remedy.engine.approve(number, person, _text(fields, "hash"))
    return {"run": number}


async def _reject(
    remedy: Remedy, person: str, number: int, fields: Mapping[str, Any]
) -> dict[str, Any]:
    await remedy.engine.reject(number, person, _text(fields, "why", ""))
    return {"run": number}


async def _cancel(
    remedy: Remedy, person: str, number: int, fields: Mapping[str, Any]
) -> dict[str, Any]:
    remedy.engine.cancel(number, f"cancelled by {person}")
    return {"run": number}


async def _release(
    remedy: Remedy, person: str, number: int, fields: Mapping[str, Any]
) -> dict[str, Any]:
    return {"run": number, "released": await remedy.engine.release(number, person)}


async def _pause(
    remedy: Remedy, person: str, number: int, fields: Mapping[str, Any]
) -> dict[str, Any]:
    await remedy.engine.pause(person, _text(fields, "why", ""))
    return {"paused": remedy.engine.parts.around.paused}


async def _resume(
    remedy: Remedy, person: str, number: int, fields: Mapping[str, Any]
) -> dict[str, Any]:
    await remedy.engine.resume(person)
    return {"paused": ""}
