"""What every alert has: words, a page, labels that its playbook understands, unit tests."""

import re
from functools import cache
from pathlib import Path

import promql_parser as promql
import pytest
import yaml

from alerts import bundle
from alerts.bundle import Alert
from alerts.remediation.metrics import HARMFUL
from alerts.remediation.records import Mode
from alerts.remediation.tools import tools
from collectors.disk_compare import BARELY
from collectors.disk_reasons import SKIPPED
from collectors.storage_findings import NEARLY_FULL, NEVER_FULL
from tests.catalogue import catalogue
from tests.promql import metrics_of, result_labels

UNIT_TESTS = sorted((Path(__file__).parent / "rules").glob("*_test.yml"))
SEVERITIES = {"critical", "warning", "info"}
KINDS = ("fires", "silent", "flaps", "missing")
"""What unit tests show of every alert: the first word after its name."""
ALWAYS = {"XenlensWatchdog"}
"""It has no other state to test than firing."""
VALUE = re.compile(r"\$value|\.Value")
each_alert = pytest.mark.parametrize(
    "alert", bundle.alerts(), ids=lambda alert: alert.name + ("-machine" * alert.for_machine)
)
each_name = pytest.mark.parametrize("name", bundle.alert_names())


def seconds(duration: str) -> float:
    return promql.parse_duration(duration).total_seconds() if duration else 0.0


def rule(name: str, *, machine: bool = False) -> Alert:
    (found,) = (a for a in bundle.alerts() if a.name == name and a.for_machine == machine)
    return found


@each_alert
def test_it_says_how_bad_what_and_where_to_read_on(alert: Alert) -> None:
    assert alert.severity in SEVERITIES
    assert set(alert.labels) <= {"severity", "audience", "playbook"}
    assert set(alert.annotations) == {"summary", "description", "runbook_url"}
    assert alert.annotations["runbook_url"] == bundle.RUNBOOKS + alert.name
    assert not any(VALUE.search(value) for value in alert.labels.values())


@each_alert
def test_the_summary_names_the_victim(alert: Alert) -> None:
    labels = result_labels(alert.expr, catalogue())
    victims = labels & {"host", "pool", "instance", "playbook"}
    assert not victims or any(
        f"$labels.{victim}" in alert.annotations["summary"] for victim in victims
    )


@each_alert
def test_it_names_only_labels_that_it_has(alert: Alert) -> None:
    named = set(re.findall(r"\$labels\.(\w+)", " ".join(alert.annotations.values())))
    labels = result_labels(alert.expr, catalogue()) | set(alert.labels)
    assert named - labels == set()


@each_alert
def test_queries_in_its_words_name_what_exists(alert: Alert) -> None:
    """The name of an SR or VM is looked up, so that it is no label that could change."""
    text = " ".join(alert.annotations.values())
    for query in re.findall(r'printf "([^"]*)"', " ".join(text.split())):
        (metric,) = metrics_of(query.replace("%q", '"x"'))
        assert metric in catalogue()


@each_alert
def test_people_are_called_later_than_the_machine_and_not_for_every_flap(alert: Alert) -> None:
    if alert.for_machine:
        person = rule(alert.name)
        assert seconds(alert.wait) < seconds(person.wait)
        assert not alert.keep_firing
    elif alert.severity != "info" and not alert.expr.startswith("absent"):
        counts_by_itself = "increase(" in alert.expr or "last_reload" in alert.expr
        assert alert.keep_firing or counts_by_itself


@each_alert
def test_an_alert_with_a_playbook_has_a_twin_for_the_machine(alert: Alert) -> None:
    twins = [a for a in bundle.alerts() if a.name == alert.name]
    assert len(twins) == (2 if alert.playbook else 1)
    assert {twin.playbook for twin in twins} == {alert.playbook}
    assert (alert.severity == "info") or not alert.for_machine


@each_alert
def test_the_machines_twin_has_just_the_labels_that_its_playbook_resolves(alert: Alert) -> None:
    if not alert.playbook:
        return
    target = set(bundle.playbooks()[alert.playbook].target)
    labels = result_labels(alert.expr, catalogue())
    assert labels == target if alert.for_machine else labels >= target


def test_alerts_call_just_the_playbooks_that_they_may_call() -> None:
    called = {alert.playbook for alert in bundle.alerts() if alert.for_machine}
    assert called == {name for name, tool in tools().items() if tool.by_alert}


def test_every_tool_has_a_playbook_and_each_is_shipped_in_observe() -> None:
    assert set(tools()) == set(bundle.playbooks())
    for name, playbook in bundle.playbooks().items():
        assert playbook.mode is Mode.OBSERVE
        assert playbook.target == tools()[name].target


@each_alert
def test_only_counters_are_counted(alert: Alert) -> None:
    def check(part: promql.Expr) -> None:
        if isinstance(part, promql.Call) and part.func.name in ("rate", "increase"):
            (matrix,) = part.args
            assert matrix.vector_selector.name.endswith("_total")
            assert matrix.range.total_seconds() >= 600, "two scrapes, however slow"

    promql.walk(promql.parse(alert.expr), check)


@each_alert
def test_absence_waits_for_more_than_two_scrapes(alert: Alert) -> None:
    assert "absent(" not in alert.expr or seconds(alert.wait) >= 120


@cache
def shown() -> frozenset[str]:
    """What unit tests show: an alert and a kind of test."""
    groups = (group for file in UNIT_TESTS for group in yaml.safe_load(file.read_text())["tests"])
    names = (group.get("name", "").partition(": ") for group in groups)
    return frozenset(f"{alert} {rest.split(' ')[0]}" for alert, _, rest in names)


@each_name
def test_unit_tests_show_it_firing_silent_flapping_and_without_data(name: str) -> None:
    wanted = KINDS[:1] if name in ALWAYS else KINDS
    assert [kind for kind in wanted if f"{name} {kind}" not in shown()] == []


def test_limits_are_those_of_the_code() -> None:
    full = rule("StorageNearlyFull").expr
    assert f">= {NEARLY_FULL}" in full
    assert {frozenset(x.split("|")) for x in re.findall('=~"(.*)"', full)} == {NEVER_FULL}
    compared = re.findall(
        r"ratio(?:_with_limits)? (?:<|>=) ([\d.]+)", rule("StorageClassNotFaster").expr
    )
    assert compared == [str(BARELY)] * 3
    assert f'outcome=~"{"|".join(HARMFUL)}"' in rule("RemediationFailing").expr
    (reasons,) = re.findall(r'reason!~"([^"]*)"', rule("DiskProbeNotRun").expr)
    assert set(reasons.split("|")) <= set(SKIPPED)
