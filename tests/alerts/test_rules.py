"""The bundled rules: promtool's own checks and unit tests, and how recorded series are named."""

import os
import re
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
from hatchling.builders.wheel import WheelBuilder

from collectors.disk_compare import AT_LIMIT, MORE
from collectors.disk_records import Direction
from tests.catalogue import catalogue, mistakes, recording_rules, rules_of

ROOT = Path(__file__).parents[2]
BUNDLED = Path(str(files("alerts")))
RULES = sorted(BUNDLED.glob("rules/*.yml"))
UNIT_TESTS = sorted((Path(__file__).parent / "rules").glob("*_test.yml"))
RECORDED = re.compile(r"[a-z_]+:xenlens_[a-z_]+:[a-z0-9_]+")
each_file = pytest.mark.parametrize("file", RULES, ids=lambda file: file.name)


def promtool(*arguments: str | Path) -> str:
    """Run it; its whole output. Fails with that output unless it ends well."""
    argv, less_often_collecting = ["promtool", *arguments], os.environ | {"GOGC": "400"}
    done = subprocess.run(
        argv, env=less_often_collecting, capture_output=True, text=True, check=False
    )
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
def test_every_recorded_series_is_asked_for_in_a_unit_test(file: Path) -> None:
    texts = (test.read_text() for test in UNIT_TESTS)
    asked = {name for text in texts if file.name in text for name in RECORDED.findall(text)}
    recorded = {rule["record"] for rule in rules_of(file) if "record" in rule}
    assert recorded - asked == set()


@each_file
def test_every_metric_and_label_is_one_that_the_exporter_gives(file: Path) -> None:
    assert mistakes(rules_of(file), catalogue()) == []


def test_every_recorded_name_tells_its_level_its_metric_and_what_was_done() -> None:
    recorded = [rule["record"] for rule in recording_rules()]
    assert [name for name in recorded if not RECORDED.fullmatch(name)] == []
    assert len(recorded) == len(set(recorded))


@each_file
def test_a_comment_above_every_recording_rule_says_what_it_is_for(file: Path) -> None:
    lines = [line.strip() for line in file.read_text().splitlines()]
    rules = [number for number, line in enumerate(lines) if line.startswith("- record:")]
    assert [lines[rule] for rule in rules if not lines[rule - 1].startswith("# ")] == []


def test_classes_are_compared_in_every_direction_that_a_probe_can_have() -> None:
    """The exporter's pairs of classes know no direction, so a rule names them all."""
    (pairs,) = (
        rule["expr"]
        for rule in recording_rules()
        if rule["record"] == "storage_class:xenlens_disk_probe_class_expected_faster_than:max"
    )
    assert set(re.findall(r'"direction", "(\w+)"', pairs)) == set(get_args(Direction))


def test_the_rules_and_the_page_call_the_same_runs_limited() -> None:
    rules = (BUNDLED / "rules" / "disk_probes.yml").read_text()
    assert f"{AT_LIMIT} * xenlens_disk_probe_rate_limit" in rules
    assert f"ratio_with_limits > {MORE}" in rules


def test_the_wheel_has_everything_that_users_deploy() -> None:
    """Without it an installed xenlens has nothing to give."""
    packed = {Path(found.path) for found in WheelBuilder(str(ROOT)).recurse_included_files()}
    deployed = [BUNDLED / "alertmanager.yml", *RULES]
    deployed += [*BUNDLED.glob("runbooks/*.md"), *BUNDLED.glob("playbooks/*.yml")]
    assert len(deployed) > 60
    assert set(deployed) <= packed
