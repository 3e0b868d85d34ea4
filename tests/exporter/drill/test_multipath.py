"""A map under test: what the kernel and multipathd say, as a person reads it."""

from collections.abc import Mapping

import pytest

from collectors.dmsetup import LISTED, STATUS
from collectors.host import DeadlineExceeded, HostError, Output, Unreachable
from collectors.multipathd import RAW_PATHS, TOPOLOGY, ask
from collectors.onhost import READS, program
from exporter.drill.multipath import open_multipath
from exporter.drill.record import Io, State
from exporter.drill.subject import Sample, Subject
from tests.fakes import Answer, FakeHost

WWID = "3600c0ff000112233"
KERNEL, PATHS, TOPO = " ".join(STATUS), " ".join(ask(*RAW_PATHS)), " ".join(ask(*TOPOLOGY))
BOTH = "mpatha: 0 2097152 multipath 2 0 0 0 2 1 A 0 1 2 8:0 A 0 0 1 E 0 1 2 8:16 A 0 0 1 \n"
IDLE = BOTH.replace(" A 0 1 2", " E 0 1 2")
MOVED = "mpatha: 0 2097152 multipath 2 0 0 0 2 2 E 0 1 2 8:0 F 1 0 1 A 0 1 2 8:16 A 1 0 1 \n"
LEFT = "mpatha: 0 2097152 multipath 2 0 0 0 1 1 A 0 1 2 8:16 A 1 0 1 \n"
SDA = f"0:0:0:1|sda|8:0|active|ready|running|50|{WWID}|mpatha|1.0G\n"
SDB = f"1:0:0:1|sdb|8:16|active|ready|running|10|{WWID}|mpatha|1.0G\n"
LOCAL = "2:0:0:0|sdc|8:32|undef|undef|unknown|-1|SATA_ST1000|[orphan]|932G\n"
GOOD, STANDBY = State("active ready running", "good"), State("active ready running", "standby")
LINK = "'/sys/dev/block/{}' -> '../../devices/pci0000:00/virtio3/host0/target/{}/block/{}'\n"
HELP = "multipath-tools v0.4.7\nCLI commands reference:\n list|show paths\n"


async def opened(answers: dict[str, Answer]) -> Subject:
    """The map of a host that answers so; the answers may change later."""
    answers[" ".join(LISTED)] = f"mpatha|mpath-{WWID}|254|0\n"
    return await open_multipath(FakeHost(answers), None)


async def sampled(kernel: str, paths: Answer, **more: Answer) -> Sample:
    """One look at a host."""
    answers: dict[str, Answer] = {KERNEL: kernel, PATHS: paths, **more}
    return await (await opened(answers)).sample()


async def test_a_healthy_map_shows_what_serves_and_what_could() -> None:
    sample = await sampled(BOTH, SDA + SDB + LOCAL)
    assert sample.lanes == {"sda 0:0:0:1": GOOD, "sdb 1:0:0:1": STANDBY}
    assert sample.serving == State("priority 50: sda 0:0:0:1", "good")


async def test_a_path_that_failed_is_bad_and_the_other_group_serves() -> None:
    failed = SDA.replace("active|ready|running|50", "failed|faulty|offline|0")
    sample = await sampled(MOVED, failed + SDB)
    assert sample.lanes == {
        "sda 0:0:0:1": State("failed faulty offline", "bad"),
        "sdb 1:0:0:1": GOOD,
    }
    assert sample.serving == State("priority 10: sdb 1:0:0:1", "good")


@pytest.mark.parametrize(("tone", "kernel"), [("standby", BOTH), ("bad", MOVED)])
async def test_a_ghost_may_wait_but_not_serve(tone: str, kernel: str) -> None:
    sample = await sampled(kernel, SDA + SDB.replace("ready", "ghost"))
    assert sample.lanes["sdb 1:0:0:1"] == State("active ghost running", tone)  # type: ignore[arg-type]


async def test_a_path_that_multipathd_knows_and_the_map_lacks_is_bad() -> None:
    stray = SDA.replace("0:0:0:1|sda|8:0|active", "0:0:2:1|sde|8:64|undef")
    sample = await sampled(LEFT, SDB + stray.replace("mpatha", "[orphan]"))
    assert sample.lanes == {
        "sde 0:0:2:1": State("not in the map", "bad"),
        "sdb 1:0:0:1": GOOD,
    }


async def test_another_disk_under_a_paths_old_number_says_nothing_of_the_path() -> None:
    other = SDB.replace(WWID, "3600c0ff000999999").replace("1:0:0:1", "7:0:0:9")
    sample = await sampled(BOTH, SDA + other)
    assert sample.lanes == {"sda 0:0:0:1": GOOD, "8:16": State("active", "unknown")}


async def test_where_no_group_is_active_nothing_is_said_to_serve() -> None:
    sample = await sampled(IDLE, SDA + SDB)
    assert sample.serving == State("no group is active", "standby")
    assert set(sample.lanes.values()) == {STANDBY}


async def test_where_every_path_has_failed_nothing_serves() -> None:
    sample = await sampled(IDLE.replace(" A 0 0 1", " F 1 0 1"), SDA + SDB)
    assert sample.serving == State("no group is active: every path has failed", "bad")
    sample = await sampled(LEFT.replace(" A 1 0 1", " F 1 0 1"), SDB)
    assert sample.serving == State("priority 10: every path has failed", "bad")


async def test_a_map_that_is_gone_has_only_what_multipathd_still_knows() -> None:
    answers: dict[str, Answer] = {KERNEL: BOTH, PATHS: SDA + SDB}
    subject = await opened(answers)
    answers |= {KERNEL: "No devices found\n", PATHS: SDB}
    assert await subject.sample() == Sample(
        {"sdb 1:0:0:1": State("not in the map", "bad")}, State("the host has no such map", "absent")
    )


IN_SYSFS = {
    "stat -c %N /sys/dev/block/8:0 /sys/dev/block/8:16": Output(
        (),
        LINK.format("8:0", "0:0:0:1", "sda") + LINK.format("8:16", "1:0:0:1", "sdb"),
        exit_status=1,
    )
}


@pytest.mark.parametrize(
    "silence",
    ["", Output((), exit_status=1), DeadlineExceeded("late"), "timeout\n", Output((), "", "", 127)],
)
async def test_where_multipathd_is_away_or_late_the_kernel_alone_is_shown(silence: Answer) -> None:
    sample = await sampled(MOVED, silence, **IN_SYSFS)
    assert sample.lanes == {
        "sda 0:0:0:1": State("failed", "bad"),
        "sdb 1:0:0:1": State("active", "unknown"),
    }
    assert sample.serving == State("group 2: sdb 1:0:0:1", "unknown")


async def test_a_path_whose_device_is_gone_keeps_its_name_while_the_map_has_it() -> None:
    answers: dict[str, Answer] = {KERNEL: BOTH, PATHS: SDA + SDB}
    subject = await opened(answers)
    await subject.sample()
    answers |= {KERNEL: MOVED, PATHS: SDB}
    assert (await subject.sample()).lanes["sda 0:0:0:1"] == State("failed", "bad")


async def test_a_path_pushed_back_at_another_address_is_another_lane() -> None:
    answers: dict[str, Answer] = {KERNEL: BOTH, PATHS: SDA + SDB}
    subject = await opened(answers)
    await subject.sample()
    answers |= {PATHS: SDA.replace("0:0:0:1", "0:0:4:1") + SDB}
    assert set((await subject.sample()).lanes) == {"sda 0:0:4:1", "sdb 1:0:0:1"}


OLD = f"""mpatha ({WWID}) dm-0 Intel,Multi-Flex
[size=100G][features=1 queue_if_no_path][hwhandler=1 alua][rw]
\\_ round-robin 0 [prio=50][active]
 \\_ 0:0:0:0 sda 8:0  [active][ready]
\\_ round-robin 0 [prio=1][enabled]
 \\_ 0:0:1:0 sdb 8:16 [active][ready]
"""


async def test_a_multipathd_without_raw_format_is_asked_for_its_topology() -> None:
    answers: dict[str, Answer] = {KERNEL: BOTH, PATHS: HELP, TOPO: OLD, **IN_SYSFS}
    subject = await opened(answers)
    await subject.sample()
    sample = await subject.sample()
    assert sample.lanes == {
        "sda 0:0:0:0": State("active ready", "good"),
        "sdb 0:0:1:0": State("active ready", "standby"),
    }
    assert sample.serving == State("priority 50: sda 0:0:0:0", "good")


@pytest.mark.parametrize(
    ("kernel", "paths"),
    [
        (Unreachable("no route"), SDA),
        (DeadlineExceeded("late"), SDA),
        ("nonsense\n", SDA),
        (BOTH, Unreachable("no route")),
    ],
)
async def test_a_host_that_does_not_answer_is_an_error(kernel: Answer, paths: Answer) -> None:
    answers: dict[str, Answer] = {KERNEL: BOTH, PATHS: SDA + SDB}
    subject = await opened(answers)
    answers |= {KERNEL: kernel, PATHS: paths}
    with pytest.raises(HostError):
        await subject.sample()


READ = "python3 -S -E - /dev/mapper/mpatha --seconds 5 --every 0.05"


async def io(printed: Answer) -> tuple[float, tuple[Io, ...]]:
    """What a run of the program says."""
    answers: dict[str, Answer] = {KERNEL: BOTH, READ: printed}
    host = FakeHost({**answers, " ".join(LISTED): f"mpatha|mpath-{WWID}|254|0\n"})
    measured = await (await open_multipath(host, "mpatha")).io(5)
    assert host.given == {READ: program(READS)}
    return measured.clock, tuple(measured.io)


async def test_reads_have_the_hosts_own_time_and_the_errors_name() -> None:
    text = "clock 100.000000\nread 100.000100 0.000300\nerror 100.050000 12.500000 EIO\nend\n"
    assert await io(text) == (100.0, (Io(100.0001, 0.0003), Io(100.05, 12.5, "EIO")))


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "clock 100.000000\nread 100.000100 0.000300\n",
        "clock 100.000000\nread 100.0001\nend\n",
        "clock 100.000000\nerror 100.000100 0.000300\nend\n",
        "read 100.000100 0.000300\nend\n",
        Output((), stderr="xenlens_reads: [Errno 2] No such file or directory", exit_status=1),
        DeadlineExceeded("late"),
    ],
)
async def test_reads_that_are_not_told_whole_are_an_error(printed: Answer) -> None:
    with pytest.raises(HostError):
        await io(printed)


FACTS: Mapping[str, Answer] = {
    "uname -r": "4.19.0+1\n",
    "rpm -q device-mapper-multipath": "device-mapper-multipath-0.4.9-136.xcpng8.2.x86_64\n",
    "dmsetup table mpatha": (
        "0 209715200 multipath 1 queue_if_no_path 1 alua 2 1 service-time 0 1 2 8:0 1 1 "
        "service-time 0 1 2 8:16 1 1 \n"
    ),
    "multipathd -kshow maps raw format %w|%F": f"360000|immediate\n{WWID}|-\n",
}


async def test_facts_are_what_the_host_tells_cheaply() -> None:
    subject = await opened({KERNEL: BOTH, **FACTS})
    assert (subject.name, subject.kind) == (f"{WWID} (mpatha)", "multipath")
    assert dict(await subject.facts()) == {
        "map": f"{WWID}, /dev/mapper/mpatha, dm-0",
        "kernel": "4.19.0+1",
        "multipath-tools": "0.4.9-136.xcpng8.2.x86_64",
        "features": "queue_if_no_path",
        "hardware handler": "alua",
        "failback": "manual, or deferred",
    }


async def test_facts_that_the_host_does_not_tell_are_left_out() -> None:
    answers: dict[str, Answer] = {
        KERNEL: BOTH,
        "multipathd -kshow maps raw format %w|%F": HELP,
        "dmsetup table mpatha": "0 209715200 multipath 0 0 1 1 service-time 0 1 2 8:0 1 1 \n",
        "rpm -q device-mapper-multipath": DeadlineExceeded("late"),
        "dpkg-query -W multipath-tools": "multipath-tools\t0.9.4-3+deb12u1\n",
    }
    assert dict(await (await opened(answers)).facts()) == {
        "map": f"{WWID}, /dev/mapper/mpatha, dm-0",
        "multipath-tools": "0.9.4-3+deb12u1",
        "features": "none",
        "hardware handler": "none",
    }
