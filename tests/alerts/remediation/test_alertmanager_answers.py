"""The client: answers that are none, and what it sends."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from alerts.remediation.alertmanager import Alertmanager, AlertmanagerUnreachable
from alerts.remediation.payload import Alert
from alerts.remediation.silences import Matcher
from tests.labs.ports import free_port

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(answer: Handler, path: str = "") -> AsyncIterator[str]:
    """An Alertmanager that answers so; gives its URL."""
    app = web.Application()
    app.router.add_route("*", path + "/api/v2/{what}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url(path or "/"))


def text(body: str, status: int = 200) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=body, status=status)

    return answer


async def moved(request: web.Request) -> web.Response:
    raise web.HTTPTemporaryRedirect("/elsewhere")


async def broken(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b"[")
    assert request.transport is not None
    request.transport.close()
    return response


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 2**20)


async def slow(request: web.Request) -> web.Response:
    await asyncio.sleep(5)
    return web.Response(text="[]")


ALERT = {"labels": {"a": "b"}, "startsAt": "2026-01-01T00:00:00Z"}
SILENCE = {"id": "1", "status": {"state": "active"}, "matchers": []}
GARBAGE = [
    (text("[]", 500), "status 500"),
    (text("<html>", 404), "status 404 <html>"),
    (text("", 204), "status 204"),
    (moved, "status 307"),
    (text(""), "JSON expected"),
    (text("<html>"), "JSON expected"),
    (text("[" * 10_000), "too many brackets"),
    (text("{}"), "a list expected, found an object"),
    (text("null"), "a list expected, found nothing"),
    (text("[1]"), r"\[0\]: an object expected, found 1"),
    (text("[{}]"), r"\[0\]"),
    (broken, "Alertmanager at "),
    (endless, "longer than"),
    (slow, "no answer within 0.5 s"),
]


@pytest.mark.parametrize(("answer", "why"), GARBAGE, ids=[why for _, why in GARBAGE])
async def test_an_answer_that_is_none_is_one_exception_of_one_line(
    answer: Handler, why: str
) -> None:
    async with answering(answer) as url, using(Alertmanager(url, timeout=0.5)) as manager:
        for asked in (manager.firing({"a": "b"}), manager.silences(), manager.silenced_by({})):
            with pytest.raises(AlertmanagerUnreachable, match=why) as raised:
                await asked
            assert raised.value.reason == "unreadable_alertmanager"
            assert "\n" not in raised.value.text


@asynccontextmanager
async def using(manager: Alertmanager) -> AsyncIterator[Alertmanager]:
    yield manager
    await manager.close()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"status": {"state": "sleeping"}}, "active or pending or expired expected"),
        ({"status": None}, "silences\\[0\\].status: an object expected"),
        ({"matchers": None}, "matchers: a list expected"),
        ({"matchers": [{"name": "a"}]}, r"matchers\[0\].value: text expected"),
        ({"matchers": [{"name": "a", "value": "b", "isRegex": "no"}]}, "isRegex: true or false"),
        ({"id": 1}, "id: text expected"),
    ],
)
async def test_a_silence_of_a_shape_that_nobody_knows_is_no_answer(
    change: dict[str, object], why: str
) -> None:
    body = text(json.dumps([{**SILENCE, **change}]))
    async with answering(body) as url, using(Alertmanager(url)) as manager:
        with pytest.raises(AlertmanagerUnreachable, match=why):
            await manager.silences()


async def test_a_matcher_of_before_there_was_is_equal_is_equal() -> None:
    matcher = {"name": "a", "value": "b", "isRegex": False}
    body = text(json.dumps([{**SILENCE, "matchers": [matcher]}]))
    async with answering(body) as url, using(Alertmanager(url)) as manager:
        assert (await manager.silences())[0].matchers == (Matcher("a", "b"),)


async def test_an_alert_that_was_not_asked_for_is_left_out() -> None:
    other = {**ALERT, "labels": {"a": "c"}}
    async with (
        answering(text(json.dumps([other, ALERT]))) as url,
        using(Alertmanager(url)) as manager,
    ):
        assert [alert.labels for alert in await manager.firing({"a": "b"})] == [{"a": "b"}]


async def test_a_label_that_is_named_as_0_25_cannot_ask_is_compared_here() -> None:
    asked: list[list[str]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.query.getall("filter", []))
        return web.json_response([ALERT, {**ALERT, "labels": {"a": "b", "x.y": "z"}}])

    async with answering(answer) as url, using(Alertmanager(url)) as manager:
        found = await manager.firing({"a": "b", "x.y": "z"})
    assert asked == [['a="b"']]
    assert [alert.labels for alert in found] == [{"a": "b", "x.y": "z"}]


async def test_nobody_listening_is_the_same_exception() -> None:
    async with using(Alertmanager(f"http://127.0.0.1:{free_port()}")) as manager:
        with pytest.raises(AlertmanagerUnreachable, match="Cannot connect"):
            await manager.post([Alert({"a": "b"})])


async def test_a_path_and_headers_are_for_every_request() -> None:
    seen: list[tuple[str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((f"{request.method} {request.path}", request.headers["Authorization"]))
        return web.Response(text="[]")

    async with (
        answering(answer, "/alert/manager") as url,
        using(Alertmanager(url, headers={"Authorization": "Bearer xyz"})) as manager,
    ):
        await manager.firing({"a": "b"})
        await manager.silences()
        await manager.post([])
    assert seen == [
        ("GET /alert/manager/api/v2/alerts", "Bearer xyz"),
        ("GET /alert/manager/api/v2/silences", "Bearer xyz"),
        ("POST /alert/manager/api/v2/alerts", "Bearer xyz"),
    ]


async def test_no_password_and_no_header_is_in_an_error() -> None:
    async with answering(text("no", 401)) as url:
        with_password = url.replace("http://", "http://anna:secret@")
        async with using(Alertmanager(with_password)) as manager:
            with pytest.raises(AlertmanagerUnreachable) as raised:
                await manager.silences()
    assert "status 401" in raised.value.text
    assert "secret" not in raised.value.text


async def test_a_session_that_was_given_stays_open() -> None:
    async with aiohttp.ClientSession() as session, answering(text("[]")) as url:
        async with using(Alertmanager(url, session)) as manager:
            await manager.silences()
        assert not session.closed


@pytest.mark.parametrize("url", ["", "alertmanager:9093", "ftp://a", "http://", "http:///x"])
def test_what_is_no_url_of_http_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="http://HOST:PORT"):
        Alertmanager(url)
