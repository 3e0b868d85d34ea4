"""Level `probe` is enough for drills, of bonds and of maps, on every flavour of the demo."""

import asyncio
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from exporter.cli.drill_run import Order, Surface, record
from exporter.cli.drill_subjects import Opened, a_bond, a_map
from exporter.config import load
from exporter.demo.server import DemoPool
from exporter.drill.plan import Plan
from tests.collectors.onhost.key_program import installed
from tests.demo.keyed import Keys
from tests.demo.test_key import assert_levels

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
PLAN = Plan(seconds=2.0, every=0.15, chunk=1.0, logs_every=0.3, scrape_every=1.0)
SUBJECTS = {"bond": a_bond("bond0", ()), "map": a_map("222ac00015543fe63")}


async def drilled(pool: DemoPool, host: str, opened: Opened, folder: Path, keys: Keys) -> None:
    """A drill of two seconds, in which nothing happens."""
    folder.mkdir()
    configuration = load(pool.write_config(folder))
    order = Order(configuration.find(host), PLAN, folder, opened)
    await record(configuration, order, Surface(Console(file=StringIO()), None), keys.opened)


@pytest.mark.parametrize("subject", SUBJECTS)
async def test_a_drill_asks_nothing_that_level_probe_does_not_allow(
    tmp_path: Path, subject: str
) -> None:
    keys = Keys("probe", installed(tmp_path / "opt"))
    async with DemoPool() as pool:
        hosts = list(pool.ports)
        drills = (drilled(pool, host, SUBJECTS[subject], tmp_path / host, keys) for host in hosts)
        await asyncio.gather(*drills)
    assert_levels(keys)
    lowest = {keys.lowest(asked) for asked in keys.asked}
    assert lowest == {"read", "probe"}
