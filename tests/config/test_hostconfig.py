"""The configuration a host should have: its pool's, key by key replaced by its own."""

from pathlib import Path

import pytest

from collectors.inventory import ExpectedHostConfig
from exporter.config import Configuration, load
from exporter.config.load import loads

EVERYTHING = Path(__file__).parent.parent / "fixtures" / "config" / "valid" / "everything.yml"
DIGEST = "0123456789abcdef" * 4
POOL = ExpectedHostConfig(
    packages={"device-mapper-multipath": "0.4.9-119.xs+1.2", "openvswitch": None},
    driver="scsi_dh_alua_CBVTrak",
    multipath_conf_sha256=DIGEST,
    lvm_filter=True,
    mount_options={"/": ("nobarrier",), "/var/log": ("nodev", "noexec")},
    hotfixes=("XS602E005",),
)


@pytest.fixture(scope="module")
def everything() -> Configuration:
    return load(EVERYTHING)


def config_of(pool: str, host: str) -> ExpectedHostConfig:
    text = (
        f"pools: {{p: {{hostconfig: {pool}, hosts: {{h: {{local: {{}}, hostconfig: {host}}}}}}}}}"
    )
    return loads(text.encode(), Path("xenlens.yml")).find("h").inventory.hostconfig


def test_a_host_that_says_nothing_takes_all_of_its_pool(everything: Configuration) -> None:
    assert everything.find("xenserver2").inventory.hostconfig == POOL


def test_a_host_replaces_what_it_names_and_keeps_the_rest(everything: Configuration) -> None:
    assert everything.find("xenserver1").inventory.hostconfig == ExpectedHostConfig(
        packages={
            "device-mapper-multipath": "0.4.9-119.xs+1.2",
            "openvswitch": "2.5.3-2.3.5.xcpng8.2",
            "kernel": None,
        },
        driver="scsi_dh_alua_CBVTrak",
        multipath_conf_sha256=DIGEST,
        lvm_filter=False,
        mount_options={"/": (), "/var/log": ("nodev", "noexec")},
        hotfixes=(),
    )


def test_nothing_is_expected_where_nothing_is_said(everything: Configuration) -> None:
    assert everything.find("22").inventory.hostconfig == ExpectedHostConfig()


def test_a_host_may_expect_what_its_pool_does_not() -> None:
    assert config_of("{}", "{driver: lpfc, lvm_filter: true}") == ExpectedHostConfig(
        driver="lpfc", lvm_filter=True
    )


def test_a_host_may_expect_any_version_where_its_pool_wants_one() -> None:
    found = config_of("{packages: {sm: 2.30.8-13.1}}", "{packages: {sm: any}}")
    assert found.packages == {"sm": None}


@pytest.mark.parametrize(
    "version", ["0.4.9-119.xs+1.2", "2.30.8-13.1.xcpng8.2", "1.0~rc1-1^git", "4.19.0+1-8.0.44.1"]
)
def test_a_version_of_rpm_is_kept_as_it_is(version: str) -> None:
    assert config_of(f"{{packages: {{p: {version}}}}}", "{}").packages == {"p": version}


@pytest.mark.parametrize("path", ["/", "/var/log", "/run/sr-mount/7d1c", "/mnt/with space", "/.a"])
def test_a_mount_point_is_an_absolute_path(path: str) -> None:
    assert config_of(f"{{mount_options: {{{path}: [ro]}}}}", "{}").mount_options == {path: ("ro",)}
