"""The aiohttp application: which path answers what."""

import json
from importlib.resources import files

import aiohttp_jinja2
import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler

from exporter.config import ConfigError, UnknownTarget
from exporter.render import Rendered, render
from exporter.runbooks import UnknownRunbook
from exporter.service import Service
from exporter.version import VERSION
from exporter.watch import UnknownCollector
from exporter.web import disks, evidence, landing, remediation, runbooks, webhook
from exporter.web.keys import SERVICE
from exporter.web.security import MIDDLEWARES, add_headers

TIMEOUT_HEADER = "X-Prometheus-Scrape-Timeout-Seconds"
OFFSET_SHARE = 0.1
"""At most this share of a short timeout is kept back, so that scrapes every second work."""
LONGEST_TIMEOUT = 120.0
"""Seconds. A command that hangs is given up at its scrape's deadline, however long one asks for."""

TO_THE_END = frozenset({"/metrics", "/-/healthy", "/-/ready"})
ENDING = "xenlens is ending\n"


class BadTimeout(ValueError):
    """The scrape timeout in a request's header is not a positive number of seconds."""


def make_app(service: Service) -> web.Application:
    """The application around a running service. Does not own the service."""
    app = web.Application(middlewares=[*MIDDLEWARES, ending, refusals])
    app.on_response_prepare.append(add_headers)
    app[SERVICE] = service
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(str(files("exporter.web") / "templates")),
    )
    environment.globals["version"] = VERSION
    app.add_routes(
        [
            web.get("/", landing.page),
            web.get("/metrics", metrics),
            web.get("/probe", probe),
            web.get("/sd", service_discovery),
            web.get("/evidence", evidence.page),
            web.get("/disks", disks.page),
            web.get("/runbooks", runbooks.index),
            web.get("/runbooks/", runbooks.index),
            web.get("/runbooks/{alert}", runbooks.page),
            web.get("/-/healthy", healthy),
            web.get("/-/ready", ready),
            web.post("/-/reload", reload),
            web.post(webhook.PATH, webhook.webhook),
            *remediation.routes(),
        ]
    )
    return app


@web.middleware
async def ending(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Take nothing new once xenlens is told to end, but for TO_THE_END."""
    service = request.app[SERVICE]
    if request.path in TO_THE_END:
        return await handler(request)
    if service.ending:
        raise web.HTTPServiceUnavailable(text=ENDING)
    with service.requests.one():
        return await handler(request)


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what the caller got wrong into one line that says what is allowed."""
    try:
        return await handler(request)
    except (UnknownTarget, UnknownRunbook) as error:
        raise web.HTTPNotFound(text=f"{error}\n") from error
    except (UnknownCollector, BadTimeout) as error:
        raise web.HTTPBadRequest(text=f"{error}\n") from error


async def probe(request: web.Request) -> web.Response:
    """`/probe?target=NAME[&collector=…]`: one look at one host, or at a pool as `pool:NAME`."""
    service = request.app[SERVICE]
    if "target" not in request.query:
        raise web.HTTPBadRequest(
            text="say which host or pool: /probe?target=NAME; /sd lists them\n"
        )
    watch = service.fleet.watch(request.query["target"])
    names = [n for value in request.query.getall("collector", []) for n in value.split(",")]
    with service.own.probe_seconds.time():
        scrape = await watch.scrape(names, budget_of(request, service))
        rendered = await render(scrape.metrics, *_wanted(request))
    service.note(watch, scrape)
    return _response(rendered)


def budget_of(request: web.Request, service: Service) -> float:
    """Seconds this probe may take: Prometheus' own timeout less a little. Raises BadTimeout."""
    header = request.headers.get(TIMEOUT_HEADER)
    if header is None:
        return service.configuration.scrape.timeout
    try:
        timeout = float(header)
    except ValueError:
        timeout = 0.0
    if not 0 < timeout < float("inf"):
        raise BadTimeout(f"{TIMEOUT_HEADER}: {header!r}: seconds greater than 0 expected")
    scrape = service.configuration.scrape
    timeout = min(timeout, max(LONGEST_TIMEOUT, scrape.timeout))
    return timeout - min(scrape.timeout_offset, timeout * OFFSET_SHARE)


async def metrics(request: web.Request) -> web.Response:
    """`/metrics`: the exporter's own."""
    own = request.app[SERVICE].own
    return _response(await render(own.metrics(request.app[SERVICE].remedy), *_wanted(request)))


async def service_discovery(request: web.Request) -> web.Response:
    """`/sd`: every target, for Prometheus' http_sd_configs."""
    groups = [
        {
            "targets": [request.host],
            "labels": {
                "__metrics_path__": "/probe",
                "__param_target": watch.target.name,
                "instance": watch.target.name,
            },
        }
        for watch in request.app[SERVICE].fleet.watches()
    ]
    return web.json_response(groups, dumps=lambda value: json.dumps(value, indent=1))


async def healthy(request: web.Request) -> web.Response:
    """`/-/healthy`: the process serves."""
    return web.Response(text="xenlens is healthy\n")


async def ready(request: web.Request) -> web.Response:
    """`/-/ready`: the inventory is loaded and can be probed."""
    service = request.app[SERVICE]
    if service.ending:
        raise web.HTTPServiceUnavailable(text=ENDING)
    if service.remediates and not (service.remedy and service.remedy.ready):
        text = "xenlens is not ready: it looks at the runs that were open when it ended\n"
        raise web.HTTPServiceUnavailable(text=text)
    hosts = len(service.fleet.hosts())
    return web.Response(text=f"xenlens is ready, hosts in the inventory: {hosts}\n")


async def reload(request: web.Request) -> web.Response:
    """`/-/reload`: read the configuration file again; an invalid one changes nothing."""
    try:
        await request.app[SERVICE].reload()
    except ConfigError as error:
        raise web.HTTPUnprocessableEntity(text=f"{error}\n") from error
    return web.Response(text="configuration reloaded\n")


def _wanted(request: web.Request) -> tuple[str, str]:
    return request.headers.get("Accept", ""), request.headers.get("Accept-Encoding", "")


def _response(rendered: Rendered) -> web.Response:
    headers = {"Content-Type": rendered.content_type, "Vary": "Accept, Accept-Encoding"}
    if rendered.gzipped:
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=rendered.body, headers=headers)
