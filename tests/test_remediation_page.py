"""docs/remediation.md says what the engine and its playbooks do, and its example is one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.remediation.metrics import OUTCOMES
from alerts.remediation.tools import tools
from exporter.cli.remediation import remediation_app
from exporter.config import Configuration, load

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
HEALING = (DOCS / "remediation.md").read_text(encoding="utf-8")
ANSWERS_OF_THE_API = {"engine.py"}
"""They refuse an order or an approval before there is a run, and are not counted."""


def _first_words(tree: ast.AST) -> Iterator[str]:
    """What a Refusal is made with; and objections, which are a reason and a text."""
    for node in ast.walk(tree):
        first: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            first = node.args[0] if node.func.id == "Refusal" and node.args else None
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            first = node.value.elts[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def test_every_reason_of_a_refused_run_is_told() -> None:
    files = (ROOT / "alerts" / "remediation").rglob("*.py")
    found = {
        reason
        for file in files
        if file.name not in ANSWERS_OF_THE_API
        for reason in _first_words(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert {"cooldown", "storm", "target_unproven", "disc_inserted", "tasks_running"} <= found
    assert found - set(re.findall("`([a-z_]+)`", HEALING)) == set()


def _named(heading: str, column: int) -> Iterator[str]:
    """Reasons in a column of the table under a heading."""
    under = HEALING.partition(f"# {heading}\n")[2].partition("\n#")[0]
    for row in under.splitlines():
        if row.startswith("|"):
            yield from re.findall(r"`([a-z_]*[a-z])`", row.split("|")[column])


def test_every_reason_that_is_told_is_one_of_the_code() -> None:
    code = "".join(f.read_text() for f in (ROOT / "alerts" / "remediation").rglob("*.py"))
    code += (ROOT / "collectors" / "onhost" / "xenlens_gate.py").read_text()
    told = {*_named("Guards", 1), *_named("Reasons of playbooks", 2)}
    assert {"crossed_faults", "gate_held", "not_lasting", "changing"} <= told
    assert {one for one in told if f'"{one.removeprefix("gate_")}"' not in code} == set()


def test_every_end_of_a_run_is_told() -> None:
    assert {outcome for outcome in OUTCOMES if f"`{outcome.upper()}`" not in HEALING} == set()


def test_every_playbook_is_told_with_the_furthest_mode_that_it_may_have() -> None:
    rows = re.findall(r"(?m)^\| `([a-z-]+)` \|.*\| (auto|approve) \|$", HEALING)
    assert dict(rows) == {name: str(tool.most) for name, tool in tools().items()}


def test_every_command_of_remediation_that_a_page_names_is_there() -> None:
    known = {command.name for command in remediation_app.registered_commands}
    for page in (ROOT / "README.md", *sorted(DOCS.glob("*.md"))):
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r"xenlens remediation ([a-z-]+)", text)) <= known, page.name


def _as_told(folder: Path, mode: str) -> Configuration:
    """The page's configuration as it is in the end."""
    section, allowance = re.findall(r"```yaml\n(.*?)```", HEALING, re.DOTALL)
    text = section + allowance.replace("mode: approve", f"mode: {mode}")
    for token in ("webhook.token", "anna.token"):
        (folder / token).touch(mode=0o600)
    file = folder / "xenlens.yml"
    pools = "pools: {modular: {hosts: {xcp1: {local: {}}}}}\n"
    file.write_text(pools + text.replace("/etc/xenlens", str(folder)))
    return load(file)


@pytest.mark.parametrize("mode", ["approve", "auto"])
def test_the_way_to_auto_for_one_bond_is_a_configuration(tmp_path: Path, mode: str) -> None:
    section = _as_told(tmp_path, mode).remediation
    assert section is not None
    changed = section.playbooks["set-active-member"]
    assert (changed.mode, [allow.mode for allow in changed.allow]) == (None, [mode])
    assert changed.allow[0].patterns() == {"pool": "modular", "host": "xcp1", "bond": "bond0"}
