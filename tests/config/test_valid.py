"""What a valid configuration means: targets, how they are reached, what is expected of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from collectors.inventory import ExpectedBond, ExpectedMap, HostInventory
from exporter.config import Configuration, UnknownTarget, load
from exporter.config.load import loads
from exporter.hosts.settings import Local, Recorded, Ssh

FOLDER = Path(__file__).parent.parent / "fixtures" / "config" / "valid"
FILES = sorted(FOLDER.glob("*.yml"))
BOND0 = ExpectedBond(("eth0", "eth2"), "eth0")
BOND1 = ExpectedBond(("eth1", "eth3"), "eth1")


@pytest.fixture(scope="module")
def modular() -> Configuration:
    return load(FOLDER / "modular.yml")


@pytest.fixture(scope="module")
def everything() -> Configuration:
    return load(FOLDER / "everything.yml")


def only_target(text: str) -> Ssh:
    (target,) = loads(text.encode(), Path("xenlens.yml")).targets()
    assert isinstance(target.settings, Ssh)
    return target.settings


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_valid_file_loads_the_same_every_time(file: Path) -> None:
    assert load(file).targets() == load(file).targets() != ()


def test_targets_come_in_the_order_of_the_file(modular: Configuration) -> None:
    assert [target.name for target in modular.targets()] == [
        "xenserver1",
        "xenserver2",
        "here",
        "old",
    ]
    assert {target.pool for target in modular.targets()} == {"modular"}


def test_what_is_left_out_has_a_default(modular: Configuration) -> None:
    assert modular.listen == ":10045"
    assert modular.log.level == "info"
    assert (modular.scrape.timeout, modular.scrape.timeout_offset) == (10.0, 0.5)


def test_times_are_seconds(everything: Configuration) -> None:
    assert (everything.scrape.timeout, everything.scrape.timeout_offset) == (90.0, 0.25)


def test_each_way_to_a_host_has_its_record(modular: Configuration) -> None:
    assert modular.find("xenserver1").settings == Ssh(
        "192.0.2.11", alternate="192.0.3.11", legacy=True
    )
    assert modular.find("xenserver2").settings == Ssh("192.0.2.12")
    assert modular.find("here").settings == Local()
    assert modular.find("old").settings == Recorded(FOLDER / "captures" / "old.txt")


def test_a_host_takes_the_expectations_of_its_pool(modular: Configuration) -> None:
    assert modular.find("here").inventory == HostInventory(
        bonds={"bond0": BOND0, "bond1": BOND1},
        paths_per_map=2,
        maps={"22202000155fdb615": ExpectedMap(2), "222ac00015543fe63": ExpectedMap(1)},
    )


def test_a_host_overrides_one_key_of_a_bond_and_keeps_the_others(modular: Configuration) -> None:
    bonds = modular.find("xenserver1").inventory.bonds
    assert bonds == {"bond0": replace(BOND0, preferred="eth2"), "bond1": BOND1}


def test_a_host_adds_a_bond_and_overrides_paths(modular: Configuration) -> None:
    inventory = modular.find("xenserver2").inventory
    assert inventory.bonds["bond2"] == ExpectedBond(("eth4", "eth5"))
    assert inventory.paths_per_map == 4
    assert inventory.maps == {
        "22202000155fdb615": ExpectedMap(3),
        "222ac00015543fe63": ExpectedMap(1),
    }


def test_the_innermost_ssh_section_wins(everything: Configuration) -> None:
    known_hosts = FOLDER / "known_hosts"
    assert everything.find("xcp.example.org").settings == Ssh(
        "xcp",
        port=2222,
        user="monitor",
        known_hosts=known_hosts,
        jump=Ssh(
            "gate.example.org",
            user="monitor",
            known_hosts=known_hosts,
            connect_timeout=2.5,
            keepalive=30.0,
        ),
        forward_sockets=False,
        connect_timeout=2.5,
        keepalive=30.0,
    )


def test_a_pool_has_ssh_defaults_of_its_own() -> None:
    settings = only_target(
        "ssh: {user: monitor, port: 2222}\n"
        "pools: {p: {ssh: {user: root, legacy: true}, hosts: {h: {ssh: 192.0.2.11}}}}"
    )
    assert settings == Ssh("192.0.2.11", port=2222, user="root", legacy=True)


def test_a_jump_host_is_not_taken_for_as_old_as_the_host_behind_it() -> None:
    settings = only_target(
        "ssh: {legacy: true, port: 2222, user: monitor, jump: 192.0.2.1}\n"
        "pools: {p: {hosts: {h: {ssh: 192.0.2.11}}}}"
    )
    assert settings.jump == Ssh("192.0.2.1", user="monitor", port=22, legacy=False)


def test_names_yaml_takes_for_flags_and_times_are_names(everything: Configuration) -> None:
    assert everything.pools() == ("modular", "no")
    assert everything.find("on").pool == "no"


def test_a_wwid_that_looks_like_a_number_with_exponent_is_text() -> None:
    text = "pools: {p: {multipath: {maps: {2220e55: {}}}, hosts: {h: {local: {}}}}}"
    (target,) = loads(text.encode(), Path("xenlens.yml")).targets()
    assert target.inventory.maps == {"2220e55": ExpectedMap()}


def test_anchors_and_merge_keys_are_followed() -> None:
    found = load(FOLDER / "anchors.yml")
    assert found.find("xenserver2").inventory == HostInventory(
        bonds={
            "bond0": replace(BOND0, preferred="eth2"),
            "bond1": replace(BOND1, preferred="eth3"),
        },
        paths_per_map=2,
    )


def test_open_vswitch_may_run_elsewhere(everything: Configuration) -> None:
    assert everything.find("xenserver1").inventory.ovs_rundir == "/var/run/openvswitch"
    assert everything.find("on").inventory.ovs_rundir is None


def test_an_unknown_target_is_told_with_the_nearest_one(modular: Configuration) -> None:
    with pytest.raises(UnknownTarget) as caught:
        modular.find("xenserver3")
    assert str(caught.value) == (
        'unknown target "xenserver3" (did you mean "xenserver2"?);'
        " known: here, old, xenserver1, xenserver2"
    )


def test_a_long_list_of_known_targets_is_cut() -> None:
    names = [f"host{number}" for number in range(30)]
    assert str(UnknownTarget("switch", names)).endswith(
        "host10, host11, host12, host13, host14, host15, host16, host17 and 20 more"
    )


def test_a_pool_is_selected_as_all_its_hosts(modular: Configuration) -> None:
    everything = (*(target.name for target in modular.targets()), "pool:modular")
    assert modular.select("modular") == everything
    assert modular.select("pool:modular") == everything
    assert modular.select("here") == ("here",)
    with pytest.raises(UnknownTarget, match=r'did you mean "modular"\?'):
        modular.select("modula")
