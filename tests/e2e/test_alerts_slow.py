"""Disks that became slow, configuration that drifted, an operation that is stuck: told in minutes.

A disk is measured every minute, a host's configuration read every five, and an operation has to
last for ten. So the last two faults are there from the start.
"""

import re
import time
from collections.abc import Iterator

import pytest

from exporter.demo.config_disks import PROFILES
from tests.e2e.conftest import Demo, running_demo
from tests.e2e.faults import LAST, MAIL, VM, Case, Stack, Told, as_told, case, told
from tests.labs.alerting import alerting

pytestmark = [pytest.mark.prometheus, pytest.mark.timeout(900)]
FROM_THE_START = ("hostconfig.drifted", "vm.stuck-operation")
FACTS = ("filter of lvm.conf", "initrd", "mount option nobarrier of /", "multipath.conf")
DRIFTED = told(MAIL, "HostConfigDrifted", *((LAST, fact) for fact in FACTS))
STUCK = told(MAIL, "VmOperationStuck", (LAST, VM["mail3"]))
FIGURES = re.compile(r"^(xenlens_disk_probe_(?!.*_total)\w+)\{(.*)\} (\S+)$", re.MULTILINE)
HOUR, STEP = 3600.0, 240.0
"""Prometheus looks five minutes back for a sample."""
SLOW = 300.0


def slow(storage_class: str, sr: str) -> frozenset[Told]:
    """Every probe of a class, slower than in its last week."""
    return told(
        MAIL,
        "DiskProbeSlow",
        *(
            ("read", LAST, f"{storage_class}-{profile}", profile, sr, storage_class)
            for profile in PROFILES[storage_class]
        ),
    )


NOT_FASTER = told(
    MAIL, "StorageClassNotFaster", *(("read", profile, "ssd", "sas") for profile in PROFILES["sas"])
)
CASES = [
    case("ssd/limited", slow("ssd", "IMS LUN0") | NOT_FASTER, "ssd/unlimited"),
    case("sas/slow", slow("sas", "Local storage"), "sas/quick"),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """With a week of figures as they are now, so that slower than that means something."""
    folder = tmp_path_factory.mktemp("slow")
    options = [option for fault in FROM_THE_START for option in ("--fault", fault)]
    with (
        running_demo(*options) as demo,
        alerting(folder, demo.url, 3.0, faster=600.0, past=week_before(demo)) as running,
    ):
        yield Stack(demo, running)


def week_before(demo: Demo) -> str:
    """OpenMetrics text: what probes measure now, as if so for a day of their last week."""
    first = time.time() - 3 * 24 * HOUR
    moments = [first + STEP * number for number in range(int(30 * HOUR / STEP))]
    lines = []
    for name, labels, value in figures(demo):
        series = f'{name}{{{labels},instance="{LAST}",job="xenlens"}}'
        lines.append(f"# TYPE {name} gauge")
        for at in moments:
            # A probe succeeded every half an hour.
            told = at - at % 1800 if name.endswith("last_success_timestamp_seconds") else value
            lines.append(f"{series} {told} {at:.3f}")
    return "\n".join([*dict.fromkeys(lines), "# EOF", ""])


def figures(demo: Demo) -> list[tuple[str, str, float]]:
    """Name, labels and value of every figure, once every probe of the demo has some; by name."""
    probes = sum(map(len, PROFILES.values()))
    give_up = time.monotonic() + 180
    while time.monotonic() < give_up:
        page = demo.get(f"/probe?target={LAST}&collector=disk_probes")
        if page.count("xenlens_disk_probe_bandwidth_bytes_per_second{") == probes:
            return sorted((name, labels, float(v)) for name, labels, v in FIGURES.findall(page))
        time.sleep(1)
    pytest.fail("some probe of the demo gives no figures")


def test_configuration_that_drifted_is_told_and_forgotten_once_restored(stack: Stack) -> None:
    assert stack.settle(DRIFTED) == DRIFTED
    stack.queries.ask(stack.alerting)
    stack.demo.fault("hostconfig/restored")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_just_the_alerts_of_a_slow_disk_come_and_go(stack: Stack, case: Case) -> None:
    """Beside what is still there from the start."""
    stack.show(case, patience=SLOW, beside=DRIFTED | STUCK)


def test_an_operation_that_is_stuck_for_ten_minutes_is_told(stack: Stack) -> None:
    assert stack.settle(STUCK, patience=700) == STUCK
    stack.alerting.heard.forget()
    stack.queries.ask(stack.alerting)
    stack.demo.fault("vm/recovered")
    assert stack.settle((), patience=60) == set()
    assert set(as_told(stack.alerting.heard.all())) == STUCK


def test_every_panel_about_it_had_data_while_a_fault_was_on(stack: Stack) -> None:
    assert stack.queries.unanswered("slow") == []
