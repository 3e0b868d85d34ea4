"""`xenlens rules`, `runbooks`, `dashboards` and `playbooks` give out what xenlens brings along."""

import json
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alerts import bundle
from alerts.words import plain
from exporter.cli import app

ROOT = Path(str(files("alerts")))
BASE = b"http://127.0.0.1:10045/runbooks/"


def xenlens(*words: str | Path, **environment: str) -> Result:
    runner = CliRunner(env={"FORCE_COLOR": None, **environment})
    return runner.invoke(app, [str(word) for word in words])


def contents(folder: Path, ending: str = "*") -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.glob(ending)}


def test_the_alerts_are_listed_once_each() -> None:
    done = xenlens("rules")
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["alert", "severity", "for", "playbook", "(after)", "what"]
    assert [row.split()[0] for row in rows] == bundle.alert_names()
    assert "BondWrongActiveMember          warning   5m   set-active-member (30s)" in done.stdout


def test_colours_are_for_terminals() -> None:
    assert "\x1b" not in xenlens("rules").stdout
    assert "\x1b" in xenlens("rules", FORCE_COLOR="1").stdout


def test_rules_are_written_byte_for_byte_into_a_folder_that_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "rules"
    done = xenlens("rules", "--output", folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert contents(folder) == contents(ROOT / "rules", "*.yml")
    lines = [f"{folder / file.name}: written" for file in bundle.rule_files()]
    assert done.stdout.splitlines() == lines


@pytest.mark.parametrize("url", ["https://mon.example:443/xenlens", "http://[2001:db8::1]:10045/"])
def test_a_url_moves_the_links_to_runbooks_and_nothing_else(tmp_path: Path, url: str) -> None:
    xenlens("rules", "--output", tmp_path, "--url", url)
    base = url.rstrip("/").encode() + b"/runbooks/"
    moved = contents(ROOT / "rules", "*.yml").items()
    assert contents(tmp_path) == {name: text.replace(BASE, base) for name, text in moved}
    assert base + b"BondDown\n" in (tmp_path / "bonds.yml").read_bytes()


@pytest.mark.prometheus
def test_rules_with_another_url_are_good_for_prometheus(tmp_path: Path) -> None:
    xenlens("rules", "--output", tmp_path, "--url", "https://mon.example/xenlens")
    command = ["promtool", "check", "rules", *map(str, tmp_path.glob("*.yml"))]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("url", ["mon.example", "ftp://x", "http://", "http://a b", "http://a/{{"])
def test_what_is_no_url_is_refused_before_anything_is_written(tmp_path: Path, url: str) -> None:
    done = xenlens("rules", "--output", tmp_path, "--url", url)
    assert (done.exit_code, done.stdout, contents(tmp_path)) == (2, "", {})
    assert "http://xenlens.example:10045 expected" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_only_what_differs_is_written_again_and_other_files_stay(tmp_path: Path) -> None:
    xenlens("rules", "--output", tmp_path)
    (tmp_path / "bonds.yml").write_text("older")
    (tmp_path / "mine.yml").write_text("mine")
    done = xenlens("rules", "--output", tmp_path, "--overwrite")
    said = [line.rpartition(": ")[2] for line in done.stdout.splitlines()]
    assert said == ["written"] + ["unchanged"] * (len(said) - 1)
    assert (tmp_path / "mine.yml").read_text() == "mine"
    assert (tmp_path / "bonds.yml").read_bytes() == (ROOT / "rules" / "bonds.yml").read_bytes()


@pytest.mark.parametrize("command", ["rules", "runbooks", "dashboards", "playbooks"])
def test_where_a_file_differs_nothing_is_written_until_it_is_told_to(
    tmp_path: Path, command: str
) -> None:
    xenlens(command, "--output", tmp_path)
    first, second, third, *_ = sorted(tmp_path.iterdir())
    first.unlink()
    second.write_text("changed by hand")
    third.write_text("changed as well")
    done = xenlens(command, "--output", tmp_path)
    assert (done.exit_code, done.stdout, first.exists()) == (1, "", False)
    advice = "is there and differs (and 1 more): move it away, or add --overwrite"
    assert done.stderr == f"xenlens: {second}: {advice}\n"
    assert second.read_text() == "changed by hand"


@pytest.mark.parametrize("command", ["rules", "runbooks", "dashboards", "playbooks"])
def test_a_folder_that_is_a_file_is_one_line(tmp_path: Path, command: str) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    done = xenlens(command, "--output", file)
    assert (done.exit_code, done.stdout, file.read_text()) == (1, "", "mine")
    (line,) = done.stderr.splitlines()
    assert line == f"xenlens: {file}: is a file; name a folder"


def test_the_configuration_of_alertmanager_is_written_alone(tmp_path: Path) -> None:
    file = tmp_path / "alertmanager.yml"
    done = xenlens("rules", "--alertmanager", file)
    assert (done.exit_code, done.stdout) == (0, f"{file}: written\n")
    assert contents(tmp_path) == {file.name: (ROOT / "alertmanager.yml").read_bytes()}
    assert xenlens("rules", "--alertmanager", file).stdout == f"{file}: unchanged\n"


def test_a_configuration_of_alertmanager_that_was_filled_in_is_not_overwritten(
    tmp_path: Path,
) -> None:
    file = tmp_path / "alertmanager.yml"
    file.write_text("filled in")
    done = xenlens("rules", "--alertmanager", file)
    assert (done.exit_code, done.stdout, file.read_text()) == (1, "", "filled in")
    assert done.stderr.startswith(f"xenlens: {file}: is there and differs: move it away")


def test_runbooks_are_written_as_they_are(tmp_path: Path) -> None:
    assert xenlens("runbooks", "--output", tmp_path).exit_code == 0
    assert contents(tmp_path) == contents(ROOT / "runbooks", "*.md")
    assert (tmp_path / "BondDown.md").read_text().startswith("# BondDown\n")


def test_the_runbooks_are_listed_with_what_they_are_about() -> None:
    rows = xenlens("runbooks").stdout.splitlines()[1:]
    assert [row.split()[0] for row in rows] == bundle.alert_names()
    assert rows[0].rstrip().endswith(plain(bundle.runbook_summary(bundle.alert_names()[0])))
    assert not any(mark in row for row in rows for mark in ("](", "`"))


def test_a_runbook_is_markdown_where_nobody_looks_and_formatted_on_a_terminal() -> None:
    assert xenlens("runbooks", "BondDown").stdout == bundle.runbook("BondDown")
    shown = xenlens("runbooks", "BondDown", FORCE_COLOR="1").stdout
    assert "\x1b" in shown
    assert "## " not in shown


def test_a_wrong_name_says_which_is_meant_and_where_all_are() -> None:
    done = xenlens("runbooks", "bonddwn")
    assert (done.exit_code, done.stdout) == (2, "")
    guess = 'xenlens: unknown alert "bonddwn" (did you mean "BondDown"?)'
    assert done.stderr == f"{guess}; xenlens runbooks and /runbooks list them all\n"


def test_playbooks_are_written_as_they_are(tmp_path: Path) -> None:
    assert xenlens("playbooks", "--output", tmp_path).exit_code == 0
    assert contents(tmp_path) == contents(ROOT / "playbooks", "*.yml") != {}


def test_the_playbooks_are_listed_with_their_objects_and_modes() -> None:
    _, *rows = xenlens("playbooks").stdout.splitlines()
    assert [row.split()[0] for row in rows] == sorted(bundle.playbooks())
    assert "restart-vm          vm      observe  " in "\n".join(rows)


def test_dashboards_lead_to_the_address_that_was_given(tmp_path: Path) -> None:
    done = xenlens("dashboards", "--output", tmp_path, "--url", "https://xenlens.example.org/")
    assert done.exit_code == 0
    for text in contents(tmp_path).values():
        assert b"https://xenlens.example.org" in text
        assert b"http://127.0.0.1:10045" not in text


@pytest.mark.parametrize("command", ["rules", "dashboards"])
def test_an_address_without_files_to_write_it_into_is_refused(command: str) -> None:
    done = xenlens(command, "--url", "https://xenlens.example.org")
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_a_page_to_show_and_a_folder_to_write_are_one_too_many(tmp_path: Path) -> None:
    done = xenlens("runbooks", "BondDown", "--output", tmp_path)
    assert (done.exit_code, done.stdout, contents(tmp_path)) == (2, "", {})


def test_dashboards_are_written_as_they_are(tmp_path: Path) -> None:
    assert xenlens("dashboards", "--output", tmp_path).exit_code == 0
    assert contents(tmp_path) == contents(Path(str(files("dashboards"))) / "json", "*.json") != {}


def test_the_dashboards_are_listed_by_file_title_and_uid(tmp_path: Path) -> None:
    xenlens("dashboards", "--output", tmp_path)
    written = {name: json.loads(text) for name, text in contents(tmp_path).items()}
    _, *rows = xenlens("dashboards").stdout.splitlines()
    told = [[cell.strip() for cell in row.split("  ") if cell.strip()] for row in rows]
    assert told == [[name, one["title"], one["uid"]] for name, one in sorted(written.items())] != []
