"""`xenlens config check`, `show` and `schema` as a person meets them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exporter.cli.config import config_app

FIXTURES = Path(__file__).parent.parent / "fixtures" / "config"
MODULAR = str(FIXTURES / "valid" / "modular.yml")
BROKEN = FIXTURES / "invalid" / "everything_at_once.yml"


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    return CliRunner(env={"XENLENS_CONFIG": None})


def test_a_good_file_is_counted(runner: CliRunner) -> None:
    result = runner.invoke(config_app, ["check", MODULAR])
    assert (result.exit_code, result.stdout) == (0, f"{MODULAR}: good, 4 hosts in 1 pool\n")


@pytest.mark.parametrize("command", ["check", "show"])
def test_an_invalid_file_exits_2_with_its_lines_on_standard_error(
    runner: CliRunner, command: str
) -> None:
    result = runner.invoke(config_app, [command, str(BROKEN)])
    expected = BROKEN.with_suffix(".txt").read_text()
    expected = expected.replace("FILE", str(BROKEN)).replace("DIR", str(BROKEN.parent))
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", expected)


def test_the_file_can_be_named_by_option_and_by_environment(runner: CliRunner) -> None:
    by_option = runner.invoke(config_app, ["check", "--config", MODULAR])
    by_environment = runner.invoke(config_app, ["check"], env={"XENLENS_CONFIG": MODULAR})
    assert by_option.stdout == by_environment.stdout != ""


def test_a_file_in_the_working_folder_is_found(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "xenlens.yml").write_text("pools: {p: {hosts: {h: {local: {}}}}}\n")
    result = runner.invoke(config_app, ["check"])
    assert result.stdout == "xenlens.yml: good, 1 host in 1 pool\n"


def test_a_file_named_twice_differently_is_refused(runner: CliRunner) -> None:
    result = runner.invoke(config_app, ["check", MODULAR, "-c", str(BROKEN)])
    assert result.exit_code == 2
    assert result.stderr == "name the configuration once: FILE or --config\n"


def test_what_is_shown_can_be_checked_again(runner: CliRunner, tmp_path: Path) -> None:
    shown = runner.invoke(config_app, ["show", MODULAR])
    (tmp_path / "xenlens.yml").write_text(shown.stdout)
    assert runner.invoke(config_app, ["show"]).stdout == shown.stdout


def test_the_schema_is_json(runner: CliRunner) -> None:
    result = runner.invoke(config_app, ["schema"])
    assert json.loads(result.stdout)["required"] == ["pools"]


@pytest.mark.parametrize("command", ["check", "show", "schema"])
def test_help_says_what_the_command_is_for(runner: CliRunner, command: str) -> None:
    result = runner.invoke(config_app, [command, "--help"])
    assert result.exit_code == 0
    assert "configuration" in result.stdout
