"""Whose token `xenlens remediation` sends, and where."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from typer.testing import CliRunner

from exporter.cli import app
from tests.exporter.commanding import (
    NO_TOKEN,
    RUN,
    listens_at,
    running,
    xenlens,
)
from tests.exporter.remedied import TOKENS, Remedied, remedied


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Remedied]:
    """An exporter that is not started yet."""
    async with remedied(tmp_path) as made:
        yield made


@pytest.fixture
async def up(tmp_path: Path) -> AsyncIterator[Remedied]:
    """An exporter that runs."""
    async with running(tmp_path) as rig:
        yield rig


async def test_without_a_token_nothing_is_told_and_it_says_how_to_give_one(up: Remedied) -> None:
    url = f"http://127.0.0.1:{up.client.port}"
    argv = ["remediation", "list", "--url", url]
    done = await asyncio.to_thread(CliRunner().invoke, app, argv, env=NO_TOKEN)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "give --token-file, $XENLENS_TOKEN or --as NAME" in done.stderr


async def test_the_token_of_the_environment_counts_before_that_of_the_configuration(
    up: Remedied,
) -> None:
    by_ben = await xenlens(up, *RUN, "--dry-run", env=NO_TOKEN | {"XENLENS_TOKEN": TOKENS["ben"]})
    assert "by ben, to see the plan only" in by_ben.stdout
    wrong = await xenlens(up, "list", env=NO_TOKEN | {"XENLENS_TOKEN": "another"})
    assert wrong.exit_code == 2


async def test_a_token_that_cannot_be_sent_is_not_shown(up: Remedied) -> None:
    given = NO_TOKEN | {"XENLENS_TOKEN": "hush\nhush"}
    done = await xenlens(up, "list", env=given)
    assert (done.exit_code, done.stderr) == (2, "xenlens: $XENLENS_TOKEN: no token in it\n")


async def test_a_token_of_a_file_is_used(up: Remedied) -> None:
    file = str(up.folder / "ben.token")
    done = await xenlens(up, *RUN, "--dry-run", "--token-file", file)
    assert "by ben, to see the plan only" in done.stdout
    missing = await xenlens(up, "list", "--token-file", str(up.folder / "eve.token"))
    assert missing.exit_code == 2
    assert "eve.token: No such file or directory" in missing.stderr


async def test_a_token_is_not_sent_where_a_redirect_leads(rig: Remedied) -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        raise web.HTTPFound(f"{request.url.origin()}/elsewhere")

    there = web.Application()
    there.add_routes([web.get("/{path:.*}", elsewhere)])
    rig.write_config()
    async with TestServer(there) as server:
        listens_at(rig, server.port)
        done = await xenlens(rig, "list")
    assert done.exit_code == 1
    assert asked == ["/api/v1/remediation"]


async def test_without_a_section_it_says_that_there_is_none(rig: Remedied) -> None:
    rig.section = {}
    async with rig.serving(start=False):
        listens_at(rig, rig.client.port)
        done = await xenlens(rig, "list")
    assert done.exit_code == 2
    assert "remediation is not set up: add a section `remediation:`" in done.stderr


async def test_an_exporter_that_is_not_ready_is_not_asked_for_anything(rig: Remedied) -> None:
    async with rig.serving(start=False):
        listens_at(rig, rig.client.port)
        done = await xenlens(rig, *RUN)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "not ready: open runs are being classified" in done.stderr
