"""The example configurations are good, and xenlens serves them: hosts answer by real SSH."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from exporter.cli.config import config_app
from exporter.config import load
from exporter.config.source import parse
from tests.deploy.booted import ROOT
from tests.deploy.keys import make_files
from tests.e2e.conftest import Demo, running_demo, wait_until_healthy
from tests.labs.ports import free_port
from tests.labs.program import XENLENS

EXAMPLES = sorted((ROOT / "deploy" / "examples").glob("*.yml"))
each = pytest.mark.parametrize("example", EXAMPLES, ids=lambda file: file.stem)
FIRST = {"xenlens-one-host": "xcp1", "xenlens-one-pool": "xcp1", "xenlens-many-pools": "hq1"}
"""The first host of each."""


def data(file: Path) -> Any:
    """What is written, as YAML 1.2 has it."""
    return parse(file.read_bytes(), str(file)).data


def copied(example: Path, folder: Path) -> Path:
    """A copy with all files beside it that it names."""
    file = folder / example.name
    file.write_bytes(example.read_bytes())
    make_files(file)
    return file


def test_there_is_an_example_for_every_size() -> None:
    assert {file.stem for file in EXAMPLES} == FIRST.keys()


@each
def test_an_example_is_good(example: Path, tmp_path: Path) -> None:
    checked = CliRunner().invoke(config_app, ["check", str(copied(example, tmp_path))])
    assert checked.exit_code == 0, checked.output
    assert "good" in checked.stdout


@each
def test_an_example_fits_the_schema_that_editors_get(example: Path) -> None:
    schema = json.loads(CliRunner().invoke(config_app, ["schema"]).stdout)
    jsonschema.validate(data(example), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**data(example), "polls": {}}, schema)


@each
def test_no_example_lets_a_playbook_act_by_itself(example: Path) -> None:
    modes = set(re.findall(r"mode: (\w+)", example.read_text(encoding="utf-8")))
    assert modes <= {"observe", "suggest"}


@each
def test_every_line_of_an_example_fits_a_screen(example: Path) -> None:
    assert max(map(len, example.read_text(encoding="utf-8").splitlines())) <= 100


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """The simulated pool, whose hosts stand for those of the examples."""
    with running_demo("--no-exporter") as started:
        yield started


@each
def test_an_example_is_served_and_its_first_host_answers(
    example: Path, demo: Demo, tmp_path: Path
) -> None:
    file = copied(example, tmp_path)
    file.write_text(yaml.safe_dump(on_loopback(data(file), data(demo.config), tmp_path)))
    url = f"127.0.0.1:{free_port()}"
    argv = [str(XENLENS), "serve", "--config", str(file), "--listen", url]
    with subprocess.Popen(argv, text=True) as process:
        try:
            served = Demo(f"http://{url}", "")
            wait_until_healthy(served, process)
            host = FIRST[example.stem]
            page = served.get(f"/probe?target={host}")
            found = served.get("/sd")
        finally:
            process.terminate()
            process.wait(timeout=60)
    assert re.search(rf'^xenlens_target_up{{host="{host}",pool="[a-z]+"}} 1.0$', page, re.MULTILINE)
    assert f'member_preferred{{bond="bond0",host="{host}",member="eth0"' in page
    assert f'xenlens_collector_success{{collector="multipath",host="{host}"' in page
    hosts = [name for pool in data(example)["pools"].values() for name in pool["hosts"]]
    assert [name for name in hosts if f'"{name}"' not in found] == []


def on_loopback(example: Any, demo: Any, folder: Path) -> Any:
    """An example whose every address is that of one host of the demo, and whose state is here."""
    ssh = demo["ssh"]
    stands_for_all = demo["pools"]["modular"]["hosts"]["xcp83"]["ssh"]
    for pool in example["pools"].values():
        pool.pop("ssh", None)
        for machine in [*pool["hosts"].values(), *pool.get("guests", {}).values()]:
            machine["ssh"] = stands_for_all
    example["ssh"] |= {"key": ssh["key"], "known_hosts": ssh["known_hosts"]}
    if section := example.get("remediation"):
        section |= {"journal": str(folder / "journal.db"), "kill_switch": str(folder / "stop")}
        section["alertmanager"]["url"] = f"http://127.0.0.1:{free_port()}"
    return example


def test_every_kind_of_key_stands_in_some_example(tmp_path: Path) -> None:
    """What a real operator wants is shown, not told."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in EXAMPLES)
    wanted = ("alternate", "jump", "legacy", "destinations", "hostconfig", "xapi", "guests")
    assert [key for key in (*wanted, "storage_class", "maintenance") if f"{key}:" not in text] == []
    for file in EXAMPLES:
        assert load(copied(file, tmp_path)).targets()
