"""A configuration that cannot be used changes nothing, says why, and can be mended."""

import logging
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from exporter.logs.lines import event
from tests.exporter.fleets import BOND0
from tests.exporter.life.exporting import Exporting, exporting

CONFIG = "pools:\n  modular:\n    hosts:\n      one: {recorded: one.txt}\n"
HALF = CONFIG[: CONFIG.index("recorded") + 4]
SUCCESSFUL = "xenlens_config_last_reload_successful"
AT = "xenlens_config_last_reload_success_timestamp_seconds"


@pytest.fixture
async def exporter(tmp_path: Path) -> AsyncIterator[Exporting]:
    (tmp_path / "one.txt").write_text(f"# ovs-appctl bond/show\n{BOND0}")
    config = tmp_path / "xenlens.yml"
    config.write_text(CONFIG)
    async with exporting(config) as exporter:
        yield exporter


def a_folder(config: Path) -> None:
    """What cannot be read, also by root."""
    config.unlink()
    config.mkdir()


def a_pipe(config: Path) -> None:
    """What nobody writes into: to read it would never end."""
    config.unlink()
    os.mkfifo(config)


def text(text: str) -> Callable[[Path], object]:
    return lambda config: config.write_text(text)


BROKEN: list[tuple[Callable[[Path], object], list[str]]] = [
    (text("pools: {modular: {hots: {}}}\nlisten: 1\n"), ["hots", "listen"]),
    (text(HALF), [""]),
    (text(""), [""]),
    (text("pools: [\n"), [""]),
    (lambda config: config.write_bytes(b"\xff\xfe\x00pools"), [""]),
    (a_folder, ["Is a directory"]),
    (a_pipe, ["xenlens.yml: not a file"]),
    (Path.unlink, ["No such file"]),
]
NAMES = [
    "two problems",
    "half written",
    "empty",
    "not YAML",
    "not text",
    "a folder",
    "a pipe",
    "vanished",
]


@pytest.mark.parametrize(("spoil", "says"), BROKEN, ids=NAMES)
async def test_it_changes_nothing_says_every_problem_and_recovers_when_mended(
    exporter: Exporting,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[Path], object],
    says: list[str],
) -> None:
    read_at = await exporter.value(AT)
    await exporter.get("/probe?target=one")
    exporter.clock.now += 60
    spoil(exporter.config)
    answered = (await exporter.reload(422)).splitlines()
    assert await exporter.value(SUCCESSFUL) == 0.0
    assert await exporter.value(AT) == read_at
    assert '"one"' in await exporter.get("/sd")
    assert await exporter.value('xenlens_probes_total{target="one"}') == 1.0
    logged = [event(record) for record in caplog.records if record.levelno == logging.ERROR]
    assert [line["problem"] for line in logged] == answered
    assert all(one in "\n".join(answered) for one in says)
    assert len(answered) >= len(says)
    mend(exporter.config)
    await exporter.reload()
    assert await exporter.value(SUCCESSFUL) == 1.0
    assert await exporter.value(AT) == read_at + 60


def mend(config: Path) -> None:
    """Put the configuration back."""
    if config.is_dir():
        config.rmdir()
    elif config.is_fifo():
        config.unlink()
    config.write_text(CONFIG)


async def test_problems_are_logged_again_when_an_operator_tries_again(
    exporter: Exporting, caplog: pytest.LogCaptureFixture
) -> None:
    exporter.config.write_text("pools: {}\n")
    await exporter.reload(422)
    await exporter.reload(422)
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 2
    assert all(vars(record)["change"] for record in errors)
