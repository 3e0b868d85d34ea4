"""Alertmanager's bundled configuration: who is told what, and what is held back."""

import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from importlib.resources import as_file
from pathlib import Path

import pytest
import yaml

from alerts import bundle
from alerts.remediation.lease import AT_WORK as AT_WORK_NAME
from alerts.remediation.lease import AWAITS_APPROVAL
from exporter.web import webhook
from tests.labs.alerting import Alertmanager, alertmanager

pytestmark = pytest.mark.prometheus
SECONDS = 60.0
WRONG = {"alertname": "BondWrongActiveMember", "playbook": "set-active-member", "pool": "modular"}
AT_WORK = {"alertname": AT_WORK_NAME, "audience": "lease"}
OBJECT = {"pool": "modular", "host": "xenserver1", "bond": "bond0"}


def amtool(*arguments: str) -> str:
    with as_file(bundle.alertmanager_config()) as file:
        argv = ["amtool", *(argument.format(file=file) for argument in arguments)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_amtool_finds_nothing_to_say_about_it() -> None:
    assert "SUCCESS" in amtool("check-config", "{file}")


def test_the_webhook_of_its_comment_is_one_that_alertmanager_takes(tmp_path: Path) -> None:
    text = bundle.alertmanager_config().read_text(encoding="utf-8")
    before, name, after = text.partition("  - name: remediation\n")
    example, _, rest = after.partition("  - name: nobody\n")
    filled = re.sub(r"(?m)^    # (?=webhook_configs:|  )", "    ", example)
    file = tmp_path / "alertmanager.yml"
    file.write_text(f"{before}{name}{filled}  - name: nobody\n{rest}", encoding="utf-8")
    (receiver,) = (
        one
        for one in yaml.safe_load(file.read_text(encoding="utf-8"))["receivers"]
        if one["name"] == "remediation"
    )
    (hook,) = receiver["webhook_configs"]
    assert hook["url"].endswith(webhook.PATH)
    assert hook["send_resolved"] is True
    assert "credentials_file" in hook["http_config"]["authorization"]
    argv = ["amtool", "check-config", str(file)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("receivers", "labels"),
    [
        ("page", "severity=critical"),
        ("page", "severity=critical playbook=restart-vm"),
        ("mail", "severity=warning"),
        ("nobody", "severity=info"),
        ("mail", "alertname=SomebodyElses"),
        ("remediation", "severity=info audience=machine playbook=restart-vm"),
        ("watchdog", "alertname=XenlensWatchdog severity=info audience=watchdog"),
        ("nobody", "alertname=XenlensRemediationAtWork audience=lease playbook=restart-vm"),
        ("mail", f"alertname={AWAITS_APPROVAL} severity=warning playbook=set-active-member"),
    ],
)
def test_every_alert_goes_to_whom_it_is_for(receivers: str, labels: str) -> None:
    argv = ("config", "routes", "test", "--config.file={file}", *labels.split())
    assert amtool(*argv).split() == receivers.split(",")


@pytest.fixture
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alertmanager]:
    with alertmanager(tmp_path_factory.mktemp("alertmanager")) as running:
        yield running


def told(manager: Alertmanager, labels: Mapping[str, str]) -> bool:
    wanted = tuple(sorted(labels.items()))
    return any(fired == wanted for _, fired in manager.heard.now())


def is_told_within(manager: Alertmanager, labels: Mapping[str, str], seconds: float) -> bool:
    give_up = time.monotonic() + seconds
    while not (found := told(manager, labels)) and time.monotonic() < give_up:
        time.sleep(0.1)
    return found


def test_a_page_waits_while_remediation_lives_and_goes_out_when_it_dies(
    manager: Alertmanager,
) -> None:
    page = {**WRONG, **OBJECT, "severity": "warning"}
    other = {**page, "bond": "bond1"}
    machine = {**WRONG, **OBJECT, "severity": "info", "audience": "machine"}
    lease = {**AT_WORK, **OBJECT, "playbook": "set-active-member"}
    until = time.monotonic() + 8
    manager.post(lease, 2)
    for alert in (page, other, machine):
        manager.post(alert, SECONDS)
    while time.monotonic() < until:
        manager.post(lease, 2)
        time.sleep(0.5)
        assert not told(manager, page)
    assert told(manager, other), "the page of another bond waited too"
    assert told(manager, machine), "the machine was not called"
    assert is_told_within(manager, page, 20), "the page of a dead remediator never went out"


GONE = {"alertname": "XenlensTargetDown", "severity": "critical"}
HELD_BACK = [
    ({**GONE}, {"alertname": "BondMemberDown", "bond": "bond0", "member": "eth0"}),
    ({"alertname": "HostSilent"}, {**GONE}),
    ({"alertname": "BondMissing", "bond": "bond0"}, {"alertname": "BondDown", "bond": "bond0"}),
    ({"alertname": "HostSilent"}, {"alertname": "VmHung", "vm": "a", "playbook": "restart-vm"}),
    ({"alertname": "BondDown", "bond": "bond0"}, {"alertname": "BondMemberDown", "bond": "bond0"}),
    (
        {"alertname": "MultipathQueueingWithoutPaths", "wwid": "w"},
        {"alertname": "MultipathPathFailed", "wwid": "w", "path": "sda"},
    ),
    (
        {"alertname": "StorageBackendUnreachable", "sr": "s"},
        {"alertname": "StorageNotMounted", "sr": "s"},
    ),
    ({"alertname": "MultipathPathsLost", "wwid": "w"}, {"alertname": "DiskProbeNotRun"}),
]


@pytest.mark.parametrize(("source", "target"), HELD_BACK, ids=lambda labels: labels["alertname"])
def test_the_worse_speaks_for_the_lesser_of_the_same_object_only(
    manager: Alertmanager, source: dict[str, str], target: dict[str, str]
) -> None:
    here, there = ({"pool": "modular", "host": host} for host in ("xenserver1", "xcp83"))
    manager.post({"severity": "critical", **source, **here}, SECONDS)
    manager.post({"severity": "warning", **target, **here}, SECONDS)
    manager.post({"severity": "warning", **target, **there}, SECONDS)
    assert is_told_within(manager, {"severity": "critical", **source, **here}, 20)
    assert is_told_within(manager, {"severity": "warning", **target, **there}, 20)
    assert not told(manager, {"severity": "warning", **target, **here})


def test_every_alert_that_is_named_exists() -> None:
    text = bundle.alertmanager_config().read_text(encoding="utf-8")
    names = [*bundle.alert_names(), AT_WORK_NAME]
    patterns = re.findall(r'alertname=~?"([^"]+)"', text)
    assert len(patterns) > 10
    for pattern in patterns:
        stems = re.fullmatch(r"\((.+)\)\.\+", pattern)
        ones = [f"{stem}.+" for stem in stems[1].split("|")] if stems else pattern.split("|")
        for one in ones:
            assert any(re.fullmatch(one, name) for name in names), one
