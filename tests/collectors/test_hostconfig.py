"""The hostconfig collector: what it asks, how long it keeps it, what it cannot know."""

import json
from dataclasses import asdict, replace

import pytest

from collectors.host import DeadlineExceeded, Stuck, Unreachable
from collectors.hostconfig import HostConfig
from collectors.inventory import ExpectedHostConfig, HostInventory
from collectors.registry import CollectorFailed, NotPresent, View
from tests.collectors.host_in_pool import STATE, SteadyClock, ToldPool, found, look, told
from tests.collectors.hostconfig_hosts import (
    ABSENT,
    DRIVER,
    DRIVERS,
    EXPECTED,
    FILTER,
    INITRD,
    MULTIPATH,
    SOUND,
    drift,
    pool,
)
from tests.collectors.reading import samples
from tests.fakes import Answer, FakeHost, refused


async def test_a_host_as_expected_has_every_series_and_no_finding() -> None:
    inventory, collector = HostInventory(hostconfig=EXPECTED), HostConfig()
    told_by = pool("XS602E004", "XS602E005")
    reading = await look(collector, FakeHost(SOUND), told_by, inventory)
    assert found(collector, reading, inventory) == []
    seen = samples(collector, reading, View(inventory))
    assert seen.pop("xenlens_hostconfig_age_seconds") < 1
    assert seen == {
        'xenlens_package_info{package="device-mapper-multipath",version="0.4.7-46.xs7"}': 1,
        f'xenlens_package_info{{package="{DRIVER}",version="2-1"}}': 1,
        'xenlens_package_as_expected{package="device-mapper-multipath"}': 1,
        "xenlens_initrd_older_than_driver": 0,
        f'xenlens_multipath_conf_info{{sha256="{EXPECTED.multipath_conf_sha256}"}}': 1,
        "xenlens_multipath_conf_as_expected": 1,
        "xenlens_lvm_filter_rejects_sd": 1,
        "xenlens_lvm_filter_as_expected": 1,
        'xenlens_mount_option{mountpoint="/",option="nobarrier"}': 1,
        'xenlens_hotfix_applied{hotfix="XS602E004"}': 1,
        'xenlens_hotfix_applied{hotfix="XS602E005"}': 1,
    }


async def test_where_nothing_is_expected_nothing_is_compared_and_mounts_are_not_read() -> None:
    collector, host = HostConfig(), FakeHost(SOUND)
    reading = await look(collector, host)
    assert found(collector, reading) == []
    seen = samples(collector, reading)
    assert not [name for name in seen if "expected" in name or "mount" in name or "hotfix" in name]
    assert "cat /proc/mounts" not in host.asked
    assert seen["xenlens_lvm_filter_rejects_sd"] == 1


async def test_facts_are_kept_for_five_minutes_and_tell_their_age() -> None:
    clock = SteadyClock()
    collector, host = HostConfig(clock), FakeHost(SOUND)
    await look(collector, host, pool())
    asked = len(host.asked)
    clock.now += 299
    reading = await look(collector, host, pool())
    assert samples(collector, reading)["xenlens_hostconfig_age_seconds"] == 299
    assert len(host.asked) == asked
    clock.now += 1
    assert (await look(collector, host, pool())).age == 0
    assert len(host.asked) == 2 * asked


async def test_what_had_no_answer_is_asked_for_again_after_a_minute() -> None:
    clock = SteadyClock()
    collector, host = HostConfig(clock), FakeHost(SOUND | {MULTIPATH: Stuck("rpm hangs")})
    await look(collector, host, pool())
    asked = len(host.asked)
    clock.now += 59
    await look(collector, host, pool())
    assert len(host.asked) == asked
    clock.now += 1
    await look(collector, host, pool())
    assert len(host.asked) > asked


async def test_a_changed_configuration_is_asked_for_at_once() -> None:
    collector, host = HostConfig(SteadyClock()), FakeHost(SOUND)
    await look(collector, host, pool())
    reading = await look(collector, host, pool(), HostInventory(hostconfig=EXPECTED))
    assert DRIVERS in host.asked
    assert reading.records[0].mounts is not None


@pytest.mark.parametrize(
    ("told_by", "word"),
    [
        (ToldPool(told(None)), "no member's XAPI answers"),
        (ToldPool(DeadlineExceeded("too late")), "too late"),
        (ToldPool(seconds=60.0), "no answer within 0.5 s"),
        (ToldPool(told(STATE)), "does not tell the hotfixes"),
        (ToldPool(told(replace(STATE, hosts=()))), "does not tell the hotfixes"),
    ],
)
async def test_a_lost_coordinator_leaves_only_the_hotfixes_unknown(
    told_by: ToldPool, word: str
) -> None:
    ((severity, subject, text),) = await drift({}, told_by)
    assert (severity, subject) == ("unknown", "hotfixes")
    assert word in text


async def test_a_question_that_hangs_leaves_only_its_own_fact_unknown() -> None:
    assert await drift({MULTIPATH: "<hangs>"}, packages={}, driver=None) == []
    unknown = await drift({DRIVERS: Stuck("an rpm of 90 s ago still hangs")})
    assert unknown == [("unknown", DRIVER, "cannot be compared: an rpm of 90 s ago still hangs")]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "no sense\n",
        f"{DRIVER} 2-1 (none)\n",
        f"{DRIVER} 2-1 1340000000\nwarning: x\n",
        "other 1-1 1\n",
    ],
)
async def test_what_rpm_does_not_print_so_is_no_version(answer: str) -> None:
    ((severity, subject, _),) = await drift({DRIVERS: answer})
    assert (severity, subject) == ("unknown", DRIVER)


@pytest.mark.parametrize(
    "changed",
    [
        {"uname -r": "../../etc\n"},
        {INITRD: "yesterday\n"},
        {INITRD: refused("stat: cannot stat: No such file or directory\n", 1)},
    ],
)
async def test_an_initrd_that_cannot_be_dated_is_unknown(changed: dict[str, Answer]) -> None:
    ((severity, subject, _),) = await drift(changed)
    assert (severity, subject) == ("unknown", "initrd")


async def test_without_rpm_packages_are_unknown_and_not_absent() -> None:
    host = FakeHost({"cat /etc/lvm/lvm.conf": FILTER})
    inventory = HostInventory(hostconfig=ExpectedHostConfig(packages={"openvswitch": None}))
    collector = HostConfig()
    reading = await look(collector, host, inventory=inventory)
    (finding,) = found(collector, reading, inventory)
    assert (finding.severity, finding.text) == (
        "unknown",
        "cannot be compared: no rpm on this host",
    )


async def test_a_host_with_neither_rpm_nor_the_files_is_no_dom0() -> None:
    files: dict[str, Answer] = {
        "cat /etc/multipath.conf": ABSENT,
        "cat /etc/lvm/lvm.conf": ABSENT,
    }
    with pytest.raises(NotPresent):
        await look(HostConfig(), FakeHost(files))
    guest = HostInventory(hostconfig=ExpectedHostConfig(mount_options={"/": ("nobarrier",)}))
    mounted = FakeHost(files | {"cat /proc/mounts": "/dev/xvda1 / ext3 rw 0 0\n"})
    collector = HostConfig()
    reading = await look(collector, mounted, inventory=guest)
    assert [finding.subject for finding in found(collector, reading, guest)] == ["/"]


async def test_a_host_that_answers_nothing_is_a_failure() -> None:
    with pytest.raises(CollectorFailed, match="answered no question"):
        await look(HostConfig(), FakeHost({"*": DeadlineExceeded("too late")}))
    with pytest.raises(Unreachable):
        await look(HostConfig(), FakeHost({"*": Unreachable("no route")}))


async def test_what_is_kept_for_evidence_can_be_written_as_json() -> None:
    reading = await look(HostConfig(), FakeHost(SOUND), pool(), HostInventory(hostconfig=EXPECTED))
    assert json.loads(json.dumps(asdict(reading.records[0])))["initrd_written"] == 1340000060
