"""The hostconfig collector: what has drifted from the expected configuration."""

from dataclasses import replace

import pytest

from collectors.xapi.records import PoolHost
from tests.collectors.host_in_pool import HERE, STATE, ToldPool, told
from tests.collectors.hostconfig_hosts import (
    ABSENT,
    CONF,
    DRIVER,
    DRIVERS,
    INITRD,
    KERNEL,
    MULTIPATH,
    drift,
    pool,
)
from tests.fakes import Answer, refused


async def test_another_version_of_a_package_is_drift() -> None:
    newer = {MULTIPATH: "device-mapper-multipath 0.4.7-47.xs8 1300000000\n"}
    text = "0.4.7-47.xs8; 0.4.7-46.xs7 is expected"
    assert await drift(newer) == [("warning", "device-mapper-multipath", text)]
    assert await drift(newer, packages={"device-mapper-multipath": None}) == []


async def test_a_package_that_is_not_installed_is_drift() -> None:
    gone = refused("", 1)
    without = {
        MULTIPATH: replace(gone, stdout="package device-mapper-multipath is not installed\n")
    }
    assert await drift(without) == [
        ("warning", "device-mapper-multipath", "not installed; 0.4.7-46.xs7 is expected")
    ]
    without = {DRIVERS: replace(gone, stdout=f"package {DRIVER} is not installed\n")}
    assert await drift(without) == [("warning", DRIVER, "not installed")]


async def test_an_initrd_older_than_the_driver_would_boot_the_old_one() -> None:
    assert await drift({INITRD: "1339999999\n"}) == [
        (
            "warning",
            "initrd",
            f"/boot/initrd-{KERNEL}.img of 2012-06-18 06:13 UTC is older than the driver {DRIVER} "
            "of 2012-06-18 06:13 UTC: the next boot loads the old one; rebuild it",
        )
    ]


async def test_of_several_installed_versions_the_newest_counts_for_the_initrd() -> None:
    two = {DRIVERS: f"{DRIVER} 2-1 1340000000\n{DRIVER} 2-2 1350000000\n"}
    ((severity, subject, _),) = await drift(two)
    assert (severity, subject) == ("warning", "initrd")


async def test_a_changed_multipath_conf_is_drift() -> None:
    ((severity, subject, text),) = await drift({"cat /etc/multipath.conf": CONF + "\n"})
    assert (severity, subject) == ("warning", "/etc/multipath.conf")
    assert text.startswith("is another file than expected: SHA-256 ")
    ((_, _, text),) = await drift({"cat /etc/multipath.conf": ABSENT})
    assert text.startswith("does not exist; ")


async def test_a_multipath_conf_that_is_not_text_is_unknown() -> None:
    ((severity, _, text),) = await drift({"cat /etc/multipath.conf": "caf\ufffd"})
    assert severity == "unknown"
    assert "not UTF-8" in text


@pytest.mark.parametrize(
    ("answer", "severity", "word"),
    [
        ("devices {\n}\n", "warning", "does not reject"),
        (ABSENT, "warning", "does not exist"),
        ('devices { filter = [ "r|x" ] }\n', "unknown", "delimiter"),
        (refused("cat: /etc/lvm/lvm.conf: Permission denied\n", 1), "unknown", "Permission denied"),
    ],
)
async def test_a_filter_that_lets_single_paths_in_is_drift(
    answer: Answer, severity: str, word: str
) -> None:
    ((found_severity, subject, text),) = await drift({"cat /etc/lvm/lvm.conf": answer})
    assert (found_severity, subject) == (severity, "/etc/lvm/lvm.conf")
    assert word in text


@pytest.mark.parametrize(
    ("options", "drifted"),
    [("rw,nobarrier", False), ("rw,barrier=0", False), ("rw,barrier=1", True), ("rw", True)],
)
async def test_nobarrier_is_in_effect_in_either_spelling_of_the_kernel(
    options: str, drifted: bool
) -> None:
    mounts: dict[str, Answer] = {"cat /proc/mounts": f"/dev/xvda1 / ext3 {options} 0 0\n"}
    text = [("warning", "/", "mounted without nobarrier")]
    assert await drift(mounts) == (text if drifted else [])


async def test_a_mount_point_that_is_not_there_is_drift() -> None:
    assert await drift({}, mount_options={"/home": ("nobarrier",)}) == [
        ("warning", "/home", "nothing is mounted there")
    ]
    ((severity, subject, _),) = await drift({"cat /proc/mounts": "cut off"})
    assert (severity, subject) == ("unknown", "mount options")


async def test_a_hotfix_that_is_not_applied_is_drift() -> None:
    assert await drift({}, pool("XS602E004")) == [
        ("warning", "XS602E005", "this hotfix is not applied")
    ]


async def test_hotfixes_of_the_other_hosts_are_not_this_ones() -> None:
    first, second = STATE.hosts
    hosts: tuple[PoolHost, ...] = (
        replace(first, hotfixes=()),
        replace(second, hotfixes=("XS602E005",)),
    )
    assert first.uuid == HERE
    ((_, subject, _),) = await drift({}, ToldPool(told(replace(STATE, hosts=hosts))))
    assert subject == "XS602E005"
