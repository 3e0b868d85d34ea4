"""Who is let in, by which password or token, and to what."""

import asyncio

import pytest
from aiohttp import web

from tests.exporter.web_security.secured import (
    API,
    PASSWORD,
    WEBHOOK,
    Secured,
    basic,
    bearer,
    hashed,
)

PAGES = ["/", "/metrics", "/probe?target=one", "/sd", "/evidence?target=one", "/disks"]
PAGES += ["/runbooks", "/runbooks/BondDown", "/-/ready"]
READ = [*PAGES, API, f"{API}/runs", f"{API}/runs/1", "/no/such/page"]
CHANGED = ("/-/reload", WEBHOOK, f"{API}/runs", f"{API}/pause", f"{API}/runs/1/approve")


async def test_without_a_password_only_health_is_told(locked: Secured) -> None:
    async with locked.serving():
        await locked.service.start_remediation()
        assert await locked.status("/-/healthy") == 200
        assert {await locked.status(path) for path in READ} == {401}
        assert {await locked.status(path, method="POST") for path in CHANGED} == {401}


async def test_every_route_but_health_is_behind_the_gate(locked: Secured) -> None:
    async with locked.serving():
        app: web.Application = locked.app
        routes = {(r.method, r.resource.canonical) for r in app.router.routes() if r.resource}
        open_routes = {
            (method, path)
            for method, path in routes
            if await locked.status(path.replace("{", "").replace("}", ""), method=method) != 401
        }
    assert open_routes == {("GET", "/-/healthy"), ("HEAD", "/-/healthy")}


async def test_with_the_password_everything_answers_as_it_does_without_any(
    locked: Secured,
) -> None:
    async with locked.serving():
        await locked.service.start_remediation()
        assert {await locked.status(path, basic()) for path in PAGES} == {200}
        assert await locked.status("/no/such/page", basic()) == 404
        assert await locked.status("/-/reload", basic(), method="POST") == 200


async def test_an_answer_that_asks_for_a_password_says_how_to_give_it(locked: Secured) -> None:
    async with locked.serving():
        answer, text = await locked.answer()
        assert text == "a user and a password are needed (basic_auth_users)\n"
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="xenlens", charset="UTF-8"'
        hook, _ = await locked.answer(WEBHOOK, method="POST")
        assert hook.headers["WWW-Authenticate"].endswith(", Bearer")


@pytest.mark.parametrize(
    "headers",
    [
        basic(password="wrong"),
        basic(password=""),
        basic(user="eve"),
        basic(user="Anna"),
        basic(user=""),
        basic(password=PASSWORD + "\0"),
        basic(password=hashed()),
        {"Authorization": "Basic"},
        {"Authorization": "Basic !"},
        {"Authorization": "Basic YW5uYQ=="},
        {"Authorization": "Basic /////w=="},
        {"Authorization": f"Bearer {PASSWORD}"},
        {"Authorization": f"Digest {PASSWORD}"},
    ],
)
async def test_what_is_no_password_of_a_user_is_refused(
    locked: Secured, headers: dict[str, str]
) -> None:
    async with locked.serving():
        assert await locked.status(headers=headers) == 401


@pytest.mark.parametrize("password", ["pässwörd:with:colons", "🔑" * 17, "x" * 100])
async def test_a_password_may_be_any_text_of_which_72_bytes_count(
    locked: Secured, password: str
) -> None:
    cut = password.encode()[:72].decode(errors="ignore")
    locked.web["basic_auth_users"] = {"anna": hashed(cut)}
    async with locked.serving():
        assert await locked.status(headers=basic(password=password)) == 200
        assert await locked.status(headers=basic(password=password[: len(password) // 2])) == 401


async def test_a_token_that_is_no_text_is_a_wrong_one(locked: Secured) -> None:
    async with locked.serving():
        await locked.service.start_remediation()
        _, port = locked.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
        writer.write(f"GET {API} HTTP/1.1\r\nHost: localhost\r\n".encode())
        writer.write(b"Authorization: Bearer \xff\xfe\r\n\r\n")
        assert b" 401 " in await reader.readline()
        writer.close()


async def test_the_token_of_the_webhook_opens_the_webhook_and_nothing_else(
    locked: Secured,
) -> None:
    async with locked.serving():
        await locked.service.start_remediation()
        assert await locked.status(WEBHOOK, bearer("hook"), method="POST") == 400
        assert {await locked.status(path, bearer("hook")) for path in READ} == {401}
        others = [path for path in CHANGED if path != WEBHOOK]
        assert {await locked.status(path, bearer("hook"), method="POST") for path in others} == {
            401
        }


async def test_the_token_of_an_operator_opens_remediation_and_nothing_else(
    locked: Secured,
) -> None:
    async with locked.serving():
        await locked.service.start_remediation()
        assert await locked.status(API, bearer("ben")) == 200
        assert await locked.status(f"{API}/pause", bearer("ben"), method="POST") == 200
        elsewhere = [path for path in READ if not path.startswith(API)]
        assert {await locked.status(path, bearer("ben")) for path in elsewhere} == {401}
        assert await locked.status(WEBHOOK, bearer("ben"), method="POST") == 401
        assert await locked.status("/-/reload", bearer("ben"), method="POST") == 401


async def test_a_token_that_cannot_be_read_is_told_to_the_log_and_to_no_stranger(
    locked: Secured, caplog: pytest.LogCaptureFixture
) -> None:
    async with locked.serving():
        await locked.service.start_remediation()
        (locked.folder / "hook.token").unlink()
        answer, text = await locked.answer(WEBHOOK, bearer("ben"), method="POST")
    assert (answer.status, text) == (503, "a token cannot be used; the log says why\n")
    assert [
        record.__dict__["error"] for record in caplog.records if record.levelname == "ERROR"
    ] == [f"{locked.folder}/hook.token: No such file or directory"]


async def test_a_users_password_is_no_operators_token(locked: Secured) -> None:
    async with locked.serving():
        await locked.service.start_remediation()
        answer, text = await locked.answer(f"{API}/pause", basic(), method="POST")
        assert (answer.status, text.split(":")[0]) == (401, "a bearer token is needed")


async def test_health_is_open_however_the_path_is_written_and_nothing_that_looks_like_it(
    locked: Secured,
) -> None:
    async with locked.serving():
        for path in ("/-/healthy/", "/-/healthy/../ready", "//-/healthy", "/metrics?/-/healthy"):
            assert await locked.status(path) == 401


async def test_without_a_web_configuration_nothing_is_asked_for(locked: Secured) -> None:
    locked.web.clear()
    async with locked.serving():
        await locked.service.start_remediation()
        assert {await locked.status(path) for path in PAGES} == {200}
