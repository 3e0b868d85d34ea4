"""Faults are named by object and state; whatever happens, every tool's text can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.bond_list import parse_bond_list
from collectors.bond_show import parse_bond_show
from collectors.multipath_text import parse_multipath
from collectors.multipathd import parse_raw_paths
from exporter.demo.faults import Fault, UnknownFault, parse_fault
from exporter.demo.modular import modular_chassis
from tests.demo.simulated import HOSTS, Simulated

KNOWN = modular_chassis().faults()
RAW = "'%i|%d|%D|%t|%T|%o|%p|%w|%m|%S'"


@pytest.mark.parametrize(
    "text", ["scm2.pushed-back", "scm2 pushed back", "SCM2 pushed-back", "scm2/pushed-back"]
)
def test_a_fault_can_be_written_in_several_ways(text: str) -> None:
    assert parse_fault(text, KNOWN) == Fault("scm2", "pushed-back")


def test_every_fault_reads_as_it_is_written() -> None:
    assert [parse_fault(str(fault), KNOWN) for fault in KNOWN] == list(KNOWN)


@pytest.mark.parametrize("text", ["", "scm2", "scm3.pulled", "switch1.pulled", "scm2."])
def test_an_unknown_fault_names_the_known_ones(text: str) -> None:
    with pytest.raises(UnknownFault, match=r"no fault .*switch1\.uplink\.down"):
        parse_fault(text, KNOWN)


steps = st.lists(st.tuples(st.sampled_from(list(KNOWN)), st.floats(0, 40)), max_size=8)


@given(steps=steps)
def test_after_any_faults_the_text_of_every_version_says_what_is(
    steps: list[tuple[Fault, float]],
) -> None:
    pool = Simulated()
    for fault, seconds in steps:
        pool.model.apply(fault)
        pool.now += seconds
    for host in HOSTS:
        _bonds_read_true(pool, host)
        _maps_read_true(pool, host)


def _bonds_read_true(pool: Simulated, host: str) -> None:
    listed = parse_bond_list(pool.printed(host, "ovs-appctl bond/list")).records
    assert {bond.bond for bond in listed} == {"bond0", "bond1"}
    for bond in pool.model.chassis.hosts[host].bonds:
        parsed = parse_bond_show(pool.printed(host, f"ovs-appctl bond/show {bond.name}"))
        (read,) = parsed.records
        assert (read.active_member, parsed.noise) == (bond.active, ())
        assert {m.name: m.enabled for m in read.members} == {
            m.name: m.enabled for m in bond.members
        }


def _maps_read_true(pool: Simulated, host: str) -> None:
    storage = pool.model.chassis.hosts[host].storage
    parsed = parse_multipath(pool.printed(host, "multipath -ll"))
    assert parsed.noise == ()
    assert {map_.wwid: {path.hctl for path in map_.paths} for map_ in parsed.records} == {
        disk.wwid: {path.hctl for path in storage.paths if path.wwid == disk.wwid}
        for disk in storage.disks
    }
    if host != "xenserver1" and storage.paths:
        rows = parse_raw_paths(
            pool.printed(host, f"multipathd show paths raw format {RAW}")
        ).records
        assert len(rows) == len(storage.paths)


@given(steps=steps)
def test_after_any_faults_and_an_hour_an_enabled_member_is_active_where_there_is_one(
    steps: list[tuple[Fault, float]],
) -> None:
    pool = Simulated()
    for fault, seconds in steps:
        pool.model.apply(fault)
        pool.now += seconds
    pool.now += 3600
    for host in pool.model.chassis.hosts.values():
        for bond in host.bonds:
            enabled = {m.name for m in bond.members if m.enabled}
            assert enabled == {m.name for m in bond.members if m.carrier}
            assert (bond.active in enabled) if enabled else bond.active is None


@given(steps=steps)
def test_device_letters_and_addresses_are_never_shared(steps: list[tuple[Fault, float]]) -> None:
    pool = Simulated()
    for fault, _ in steps:
        pool.model.apply(fault)
    for host in pool.model.chassis.hosts.values():
        for names in ([p.device for p in host.storage.paths], [p.hctl for p in host.storage.paths]):
            assert len(set(names)) == len(names)
