"""The bundled rules: promtool's own checks and unit tests, and the names they use."""

import re
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder

from collectors.disk_compare import AT_LIMIT, MORE
from collectors.disk_records import Direction
from tests.alerts.catalogue import catalogue, mistakes, names

ROOT = Path(__file__).parents[2]
RULES = sorted(Path(str(files("alerts"))).glob("rules/*.yml"))
UNIT_TESTS = sorted((Path(__file__).parent / "rules").glob("*_test.yml"))
RECORDED = re.compile(r"[a-z_]+:xenlens_[a-z_]+:[a-z0-9_]+")
each_file = pytest.mark.parametrize("file", RULES, ids=lambda file: file.name)


def rules_of(file: Path) -> list[dict[str, Any]]:
    """The rules of a file in their order."""
    groups = yaml.safe_load(file.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def promtool(*arguments: str | Path) -> str:
    """Run it; its whole output. Fails with that output unless it ends well."""
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.prometheus
@each_file
def test_promtool_finds_nothing_to_say_about_the_rules(file: Path) -> None:
    printed = promtool("check", "rules", "--lint=all", "--lint-fatal", file)
    assert f"{len(rules_of(file))} rules found" in printed


@pytest.mark.prometheus
@pytest.mark.parametrize("file", UNIT_TESTS, ids=lambda file: file.name)
def test_the_rules_do_what_their_unit_tests_say(file: Path) -> None:
    assert "SUCCESS" in promtool("test", "rules", file)


@each_file
def test_every_file_of_rules_has_unit_tests_that_ask_for_each_of_its_rules(file: Path) -> None:
    texts = (test.read_text() for test in UNIT_TESTS)
    asked = {name for text in texts if file.name in text for name in RECORDED.findall(text)}
    assert {rule["record"] for rule in rules_of(file)} - asked == set()


@each_file
def test_every_metric_and_label_is_one_that_the_exporter_gives(file: Path) -> None:
    assert mistakes(rules_of(file), catalogue()) == []


@pytest.mark.parametrize(
    ("expression", "mistake"),
    [
        ("rate(xenlens_disk_probe_bandwith[5m])", "metric xenlens_disk_probe_bandwith"),
        ('xenlens_disk_probe_iops{class="ssd"} > 0', "label xenlens_disk_probe_iops{class}"),
        ("avg by (pool, class) (xenlens_disk_probe_iops)", "label class"),
        ('label_replace(up, "than", "$1", "class", "(.+)")', "label class"),
        ("a:b:c / on (pool) group_left () xenlens_disk_probe_iops", "metric a:b:c"),
    ],
)
def test_a_name_that_the_exporter_does_not_give_is_found(expression: str, mistake: str) -> None:
    known = {**catalogue(), "up": frozenset({"job"})}
    assert mistakes([{"record": "r", "expr": expression}], known) == [f"r: no {mistake}"]


def test_names_are_told_from_functions_operators_ranges_and_strings() -> None:
    """Nothing of an expression but its metrics and labels is taken for a name."""
    found = names(
        'max without (x) (rate(a:b_c:d{y=~"{z}", w!=""}[1h:5m] offset 2d)) * 1.5e3'
        ' >= bool ignoring (v) group_left (u) label_replace(e and f, "t", "g", "s", "(h)")'
    )
    assert found.metrics == {"a:b_c:d", "e", "f"}
    assert found.matched == {("a:b_c:d", "y"), ("a:b_c:d", "w")}
    assert found.labels == {"x", "v", "u", "s"}
    assert found.written == {"t"}


@each_file
def test_every_recorded_name_tells_its_level_its_metric_and_what_was_done(file: Path) -> None:
    recorded = [rule["record"] for rule in rules_of(file)]
    assert [name for name in recorded if not RECORDED.fullmatch(name)] == []
    assert len(recorded) == len(set(recorded))


@each_file
def test_a_comment_above_every_rule_says_what_it_is_for(file: Path) -> None:
    lines = [line.strip() for line in file.read_text().splitlines()]
    rules = [number for number, line in enumerate(lines) if line.startswith("- record:")]
    assert len(rules) == len(rules_of(file))
    assert [lines[rule] for rule in rules if not lines[rule - 1].startswith("# ")] == []


def test_classes_are_compared_in_every_direction_that_a_probe_can_have() -> None:
    """The exporter's pairs of classes know no direction, so a rule names them all."""
    (pairs,) = (
        rule["expr"]
        for file in RULES
        for rule in rules_of(file)
        if rule["record"] == "storage_class:xenlens_disk_probe_class_expected_faster_than:max"
    )
    assert set(re.findall(r'"direction", "(\w+)"', pairs)) == set(get_args(Direction))


def test_the_wheel_has_every_file_of_rules() -> None:
    """Without the rules in it, an installed xenlens has none to give."""
    packed = {Path(found.path) for found in WheelBuilder(str(ROOT)).recurse_included_files()}
    assert RULES
    assert set(RULES) <= packed


def test_the_rules_and_the_page_call_the_same_runs_limited() -> None:
    rules = (RULES[0].parent / "disk_probes.yml").read_text()
    assert f"{AT_LIMIT} * xenlens_disk_probe_rate_limit" in rules
    assert f"ratio_with_limits > {MORE}" in rules
