"""The chassis as a web page: a drawing, a button for every fault, and the state as JSON."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import groupby

import jinja2
from aiohttp import web

from exporter.demo.faults import Fault, UnknownFault
from exporter.demo.model import Model
from exporter.demo.picture import picture
from exporter.demo.server import ADDRESS, CannotListen
from exporter.demo.state import state_of

_MODEL = web.AppKey("model", Model)
_EXPORTER = web.AppKey("exporter", str)
_TEMPLATES = web.AppKey("templates", jinja2.Environment)


def make_control_app(model: Model, exporter: str = "") -> web.Application:
    """`/`, `/picture`, `/state` and `POST /faults/OBJECT/STATE`; `exporter` is a link's target."""
    app = web.Application()
    app[_MODEL] = model
    app[_EXPORTER] = exporter
    app[_TEMPLATES] = jinja2.Environment(
        loader=jinja2.PackageLoader("exporter.demo"), autoescape=True
    )
    app.router.add_get("/", _page)
    app.router.add_get("/picture", _picture)
    app.router.add_get("/state", _state)
    app.router.add_post("/faults/{object}/{state}", _fault)
    return app


@asynccontextmanager
async def control_server(model: Model, port: int, exporter: str = "") -> AsyncIterator[str]:
    """Serve the page on loopback while the block runs; gives its URL. Raises CannotListen."""
    runner = web.AppRunner(make_control_app(model, exporter), access_log=None)
    try:
        await runner.setup()
        await _listen(runner, port)
        yield f"http://{ADDRESS}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, ADDRESS, port).start()
    except OSError as error:
        raise CannotListen(ADDRESS, port, error) from error


def _rendered(app: web.Application, template: str, **values: object) -> web.Response:
    page = app[_TEMPLATES].get_template(template)
    text = page.render(picture=picture(app[_MODEL].chassis), **values)
    return web.Response(text=text, content_type="text/html")


async def _page(request: web.Request) -> web.Response:
    app = request.app
    faults = app[_MODEL].chassis.faults().items()
    objects = [(name, list(group)) for name, group in groupby(faults, lambda f: f[0].object)]
    base = f"{request.scheme}://{request.host}"
    return _rendered(app, "control.html", objects=objects, base=base, exporter=app[_EXPORTER])


async def _picture(request: web.Request) -> web.Response:
    return _rendered(request.app, "chassis.svg")


async def _state(request: web.Request) -> web.Response:
    model = request.app[_MODEL]
    return web.json_response(state_of(model.chassis, model.clock()))


async def _fault(request: web.Request) -> web.Response:
    model = request.app[_MODEL]
    fault = Fault(request.match_info["object"], request.match_info["state"])
    try:
        model.apply(fault)
    except UnknownFault as error:
        known = ", ".join(sorted(str(known) for known in model.chassis.faults()))
        raise web.HTTPNotFound(text=f"{error}; there are: {known}\n") from error
    if "text/html" in request.headers.get("Accept", ""):
        raise web.HTTPSeeOther("/")
    what = model.chassis.faults()[fault]
    return web.Response(text=f"{fault}: {what}\n")
