"""Disks that became slow and configuration that drifted, told by a real Prometheus in minutes.

A disk is measured every minute, a host's configuration read every five: that one has drifted from
the start.
"""

import re
import time
from collections.abc import Iterator

import pytest

from exporter.demo.config_disks import PROFILES
from tests.e2e.conftest import Demo, running_demo
from tests.e2e.faults import LAST, MAIL, Case, Stack, Told, case, told
from tests.labs.alerting import alerting

pytestmark = [pytest.mark.prometheus, pytest.mark.hurried, pytest.mark.timeout(900)]
FACTS = ("filter of lvm.conf", "initrd", "mount option nobarrier of /", "multipath.conf")
DRIFTED = told(MAIL, "HostConfigDrifted", *((LAST, fact) for fact in FACTS))
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
    with (
        running_demo("--fault", "hostconfig.drifted") as demo,
        alerting(folder, demo.url, 5.0, faster=600.0, past=week_before(demo)) as running,
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
    stack.show(case, patience=SLOW, beside=DRIFTED)


def test_every_panel_about_it_had_data_while_a_fault_was_on(stack: Stack) -> None:
    assert stack.queries.unanswered("slow") == []
