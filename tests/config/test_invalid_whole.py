"""Whole configurations as operators write them, each with one mistake that operators make."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from typer.testing import CliRunner

from exporter.cli.config import config_app
from exporter.config import load
from exporter.service import Service
from exporter.web.app import make_app

FOLDER = Path(__file__).parent.parent / "fixtures" / "config" / "whole"
NAMES = sorted(file.stem for file in FOLDER.glob("*.yml"))
KEYS = {"closed": 0o600, "open": 0o644}
GOOD = "pools: {modular: {hosts: {xenserver1: {local: {}}}}}\n"

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files with the keys that they name: one as it should be, one open to others."""
    there = tmp_path / "etc"
    shutil.copytree(FOLDER, there)
    (there / "keys").mkdir()
    for name, mode in KEYS.items():
        key = there / "keys" / name
        key.write_text("a private key\n")
        key.chmod(mode)
    return there


def expected(name: str, file: Path, folder: Path) -> str:
    lines = (FOLDER / f"{name}.txt").read_text()
    return lines.replace("FILE", str(file)).replace("DIR", str(folder))


def test_there_are_at_least_two_dozen_and_each_has_its_lines() -> None:
    assert len(NAMES) >= 24
    assert sorted(file.stem for file in FOLDER.glob("*.txt")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_check_says_just_what_is_wrong_and_exits_2(folder: Path, name: str) -> None:
    file = folder / f"{name}.yml"
    result = CliRunner().invoke(config_app, ["check", str(file)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == expected(name, file, folder)


@pytest.fixture
async def running(folder: Path) -> AsyncIterator[Client]:
    """A service that began with a good configuration, in the folder of the others."""
    file = folder / "xenlens.yml"
    file.write_text(GOOD)
    service = Service(file, load(file))
    async with TestClient(TestServer(make_app(service))) as client:
        yield client
    await service.close()


async def test_a_reload_with_any_of_them_changes_nothing(running: Client, folder: Path) -> None:
    file = folder / "xenlens.yml"
    before = await targets_of(running)
    for name in NAMES:
        shutil.copy(folder / f"{name}.yml", file)
        answer = await running.post("/-/reload")
        assert (answer.status, await answer.text()) == (422, expected(name, file, folder))
        assert await targets_of(running) == before
        assert await reloaded(running) == 0.0
    file.write_text(GOOD)
    assert (await running.post("/-/reload")).status == 200
    assert await reloaded(running) == 1.0


async def targets_of(client: Client) -> list[str]:
    answer = await client.get("/sd")
    return [group["labels"]["__param_target"] for group in await answer.json()]


async def reloaded(client: Client) -> float:
    """What the exporter says of the last time it read its configuration."""
    page = await (await client.get("/metrics")).text()
    (line,) = (
        line
        for line in page.splitlines()
        if line.startswith("xenlens_config_last_reload_successful ")
    )
    return float(line.split()[1])
