"""Where the log goes: our own lines from a level on, those of libraries only as warnings."""

import io
import json
import logging
import os
import pty
from collections.abc import Mapping

import pytest
from aiohttp import ClientSession, web

from exporter.config.model import Log
from exporter.logs import Logs, logs_on
from exporter.logs.access import AccessLog, access_log
from exporter.logs.setup import wants_colours
from tests.exporter.logs.reading import read_logfmt
from tests.labs.ports import free_port

own = logging.getLogger("exporter.test")


def messages(stream: io.StringIO) -> list[str]:
    return [read_logfmt(line)["msg"] for line in stream.getvalue().splitlines()]


def test_debug_is_written_only_where_it_is_asked_for(logs: Logs, stream: io.StringIO) -> None:
    own.debug("detail")
    own.info("event")
    logs.follow(Log(level="debug"))
    own.debug("detail")
    logs.follow(Log(level="error"))
    own.warning("event")
    assert messages(stream) == ["event", "detail"]


def test_the_format_follows_the_configuration(logs: Logs, stream: io.StringIO) -> None:
    own.warning("one")
    logs.follow(Log(format="json"))
    own.warning("two")
    first, second = stream.getvalue().splitlines()
    assert read_logfmt(first)["msg"] == "one"
    assert json.loads(second)["msg"] == "two"


@pytest.mark.parametrize("library", ["asyncssh", "aiohttp.server", "asyncio"])
def test_a_library_is_heard_from_warning_on_whatever_the_level(
    logs: Logs, stream: io.StringIO, library: str
) -> None:
    logs.follow(Log(level="debug"))
    logging.getLogger(library).info("[conn=0] Connection made")
    logging.getLogger(library).warning("[conn=0] Unexpected\nmessage")
    assert messages(stream) == ["[conn=0] Unexpected\nmessage"]


def test_what_was_held_back_is_written_at_the_end(stream: io.StringIO) -> None:
    with logs_on(stream):
        own.warning("event")
        own.warning("event")
    assert [read_logfmt(line).get("repeated") for line in stream.getvalue().splitlines()] == [
        None,
        "1",
    ]


@pytest.mark.parametrize(
    ("environ", "coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    environ: Mapping[str, str], coloured: bool
) -> None:
    ours, theirs = pty.openpty()
    try:
        with os.fdopen(theirs, "w") as terminal:
            assert wants_colours(terminal, environ) is coloured
    finally:
        os.close(ours)
    assert not wants_colours(io.StringIO(), environ)


@pytest.mark.parametrize(("level", "lines"), [("info", 0), ("debug", 1)])
async def test_requests_are_logged_when_debugging_and_their_headers_never(
    logs: Logs, stream: io.StringIO, level: str, lines: int
) -> None:
    logs.follow(Log.model_validate({"level": level}))
    app = web.Application()
    app.router.add_get("/probe", answer)
    runner = web.AppRunner(app, access_log=access_log, access_log_class=AccessLog)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    url = f"http://127.0.0.1:{port}/probe?target=a%0Ab"
    async with ClientSession() as session:
        await (await session.get(url, headers={"Authorization": "Bearer canary"})).read()
    await runner.cleanup()
    told = [read_logfmt(line) for line in stream.getvalue().splitlines()]
    assert len(told) == lines
    assert "canary" not in stream.getvalue()
    assert [(t["msg"], t["method"], t["url"], t["status"]) for t in told] == [
        ("request", "GET", "/probe?target=a%0Ab", "200")
    ] * lines


async def answer(request: web.Request) -> web.Response:
    return web.Response(text="here\n")
