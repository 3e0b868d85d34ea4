"""What all dashboards have in common, and where their links lead."""

import json
import re

import pytest

from alerts.bundle import alert_names, alerts
from dashboards.alerting import what_alerts_say
from tests.dashboards.expressions import Json, committed, panels

each = pytest.mark.parametrize("uid", committed())
RUNBOOK = re.compile(r"/runbooks/([^\"?]+)")
RAW = "${__value.raw}"


def test_their_uids_are_those_that_links_and_bookmarks_know() -> None:
    names = {"fleet", "host", "storage", "disks", "remediation"}
    assert committed().keys() == {f"xenlens-{name}" for name in names}


@each
def test_a_dashboard_is_read_by_grafana_10_and_later_in_utc_with_one_crosshair(uid: str) -> None:
    dashboard = committed()[uid]
    assert dashboard["schemaVersion"] == 39
    assert dashboard["timezone"] == "utc"
    assert dashboard["graphTooltip"] == 1
    assert dashboard["refresh"] == "30s"


@each
def test_a_dashboard_leads_to_the_others_with_the_time_and_what_is_chosen(uid: str) -> None:
    (link,) = (one for one in committed()[uid]["links"] if one["type"] == "dashboards")
    assert link["tags"] == committed()[uid]["tags"] == ["xenlens"]
    assert link["keepTime"]
    assert link["includeVars"]
    assert "placement" not in link


@each
def test_pools_and_hosts_can_be_chosen_several_or_all_also_those_without_a_host(uid: str) -> None:
    variables = {one["name"]: one for one in committed()[uid]["templating"]["list"]}
    assert {"datasource", "pool", "host", "xenlens"} <= variables.keys()
    for one in variables.values():
        if one["type"] == "query":
            assert (one["multi"], one["includeAll"], one["allValue"]) == (True, True, ".*")
    assert "$pool" in variables["host"]["query"]


@each
def test_every_link_to_a_runbook_names_an_alert(uid: str) -> None:
    named = set(RUNBOOK.findall(json.dumps(committed()[uid])))
    assert named - set(alert_names()) <= {RAW}
    assert named


def test_the_table_of_alerts_leads_to_runbooks_from_the_column_that_has_their_names() -> None:
    for uid in ("xenlens-fleet", "xenlens-host"):
        (panel,) = (p for p in panels(committed()[uid]) if p["title"] == "Alerts, worst first")
        named = [o["matcher"]["options"] for o in _overrides(panel) if RAW in _runbooks(o)]
        assert named == ["Runbook"]
        (organized,) = (t for t in panel["transformations"] if t["id"] == "organize")
        assert organized["options"]["renameByName"]["alertname"] == "Runbook"


def _overrides(panel: Json) -> list[Json]:
    return list(panel["fieldConfig"]["overrides"])


def _runbooks(override: Json) -> list[str]:
    return RUNBOOK.findall(json.dumps(override))


def test_the_table_of_alerts_has_words_for_every_alert_that_calls_people() -> None:
    calling = {alert.name for alert in alerts() if not alert.for_machine}
    told = what_alerts_say()
    assert told.keys() == calling == set(alert_names())
    assert told["MultipathPathsLost"] == ("N of its paths vanished", "")
    assert told["XenlensCommandStuck"] == ("a command hangs: COMMAND", "")
    assert told["RemediationFailing"] == ("Playbook PLAYBOOK did not heal: OUTCOME", "")
    assert told["XenlensDown"] == ("xenlens does not answer Prometheus", "")


@each
def test_links_between_dashboards_lead_to_one_that_exists(uid: str) -> None:
    led_to = set(re.findall(r"/d/([\w-]+)", json.dumps(committed()[uid])))
    assert led_to <= committed().keys()
