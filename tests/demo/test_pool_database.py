"""The database is that of each host's version; everything in it fits together."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from exporter.demo.model import Model
from exporter.demo.modular import modular_chassis
from exporter.demo.pool.database import Tables, tables
from exporter.demo.pool.names import NULL_REF
from exporter.demo.pool.scaled import scaled_chassis
from tests.demo.simulated import HOSTS, Simulated

POINTERS = {
    "pool": ("master", "default_SR"),
    "host": ("metrics", "resident_VMs", "PBDs", "patches", "updates", "control_domain"),
    "SR": ("PBDs",),
    "PBD": ("host", "SR"),
    "VM": ("resident_on", "affinity", "metrics", "guest_metrics", "snapshots", "snapshot_of"),
    "host_patch": ("host", "pool_patch"),
    "pool_update": ("hosts",),
}
"""Fields that point to objects of classes the demo has."""


@pytest.fixture
def pool() -> Simulated:
    """A chassis with everything wrong that leaves XAPI answering."""
    pool = Simulated()
    pool.fault("scm2 pulled", "vm stuck-operation", "pbd unplugged", "nfs dead")
    return pool


def pointers(database: Tables) -> Iterator[str]:
    for kind, fields in POINTERS.items():
        for record in database.get(kind, {}).values():
            for field in fields:
                value = record.get(field, [])
                yield from [value] if isinstance(value, str) else value


@pytest.mark.parametrize("host", HOSTS)
def test_references_lead_to_objects(pool: Simulated, host: str) -> None:
    database = tables(pool.model, host)
    known = {ref for table in database.values() for ref in table}
    assert {ref for ref in pointers(database) if ref != NULL_REF} <= known


@pytest.mark.parametrize("host", HOSTS)
def test_every_value_is_of_a_kind_that_the_api_has(pool: Simulated, host: str) -> None:
    def fits(value: Any) -> bool:
        if isinstance(value, list):
            return all(isinstance(each, str) for each in value)
        if isinstance(value, dict):
            return all(isinstance(x, str) for pair in value.items() for x in pair)
        if isinstance(value, datetime):
            return value.tzinfo is UTC and value.microsecond == 0
        return isinstance(value, bool | float | str)

    for table in tables(pool.model, host).values():
        for ref, record in table.items():
            assert ref.startswith("OpaqueRef:")
            assert {key: value for key, value in record.items() if not fits(value)} == {}


def test_a_version_has_the_classes_and_fields_of_its_time(pool: Simulated) -> None:
    old, new, newest = (tables(pool.model, host) for host in HOSTS)
    assert {"pool_patch", "host_patch"} <= set(old)
    assert "pool_update" not in old
    assert "pool_update" in new
    assert "host_patch" not in new
    fields = [set(next(iter(database["host"].values()))) for database in (old, new, newest)]
    assert fields[0] < fields[1] < fields[2]
    vm = [next(iter(database["VM"].values())) for database in (old, new)]
    assert ("protection_policy" in vm[0], "protection_policy" in vm[1]) == (True, False)


def test_hotfixes_are_told_by_every_version(pool: Simulated) -> None:
    names = {
        frozenset(record["name_label"] for record in tables(pool.model, host)[kind].values())
        for host, kind in zip(HOSTS, ("pool_patch", "pool_update", "pool_update"), strict=True)
    }
    assert len(names) == 1
    assert "XS602E005" in names.pop()


def test_the_same_names_have_the_same_identifiers_after_every_start() -> None:
    first, second = (tables(Simulated().model, "xcp82") for _ in range(2))
    assert {kind: list(table) for kind, table in first.items()} == {
        kind: list(table) for kind, table in second.items()
    }


def test_dates_are_on_the_wall_clock() -> None:
    model = Model(modular_chassis(), lambda: 1000.0, lambda: 1_700_000_000.0)
    (task,) = tables(model, "xcp83")["task"].values()
    assert task["created"] == datetime.fromtimestamp(1_700_000_000 - 1000 - 300, UTC)


def test_a_pool_of_any_size_can_be_made() -> None:
    chassis = scaled_chassis(modular_chassis(16), srs=200, vms=2000)
    database = tables(Model(chassis, lambda: 0.0), "xcp83")
    sizes = {kind: len(database[kind]) for kind in ("host", "SR", "PBD", "VM")}
    assert sizes == {"host": 16, "SR": 200, "PBD": 3200, "VM": 2000}
