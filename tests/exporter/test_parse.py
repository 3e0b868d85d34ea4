"""`xenlens parse` of records that are mappings and texts as they are."""

import json
from pathlib import Path

from typer.testing import CliRunner

from exporter.cli import app

FIXTURES = Path(__file__).parents[1] / "fixtures" / "xe"
MAILED = str(FIXTURES / "mailed.txt")


def run(*words: str, text: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["parse", *words], input=text)
    return result.exit_code, result.stdout


def test_one_file_gives_a_list_of_mappings() -> None:
    status, said = run("xe", MAILED)
    assert status == 0
    assert [record["type"] for record in json.loads(said)] == ["lvmohba", "iso"]


def test_several_files_give_a_line_each() -> None:
    status, said = run("xe", MAILED, str(FIXTURES / "sr-list.txt"))
    lines = [json.loads(line) for line in said.splitlines()]
    assert status == 0
    assert [(len(line["records"]), line["noise_lines"]) for line in lines] == [(2, 2), (3, 0)]


def test_minimal_values_are_texts() -> None:
    assert json.loads(run("xe-minimal", text="a\\,b,c\n")[1]) == ["a,b", "c"]


def test_nothing_is_an_empty_list() -> None:
    for kind in ("xe", "xe-minimal", "list-domains"):
        assert run(kind) == (0, "[]\n")


def test_an_error_message_gives_no_records() -> None:
    for kind in ("xe", "xe-minimal"):
        assert run(kind, text="Lost connection to the server.\n") == (1, "")
