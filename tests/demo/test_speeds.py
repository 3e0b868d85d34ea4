"""The simulated disks are as fast as their class, and as slow as what is wrong with them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from exporter.demo.devices import device_at, map_of
from exporter.demo.latencies import Latencies
from exporter.demo.speeds import ALONE, BUFFERED, QUEUED, Access, Speed, speed_of
from tests.demo.measuring import SSD, boot_disk
from tests.demo.simulated import Simulated

HOST = "xcp83"
OPERATOR = {ALONE: (1819, 1762), QUEUED: (9391, 10445), BUFFERED: (236, 220)}
"""What the operator measured, operations a second: on SSDs, on SAS disks."""
Measure = Callable[[Simulated, Access], Speed]


def ssd(pool: Simulated, access: Access) -> Speed:
    """The speed of the shared LUN."""
    return speed(pool, f"/dev/mapper/{SSD}", access)


def sas(pool: Simulated, access: Access) -> Speed:
    """The speed of the disk the host boots from."""
    return speed(pool, boot_disk(pool, HOST), access)


def speed(pool: Simulated, path: str, access: Access) -> Speed:
    """The speed of a device of the host."""
    chassis = pool.model.chassis
    device = device_at(chassis.hosts[HOST].storage, path)
    assert device is not None
    return speed_of(chassis.arrays, device, access, pool.now)


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


@pytest.mark.parametrize(("access", "times"), [(ALONE, 3), (QUEUED, 3), (BUFFERED, 1.8)])
def test_healthy_ssds_are_several_times_faster_than_sas_disks(
    pool: Simulated, access: Access, times: float
) -> None:
    for _ in range(100):
        pool.now += 60
        assert ssd(pool, access).bandwidth > times * sas(pool, access).bandwidth


@pytest.mark.parametrize("access", OPERATOR)
def test_limited_ssds_are_about_as_fast_as_the_operators(pool: Simulated, access: Access) -> None:
    pool.fault("ssd limited")
    assert ssd(pool, access).iops == pytest.approx(OPERATOR[access][0], rel=0.15)


@pytest.mark.parametrize("access", OPERATOR)
def test_sas_disks_are_about_as_fast_as_the_operators(pool: Simulated, access: Access) -> None:
    assert sas(pool, access).iops == pytest.approx(OPERATOR[access][1], rel=0.15)


@pytest.mark.parametrize("access", OPERATOR)
def test_limited_ssds_are_never_faster_than_sas_disks(pool: Simulated, access: Access) -> None:
    pool.fault("ssd limited")
    for _ in range(100):
        pool.now += 60
        assert ssd(pool, access).iops < sas(pool, access).iops


@pytest.mark.parametrize("access", OPERATOR)
def test_a_slow_sas_disk_makes_them_several_times_slower_than_ever(
    pool: Simulated, access: Access
) -> None:
    healthy = sas(pool, access)
    pool.fault("sas slow")
    assert sas(pool, access).iops < healthy.iops / 4
    assert sas(pool, access).latencies.mean > 4 * healthy.latencies.mean
    pool.fault("sas quick")
    assert sas(pool, access) == healthy


@pytest.mark.parametrize(("fault", "other"), [("ssd limited", sas), ("sas slow", ssd)])
def test_a_fault_of_one_class_leaves_the_other_alone(
    pool: Simulated, fault: str, other: Measure
) -> None:
    before = other(pool, QUEUED)
    pool.fault(fault)
    assert other(pool, QUEUED) == before


@pytest.mark.parametrize("fault", ["scm1 pulled", "scm1.paths failing"])
def test_without_its_controller_a_disk_works_on_a_little_slower(
    pool: Simulated, fault: str
) -> None:
    before = ssd(pool, QUEUED).iops
    pool.fault(fault)
    assert before / 2 < ssd(pool, QUEUED).iops < before


@pytest.mark.parametrize("fault", ["pulled", "paths failing"])
def test_without_any_path_a_disk_is_read_through_no_controller(pool: Simulated, fault: str) -> None:
    for controller in ("scm1", "scm2"):
        name, _, state = fault.rpartition(" ")
        pool.fault(f"{controller}{'.' * bool(name)}{name} {state}")
    storage = pool.model.chassis.hosts[HOST].storage
    assert [map_of(storage, disk).controller for disk in storage.disks] == [None, None]


def test_a_failing_path_hangs_while_the_map_above_it_works(pool: Simulated) -> None:
    storage = pool.model.chassis.hosts[HOST].storage
    path = next(path for path in storage.paths if path.wwid == SSD and path.controller == "scm1")
    pool.fault("scm1.paths failing")
    storage = pool.model.chassis.hosts[HOST].storage
    by_path, by_map = (
        device_at(storage, f"/dev/{name}") for name in (path.device, f"mapper/{SSD}")
    )
    assert by_path is not None
    assert by_map is not None
    assert (by_path.controller, by_map.controller) == (None, "scm2")


def test_the_speed_differs_a_little_from_time_to_time_and_from_nothing_else(
    pool: Simulated,
) -> None:
    first = ssd(pool, ALONE)
    again = ssd(Simulated(), ALONE)
    pool.now += 60
    later = ssd(pool, ALONE)
    assert first == again
    assert first.iops != later.iops
    assert later.iops == pytest.approx(first.iops, rel=0.07)


def test_operations_in_a_queue_last_longer_and_are_more(pool: Simulated) -> None:
    alone, queued = sas(pool, ALONE), sas(pool, QUEUED)
    assert queued.iops > 4 * alone.iops
    assert queued.latencies.mean > alone.latencies.mean


def test_a_deep_queue_reaches_the_same_as_a_deeper_one(pool: Simulated) -> None:
    deep, deeper = (ssd(pool, replace(QUEUED, depth=depth)) for depth in (32, 64))
    assert deeper.iops == pytest.approx(deep.iops, rel=0.07)


def test_latencies_are_spread_around_their_mean() -> None:
    latencies = Latencies(0.001, 0.3)
    quantiles = [latencies.quantile(n / 1000) for n in range(1, 1000)]
    assert quantiles == sorted(quantiles)
    assert sum(quantiles) / len(quantiles) == pytest.approx(latencies.mean, rel=0.01)
    assert latencies.share_below(latencies.quantile(0.9)) == pytest.approx(0.9)


def test_a_chassis_without_a_shared_disk_has_no_ssds_to_limit() -> None:
    faults = {str(fault) for fault in Simulated(shared_disk=False).model.chassis.faults()}
    assert {"sas.slow", "sas.quick"} <= faults
    assert not {"ssd.limited", "ssd.unlimited"} & faults
