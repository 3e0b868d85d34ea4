"""Faults of storage, injected in turn, with a real Prometheus and Alertmanager in between."""

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Demo
from tests.e2e.faults import (
    CHASSIS,
    HOSTS,
    LAST,
    MACHINE,
    MAIL,
    NOBODY,
    PAGE,
    SR,
    Case,
    Stack,
    Step,
    Told,
    case,
    of_maps,
    run_on_hosts,
    started,
    told,
)

pytestmark = [pytest.mark.prometheus, pytest.mark.hurried, pytest.mark.timeout(600)]
LUN = "222ac00015543fe63"
LOST = of_maps(MACHINE, "MultipathPathsLost") | of_maps(MAIL, "MultipathPathsLost")
FAILED = of_maps(MAIL, "MultipathPathFailed")
BLIND = "MultipathXapiCountWrong"


def not_failed_back(controller: str) -> frozenset[Told]:
    """Maps that belong to a controller, on hosts that do not fail back by themselves."""
    maps = [
        (name, disk.wwid)
        for name, host in CHASSIS.hosts.items()
        if host.flavour.failback == "manual"
        for disk in host.storage.disks
        if disk.owner == controller
    ]
    assert maps
    alert = "MultipathBestGroupNotActive"
    return told(MACHINE, alert, *maps) | told(MAIL, alert, *maps)


def switch_groups(demo: Demo) -> None:
    """What the runbook says: the first group is that of the disk's own controller."""
    wwids = {disk.wwid for host in CHASSIS.hosts.values() for disk in host.storage.disks}
    words = ((f"switchgroup map {wwid} group 1",) for wwid in sorted(wwids))
    run_on_hosts(demo, *(("multipathd", "-k" + word) for (word,) in words))


def replug(demo: Demo) -> None:
    """The controller is back, and the PBD is plugged again with every path there."""
    demo.fault("scm2/pushed-back")
    demo.fault("mpath-key/restored")


CASES = [
    case("scm1/pulled", LOST, "scm1/pushed-back"),
    case("scm2/pulled", LOST, "scm2/pushed-back"),
    Case(
        (
            Step("scm1.paths/failing", FAILED),
            Step("scm1.paths/working", not_failed_back("scm1")),
            Step(switch_groups),
        )
    ),
    Case(
        (
            Step("scm2.paths/failing", FAILED),
            Step("scm2.paths/working", not_failed_back("scm2")),
            Step(switch_groups),
        )
    ),
    case(
        "pbd/unplugged",
        told(MACHINE, "PbdUnplugged", (LAST, SR["IMS LUN0"]))
        | told(MAIL, "PbdUnplugged", (LAST, SR["IMS LUN0"])),
        "pbd/plugged",
    ),
    case(
        "mpath-key/degraded-replug",
        LOST | told(NOBODY, BLIND, (LAST, LUN, SR["IMS LUN0"])),
        replug,
    ),
    case(
        "mpath-key/removed",
        told(NOBODY, BLIND, (LAST, LUN, SR["IMS LUN0"])),
        "mpath-key/restored",
    ),
    case(
        "nfs/dead",
        told(MACHINE, "IsoLibraryDead", (SR["NFS ISO library"],))
        | told(PAGE, "IsoLibraryDead", (SR["NFS ISO library"],))
        | told(PAGE, "StorageBackendUnreachable", *((host, SR["NFS VHDs"]) for host in HOSTS)),
        "nfs/alive",
    ),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with started(tmp_path_factory.mktemp("storage")) as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=str)
def test_just_the_alerts_of_a_fault_come_and_go(stack: Stack, case: Case) -> None:
    stack.show(case)


def test_every_panel_about_it_had_data_while_a_fault_was_on(stack: Stack) -> None:
    assert stack.queries.unanswered("storage") == []
