"""The demo is ready to heal: by a person's order, or in a loop with its own Alertmanager."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from alerts.bundle import MACHINE
from exporter.cli import app
from exporter.cli.demo import Options, run_demo
from exporter.config import load
from exporter.config.remediation import Remediation
from exporter.demo.alerting import Loop, Programs, in_the_loop
from exporter.demo.config_remediation import OPERATOR
from exporter.demo.server import DemoPool
from exporter.remediation.rules import secret

DEPLOYED = Path(__file__).parents[2] / "deploy" / "prometheus.yml"
MANAGER = "http://127.0.0.1:19093"
IDLE = """\
#!/bin/sh
exec sleep 60
"""


async def section_of(alertmanager: str = "") -> tuple[Remediation, str, set[int], set[str]]:
    """The demo's section, its whole configuration, the modes of both tokens' files, the tokens."""
    async with DemoPool(1) as pool:
        file = pool.write_config(alertmanager=alertmanager)
        section = load(file).remediation
        assert section is not None
        assert section.webhook is not None
        tokens = [section.webhook.token, section.operators[OPERATOR].token]
        modes = {stat.S_IMODE(Path(str(token)).stat().st_mode) for token in tokens}
        return section, file.read_text(), modes, {secret(token) for token in tokens}


async def test_without_an_alertmanager_only_a_persons_order_acts() -> None:
    section, _, _, _ = await section_of()
    assert {book.mode for book in section.playbooks.values()} <= {None, "observe"}
    assert section.alertmanager is None


async def test_with_an_alertmanager_bonds_are_healed_and_nothing_else() -> None:
    section, _, _, _ = await section_of(MANAGER)
    assert {name: book.mode for name, book in section.playbooks.items()} == {
        "set-active-member": "auto"
    }
    assert section.alertmanager is not None
    assert section.alertmanager.url == MANAGER


async def test_each_token_is_its_own_for_its_owner_only_and_not_in_the_configuration() -> None:
    _, text, modes, tokens = await section_of()
    assert modes == {0o600}
    assert len(tokens) == 2
    assert not any(token in text for token in tokens)
    assert tokens.isdisjoint((await section_of())[3])


async def test_journal_and_kill_switch_go_with_the_demos_folder() -> None:
    async with DemoPool(1) as pool:
        section = load(pool.write_config()).remediation
        assert section is not None
        assert {section.journal.parent, section.kill_switch.parent} == {pool.folder}


async def test_the_guide_has_a_line_that_heals_the_dead_uplink() -> None:
    said: list[str] = []

    async def serve(config: Path, listen: str | None, announce: Callable[[str], None]) -> None:
        said.append(str(config))
        announce("http://127.0.0.1:1/")

    await run_demo(Options(port=1, control_port=0), serve, said.append)
    config, guide = said
    order = "xenlens remediation run set-active-member --host xcp83 --bond bond0"
    assert f"{order} --config {config}  # heals switch1.uplink/down" in guide


def test_there_is_nothing_to_heal_without_an_exporter() -> None:
    done = CliRunner().invoke(app, ["demo", "--heal", "--no-exporter"])
    assert done.exit_code == 2
    assert done.stderr == "xenlens: --heal: there is no exporter to heal\n"


@pytest.fixture
def idle(tmp_path: Path) -> Programs:
    """Programs that take every option and do nothing."""
    program = tmp_path / "idle"
    program.write_text(IDLE)
    program.chmod(0o755)
    return Programs(str(program), str(program))


def test_alertmanager_calls_with_the_token_of_a_file_and_only_for_the_machine(
    idle: Programs, tmp_path: Path
) -> None:
    loop = Loop("http://127.0.0.1:19090", MANAGER)
    token = tmp_path / "webhook.token"
    with in_the_loop(idle, loop, tmp_path, "127.0.0.1:10045", token):
        routes = yaml.safe_load((tmp_path / "alertmanager.yml").read_text())
        scraped = yaml.safe_load((tmp_path / "prometheus.yml").read_text())
    (hook,) = [r["webhook_configs"] for r in routes["receivers"] if r["name"] == "remediation"]
    assert [one["url"] for one in hook] == ["http://127.0.0.1:10045/api/v1/alerts/webhook"]
    credentials = hook[0]["http_config"]["authorization"]
    assert credentials == {"credentials_file": str(token)}
    (machine,) = [r for r in routes["route"]["routes"] if r.get("receiver") == "remediation"]
    assert machine["matchers"] == [f'audience="{MACHINE}"']
    managers = scraped["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
    assert managers == ["127.0.0.1:19093"]


def test_the_loops_prometheus_is_the_deployed_one_in_a_hurry(tmp_path: Path) -> None:
    loop, token = Loop("http://127.0.0.1:9090", "http://127.0.0.1:9093"), tmp_path / "token"
    idle = tmp_path / "idle"
    idle.write_text(IDLE)
    idle.chmod(0o755)
    with in_the_loop(Programs(str(idle), str(idle)), loop, tmp_path, "127.0.0.1:10045", token):
        ours = yaml.safe_load((tmp_path / "prometheus.yml").read_text())
    deployed = yaml.safe_load(DEPLOYED.read_text())
    for settings in (ours, deployed):
        settings["global"] = set(settings["global"])
        settings["scrape_configs"][0]["http_sd_configs"][0].pop("refresh_interval")
    assert ours == deployed
