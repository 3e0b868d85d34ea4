"""The backends collector: which servers answer, and what is mounted."""

import asyncio
from dataclasses import replace

import pytest

from collectors.backends import Backends, pool_seconds
from collectors.backends_connect import SCRIPT
from collectors.host import DeadlineExceeded, Output, Stuck, Unreachable
from collectors.registry import CollectorFailed, Finding, NotPresent
from collectors.xapi.access import MemberAnswer
from collectors.xapi.records import Pbd, PoolState, Sr
from tests.collectors.host_in_pool import (
    HERE,
    STATE,
    THERE,
    SteadyClock,
    ToldPool,
    found,
    look,
    told,
)
from tests.collectors.reading import samples
from tests.fakes import Answer, FakeHost, refused

ISO = Sr("sr-iso", "NFS ISO library", "iso", "iso", True)
VHD = Sr("sr-vhd", "NFS VHDs", "nfs", "user", True)
LUN = Sr("sr-lun", "iSCSI LUN", "lvmoiscsi", "user", True)
ISO_PBD = Pbd("p1", "sr-iso", HERE, True, {"location": "192.0.2.9:/export/iso", "type": "nfs_iso"})
VHD_PBD = Pbd("p2", "sr-vhd", HERE, True, {"server": "192.0.2.9", "serverpath": "/export/vhd"})
LUN_PBD = Pbd(
    "p3", "sr-lun", HERE, True, {"target": "192.0.2.7", "multihomelist": "192.0.2.8:3261"}
)
NFS = f"bash -c {SCRIPT} 192.0.2.9 2049"
MOUNTED = (
    "rootfs / rootfs rw 0 0\n"
    "192.0.2.9:/export/iso /var/run/sr-mount/sr-iso nfs rw,soft 0 0\n"
    "192.0.2.9:/export/vhd/sr-vhd /run/sr-mount/sr-vhd nfs rw,soft 0 0\n"
)


def state(*pbds: Pbd) -> PoolState:
    return replace(STATE, srs=(ISO, LUN, VHD), pbds=pbds)


def pool(*pbds: Pbd) -> ToldPool:
    return ToldPool(told(state(*pbds)))


def host(connect: Answer = "", **others: Answer) -> FakeHost:
    """A host whose every connection goes as `connect`; `cat` answers what is mounted."""
    return FakeHost({"*": connect, "cat /proc/mounts": others.get("mounts", MOUNTED)})


def failed(words: str) -> Output:
    """What bash prints when it cannot connect: first for the socket, then for the path."""
    text = f"192.0.2.9: connect: {words}\n192.0.2.9: line 1: /dev/tcp/192.0.2.9/2049: {words}\n"
    return refused(text, 1)


async def findings_of(host: FakeHost, pool: ToldPool, seconds: float = 5.0) -> list[Finding]:
    collector = Backends()
    return found(collector, await look(collector, host, pool, seconds=seconds))


async def test_every_server_is_tried_once_for_all_the_srs_on_it() -> None:
    collector, asked = Backends(), host()
    reading = await look(collector, asked, pool(ISO_PBD, VHD_PBD))
    assert asked.asked == [NFS, "cat /proc/mounts"]
    assert samples(collector, reading) == {
        'xenlens_sr_backend_reachable{sr="sr-iso",address="192.0.2.9:2049"}': 1,
        'xenlens_sr_mounted{sr="sr-iso"}': 1,
        'xenlens_sr_backend_reachable{sr="sr-vhd",address="192.0.2.9:2049"}': 1,
        'xenlens_sr_mounted{sr="sr-vhd"}': 1,
    }
    assert found(collector, reading) == []


async def test_a_dead_server_is_critical_and_a_dead_iso_library_is_called_so() -> None:
    collector = Backends()
    reading = await look(collector, host(failed("Connection refused")), pool(ISO_PBD, VHD_PBD))
    assert (
        samples(collector, reading)[
            'xenlens_sr_backend_reachable{sr="sr-iso",address="192.0.2.9:2049"}'
        ]
        == 0
    )
    cannot = "server cannot be reached: 192.0.2.9:2049 (Connection refused)"
    assert found(collector, reading) == [
        Finding(
            "critical",
            "NFS ISO library (sr-iso)",
            f"dead ISO library: blocks storage actions of the whole pool; {cannot}",
        ),
        Finding("critical", "NFS VHDs (sr-vhd)", cannot),
    ]


async def test_a_name_that_is_not_known_is_told_in_its_own_words() -> None:
    text = (
        "nfs.invalid: line 1: nfs.invalid: Name or service not known\n"
        "nfs.invalid: line 1: /dev/tcp/nfs.invalid/2049: Invalid argument\n"
    )
    named = replace(VHD_PBD, device_config={"server": "nfs.invalid"})
    (finding,) = await findings_of(host(refused(text, 1)), pool(named))
    assert finding.text.endswith("nfs.invalid:2049 (Name or service not known)")


async def test_a_silent_server_counts_as_dead_when_the_host_itself_answers() -> None:
    (finding,) = await findings_of(host("<hangs>"), pool(VHD_PBD), seconds=1.2)
    assert finding.severity == "critical"
    assert "192.0.2.9:2049 (no answer within 1." in finding.text


async def test_a_silence_says_nothing_when_the_host_does_not_answer_either() -> None:
    silent = host("<hangs>", mounts="<hangs>")
    (finding,) = await findings_of(silent, pool(VHD_PBD), seconds=1.2)
    assert finding.severity == "unknown"
    assert finding.text.endswith(
        "192.0.2.9:2049 can be reached is unknown: the host itself did not answer in time"
    )


async def test_without_enough_time_no_server_is_judged() -> None:
    (finding,) = await findings_of(host(), pool(VHD_PBD), seconds=0.5)
    assert (finding.severity, finding.text[-23:]) == ("unknown", "no time was left to try")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Output((), exit_status=127), "no bash on this host"),
        (Stuck("a run still hangs"), "a run still hangs"),
        (refused("h: line 1: /dev/tcp/h/2049: No such file or directory\n", 1), "No such file"),
        (refused("h: line 1: /dev/tcp/h/1: restricted: cannot redirect output\n", 1), "cannot"),
        (refused("", 1), "bash exited 1: it said nothing"),
        (Output((), exit_status=-9), "bash exited -9"),
    ],
)
async def test_what_is_no_verdict_of_bash_leaves_the_server_unknown(
    answer: Answer, words: str
) -> None:
    collector = Backends()
    reading = await look(collector, host(answer), pool(VHD_PBD))
    (finding,) = found(collector, reading)
    assert finding.severity == "unknown"
    assert words in finding.text
    assert samples(collector, reading) == {'xenlens_sr_mounted{sr="sr-vhd"}': 1}


async def test_a_host_that_is_gone_is_a_failure_and_no_dead_server() -> None:
    with pytest.raises(Unreachable):
        await look(Backends(), host(Unreachable("no route to fake")), pool(VHD_PBD))
    with pytest.raises(Unreachable):
        await look(Backends(), host(mounts=Unreachable("no route to fake")), pool(VHD_PBD))


async def test_one_dead_portal_of_two_is_a_warning() -> None:
    half = FakeHost(
        {
            f"bash -c {SCRIPT} 192.0.2.7 3260": "",
            f"bash -c {SCRIPT} 192.0.2.8 3261": failed("No route to host"),
            "cat /proc/mounts": MOUNTED,
        }
    )
    (finding,) = await findings_of(half, pool(LUN_PBD))
    text = "1 of 2 portals cannot be reached: 192.0.2.8:3261 (No route to host)"
    assert (finding.severity, finding.text) == ("warning", text)


async def test_a_dead_server_of_an_sr_that_is_not_attached_is_a_warning() -> None:
    unplugged = replace(VHD_PBD, attached=False)
    (finding,) = await findings_of(host(failed("Connection refused")), pool(unplugged))
    assert finding.severity == "warning"
    assert finding.text.endswith("the SR is not attached here")


async def test_an_attached_sr_that_is_not_mounted_is_a_warning() -> None:
    bare = host(mounts="rootfs / rootfs rw 0 0\n")
    (finding,) = await findings_of(bare, pool(VHD_PBD))
    text = "attached, but nothing is mounted at /var/run/sr-mount/sr-vhd"
    assert (finding.severity, finding.text) == ("warning", text)


@pytest.mark.parametrize("mounts", [MOUNTED[:90], "", refused("cat: no", 1), "junk\n"])
async def test_a_list_of_mounts_that_is_not_whole_proves_nothing(mounts: Answer) -> None:
    collector = Backends()
    reading = await look(collector, host(mounts=mounts), pool(VHD_PBD))
    assert list(samples(collector, reading)) == [
        'xenlens_sr_backend_reachable{sr="sr-vhd",address="192.0.2.9:2049"}'
    ]
    assert found(collector, reading) == []


async def test_an_address_that_looks_like_none_is_not_tried() -> None:
    odd = replace(VHD_PBD, device_config={"server": "$(reboot)"})
    asked = host()
    (finding,) = await findings_of(asked, pool(odd))
    assert (finding.severity, asked.asked) == ("unknown", ["cat /proc/mounts"])
    assert "'$(reboot)' looks like no address" in finding.text


async def test_a_host_without_any_server_has_no_back_ends_unless_records_were_damaged() -> None:
    with pytest.raises(NotPresent):
        await look(Backends(), host(), pool(replace(VHD_PBD, host=THERE)))
    damaged = ToldPool(told(replace(STATE, damaged_kinds=("pbd",))))
    assert (await look(Backends(), host(), damaged)).records == ()


async def test_servers_are_still_checked_for_an_hour_after_the_coordinator_was_lost() -> None:
    clock = SteadyClock()
    collector, known = Backends(clock), pool(VHD_PBD)
    await look(collector, host(), known)
    known.reading = told(None)
    clock.now += 3600
    reading = await look(
        collector, host(failed("Connection refused"), mounts="a / b c 0 0\n"), known
    )
    assert reading.via.endswith("servers as XAPI named them 3600 s ago, now it does not answer")
    assert [finding.severity for finding in found(collector, reading)] == ["critical"]
    clock.now += 1
    with pytest.raises(CollectorFailed, match="no member's XAPI answers"):
        await look(collector, host(), known)


async def test_xapi_that_hangs_leaves_time_to_check_the_servers_known() -> None:
    collector, known = Backends(), pool(VHD_PBD)
    await look(collector, host(), known)
    known.seconds = 60.0
    began = asyncio.get_running_loop().time()
    reading = await look(collector, host(failed("Connection refused")), known, seconds=2.2)
    assert asyncio.get_running_loop().time() - began < 2.0
    assert [finding.severity for finding in found(collector, reading)] == ["critical"]


@pytest.mark.parametrize(
    ("left", "age", "seconds"),
    [
        (10.0, 0.0, 5.0),
        (10.0, 1800.0, 5.0),
        (10.0, 1801.0, 7.5),
        (10.0, None, 7.5),
        (4.0, None, 2.0),
        (4.0, 1801.0, 2.0),
    ],
)
def test_xapi_gets_half_of_the_time_and_all_but_the_checks_when_what_it_named_is_old(
    left: float, age: float | None, seconds: float
) -> None:
    assert pool_seconds(left, age) == seconds


async def test_xapi_that_hangs_at_the_first_look_is_a_failure() -> None:
    with pytest.raises(DeadlineExceeded, match=r"no answer within 0\.1 s"):
        await look(Backends(), host(), ToldPool(seconds=60.0), seconds=0.2)
    with pytest.raises(DeadlineExceeded):
        await look(Backends(), host(), ToldPool(DeadlineExceeded("too late")))


@pytest.mark.parametrize(
    ("reason", "kept"), [("deadline_exceeded", True), ("authentication_failed", False)]
)
async def test_servers_known_are_checked_while_xapi_is_silent_and_not_when_it_refuses(
    reason: str, kept: bool
) -> None:
    collector, known = Backends(), pool(VHD_PBD)
    await look(collector, host(), known)
    refused = {
        "fake": MemberAnswer(HERE, True, "it says why", reason),
        "other": MemberAnswer(THERE, True),
    }
    known.reading = told(None, members=refused)
    if kept:
        assert not (await look(collector, host(), known)).current
    else:
        with pytest.raises(CollectorFailed, match="it says why"):
            await look(collector, host(), known)


async def test_at_most_four_connections_are_made_at_a_time() -> None:
    class Counting(FakeHost):
        running = most = 0

        async def run(self, argv: object, *, deadline: float, stdin: str = "") -> Output:
            self.running += 1
            self.most = max(self.most, self.running)
            await asyncio.sleep(0.01)
            self.running -= 1
            return Output(("bash",))

    many = replace(LUN_PBD, device_config={"target": ",".join(f"192.0.2.{n}" for n in range(9))})
    counting = Counting({})
    reading = await look(Backends(), counting, pool(many))
    assert len(reading.checks.by_server) == 9
    # Four of them, and the list of mounts.
    assert counting.most == 5
