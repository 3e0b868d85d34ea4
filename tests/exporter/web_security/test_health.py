"""`xenlens health` and the image's health check find the server by its configuration."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from exporter.cli import app
from exporter.health import LISTEN, PATH
from tests.exporter.web_security.secured import OWN_CERTIFICATE, REQUIRED, Secured, hashed
from tests.labs.ports import free_port

HEALTHY = "xenlens is healthy\n"
WANTS_CERTIFICATE = "xenlens answers, and wants a client certificate\n"


async def health(*words: str | Path) -> Result:
    argv = ["health", *map(str, words)]
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, argv))


def written(rig: Secured, listen: str) -> Path:
    rig.more["listen"] = listen
    return rig.write()


def port_of(rig: Secured) -> str:
    return rig.url.rpartition(":")[2]


@pytest.mark.parametrize(
    ("web", "said"),
    [
        ({}, HEALTHY),
        ({"basic_auth_users": {"anna": hashed()}}, HEALTHY),
        ({"tls_server_config": OWN_CERTIFICATE}, HEALTHY),
        ({"rate_limit": {"interval": "1h", "burst": 1}}, HEALTHY),
        (
            {"tls_server_config": {**OWN_CERTIFICATE, **REQUIRED}},
            WANTS_CERTIFICATE,
        ),
        (
            {"tls_server_config": {**OWN_CERTIFICATE, **REQUIRED, "max_version": "TLS12"}},
            WANTS_CERTIFICATE,
        ),
    ],
)
async def test_a_server_is_healthy_whatever_it_asks_of_clients(
    rig: Secured, web: Mapping[str, Any], said: str
) -> None:
    rig.web.update(web)
    async with rig.serving():
        done = await health("--config", written(rig, f"127.0.0.1:{port_of(rig)}"))
    assert (done.exit_code, done.stdout, done.stderr) == (0, said, "")


async def test_what_it_knows_by_heart_is_what_the_exporter_does(rig: Secured) -> None:
    """It imports nothing of it, to be quick."""
    async with rig.serving():
        assert rig.service.configuration.listen == LISTEN
        assert await rig.status(PATH) == 200


async def test_a_configuration_that_became_wrong_is_no_illness(rig: Secured) -> None:
    async with rig.serving():
        config = written(rig, f"0.0.0.0:{port_of(rig)}")
        config.write_text(config.read_text().replace("recorded:", "recorder:"))
        done = await health("--config", config)
    assert (done.exit_code, done.stdout) == (0, HEALTHY)


async def test_a_url_counts_instead_of_a_file(rig: Secured) -> None:
    rig.web["tls_server_config"] = OWN_CERTIFICATE
    async with rig.serving():
        done = await health("--url", f"https://127.0.0.1:{port_of(rig)}/")
    assert (done.exit_code, done.stdout) == (0, HEALTHY)


async def test_where_nobody_listens_it_is_one_line_and_1(rig: Secured) -> None:
    config = written(rig, f"127.0.0.1:{free_port()}")
    done = await health("--config", config, "--timeout", "5")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith("no answer: [Errno 111] Connection refused\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--url", "localhost"), "such as http://127.0.0.1:10045 expected"),
        (("--url", "http://localhost:none"), "--url http://localhost:none: "),
        (("--config", "gone.yml"), "gone.yml: cannot be read: No such file"),
    ],
)
async def test_where_nothing_says_where_to_ask_it_is_one_line_and_2(
    words: tuple[str, ...], said: str
) -> None:
    done = await health(*words)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert said in done.stderr


async def test_the_check_of_the_image_says_the_same(rig: Secured) -> None:
    async with rig.serving():
        config = written(rig, f"127.0.0.1:{port_of(rig)}")
        up = await asyncio.to_thread(check_of_image, config)
    down = await asyncio.to_thread(check_of_image, config)
    assert (up.returncode, up.stdout) == (0, HEALTHY)
    assert (down.returncode, down.stdout) == (1, "")
    assert "no answer" in down.stderr


def check_of_image(config: Path) -> "subprocess.CompletedProcess[str]":
    argv = [sys.executable, "-m", "exporter.health", str(config)]
    return subprocess.run(argv, capture_output=True, text=True, check=False)
