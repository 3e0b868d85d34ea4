"""Faults of the coordinator, of hosts and of bonds show in XAPI's database and in its messages."""

import pytest

from exporter.demo.pool.database import tables
from exporter.demo.pool.names import uuid_of
from tests.demo.pool_records import counts, messages, records
from tests.demo.simulated import HOSTS, Simulated


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def test_a_healthy_pool_has_no_messages_and_counts_all_paths(pool: Simulated) -> None:
    assert messages(pool) == []
    assert {host: counts(pool, host) for host in HOSTS} == dict.fromkeys(HOSTS, "[2, 2]")
    assert all(pbd["currently_attached"] for pbd in records(pool, "PBD"))
    assert {task["status"] for task in records(pool, "task")} == {"success"}


def test_with_the_coordinator_lost_every_xe_hangs_and_other_tools_answer(pool: Simulated) -> None:
    pool.fault("coordinator lost")
    for host in HOSTS:
        assert pool.run(host, "xe pool-list").hangs
        assert pool.printed(host, "xe host-is-in-emergency-mode") == "false\n"
        assert "state" in pool.printed(host, "list_domains")
    pool.fault("coordinator back")
    assert "modular" in pool.printed("xcp82", "xe pool-list")


def test_without_a_coordinator_nothing_is_written(pool: Simulated) -> None:
    pool.fault("coordinator lost", "scm2 pulled")
    assert counts(pool) == "[2, 2]"
    pool.fault("coordinator back")
    assert counts(pool) == "[1, 2]"
    assert [name for name, _ in messages(pool)] == ["MULTIPATH_PERIODIC_ALERT"] * 3


def test_the_coordinator_moves_to_the_second_host(pool: Simulated) -> None:
    pool.fault("coordinator lost", "coordinator moved")
    (record,) = records(pool, "pool")
    assert tables(pool.model, "xcp82")["host"][record["master"]]["name_label"] == "xcp82"
    (message,) = records(pool, "message")
    assert (message["name"], message["obj_uuid"]) == (
        "POOL_MASTER_TRANSITION",
        uuid_of("host", "xcp82"),
    )


def test_the_coordinator_does_not_move_to_a_lost_host(pool: Simulated) -> None:
    pool.fault("xcp82 lost", "coordinator moved")
    assert pool.model.chassis.pool.coordinator == "xcp83"


def test_xapi_notices_a_lost_host_after_ten_minutes(pool: Simulated) -> None:
    def live() -> list[bool]:
        return [metrics["live"] for metrics in records(pool, "host_metrics")]

    pool.fault("xcp83 lost")
    assert pool.dom0("xcp83").lost
    pool.now += 599
    assert live() == [True, True, True]
    pool.now += 1
    assert live() == [True, True, False]
    pool.fault("xcp83 returned")
    assert live() == [True, True, True]


def test_a_lost_host_writes_no_counts(pool: Simulated) -> None:
    pool.fault("xcp83 lost", "scm2 pulled")
    assert [counts(pool, host) for host in HOSTS] == ["[1, 2]", "[1, 2]", "[2, 2]"]


def test_a_lost_coordinator_hangs_all_and_is_never_called_dead(pool: Simulated) -> None:
    pool.fault("xenserver1 lost")
    pool.now += 3600
    assert pool.run("xcp82", "xe host-list").hangs
    assert all(metrics["live"] for metrics in records(pool, "host_metrics"))


def test_a_bond_that_loses_a_member_is_told_where_xapi_watches_bonds(pool: Simulated) -> None:
    pool.fault("switch1 off")
    pool.now += 5
    told = messages(pool)
    assert len(told) == 4, "two bonds on each of the two hosts since 6.1"
    assert told[0] == (
        "BOND_STATUS_CHANGED",
        "The status of the eth0+eth2 bond changed: 1/2 up (was 2/2)",
    )


def test_a_bond_that_recovers_unobserved_is_told_in_both_directions(pool: Simulated) -> None:
    pool.fault("switch1 reset")
    pool.now += 3600
    bodies = [body for _, body in messages(pool)]
    assert sum("1/2 up (was 2/2)" in body for body in bodies) == 4
    assert sum("2/2 up (was 1/2)" in body for body in bodies) == 4


def test_only_so_many_messages_are_kept(pool: Simulated) -> None:
    for _ in range(200):
        pool.fault("scm2 pulled", "scm2 pushed back")
    assert len(records(pool, "message")) == 500
