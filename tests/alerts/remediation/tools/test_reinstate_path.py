"""reinstate-path: only a path that works and is kept failed is taken back."""

from dataclasses import replace

import pytest

from alerts.remediation.records import Refusal, Unreadable
from alerts.remediation.tools.multipath_calm import holding
from alerts.remediation.tools.multipath_device import read_argv, state_file
from alerts.remediation.tools.reinstate_path import ReinstatePath
from collectors.host import Output
from collectors.multipath_records import Map, Path
from tests.alerts.remediation.fakes import Entry
from tests.alerts.remediation.tools.multipath_sight import (
    BOOT_MAP,
    GOOD,
    LINE,
    OLD_HELP,
    OTHER,
    SDA,
    SDB,
    SDC,
    UNCALM,
    Scene,
    diagnosed,
    failed,
    map_of,
    planned,
    reading,
    refused,
    target,
)

TOOL = ReinstatePath()
STATE, READ_SDA, READ_SDC = (
    " ".join(argv) for argv in (("cat", state_file("sda")), read_argv("sda"), read_argv("sdc"))
)
KEPT_FAILED = failed(SDA)
ERROR = Output((), stderr="dd: reading `/dev/sda': Input/output error", exit_status=1)


def with_sda(path: Path) -> Map:
    """The map with its first path as given."""
    return map_of(replace(GOOD, paths=(path,)), OTHER)


def scene(path: Path = KEPT_FAILED, state: str = "running", **asks: Entry) -> Scene:
    """A failed path; `asks` by the names of LINE."""
    told = {LINE[name]: entry for name, entry in asks.items()}
    return Scene((with_sda(path), BOOT_MAP), asks={STATE: f"{state}\n", **told})


OFFLINE = scene(failed(SDA, "faulty", "offline"), "offline")


@pytest.mark.parametrize(
    ("path", "state", "verdict", "reason"),
    [
        (SDA, "running", "healthy", ""),
        (failed(SDA), "running", "faulty", ""),
        (failed(SDA, "faulty", "offline"), "offline", "faulty", ""),
        (failed(SDA, "faulty"), "running", "faulty", ""),
        (failed(SDA, "i/o pending"), "running", "unclear", "checker_not_ready"),
        (failed(SDA, "ghost"), "running", "unclear", "checker_not_ready"),
        (failed(SDA, "delayed"), "running", "unclear", "held_out"),
        (failed(SDA, "shaky"), "running", "unclear", "held_out"),
        (replace(SDA, checker_state="shaky"), "running", "unclear", "held_out"),
        (replace(SDA, checker_state="faulty"), "running", "unclear", "not_failed"),
        (SDA, "offline", "unclear", "not_failed"),
        (failed(SDA), "blocked", "unclear", "device_not_running"),
    ],
)
async def test_the_verdict_goes_by_kernel_checker_and_scsi(
    path: Path, state: str, verdict: str, reason: str
) -> None:
    found = await diagnosed(TOOL, scene(path, state))
    assert (found.verdict, found.reason) == (verdict, reason)


async def test_a_path_that_left_its_map_is_unclear() -> None:
    found = await diagnosed(TOOL, scene(), "sdz")
    assert (found.verdict, found.reason) == ("unclear", "path_missing")


async def test_the_old_daemon_does_not_tell_that_a_device_is_offline_and_the_kernel_does() -> None:
    old = replace(failed(SDA, "faulty"), device_state=None)
    found = await diagnosed(TOOL, scene(old, "offline"))
    assert (found.verdict, found.facts["device_state"]) == ("faulty", "offline")


async def test_a_path_that_reads_is_reinstated_and_there_is_nothing_to_undo() -> None:
    plan = await planned(TOOL, scene())
    (step,) = plan.steps
    assert (step.argv, step.undo) == (("multipathd", "-kreinstate path sda"), ())
    assert plan.expected == {"dm_state": "active", "device_state": "running"}
    assert plan.evidence["read"] == READ_SDA


async def test_a_path_that_reads_while_its_checker_is_off_is_reinstated() -> None:
    """Seen with 0.9.4: `failed faulty running` for ever after `fail path`."""
    plan = await planned(TOOL, scene(failed(SDA, "faulty")))
    (step,) = plan.steps
    assert step.argv == ("multipathd", "-kreinstate path sda")
    assert plan.evidence["read"] == READ_SDA


async def test_an_offline_device_is_reinstated_once_it_runs_and_its_checker_is_ready() -> None:
    plan = await planned(TOOL, OFFLINE)
    write, reinstate = plan.steps
    assert write.argv == ("xenlens-write", state_file("sda"), "running")
    assert write.expected == {"device_state": "running", "checker_state": "ready"}
    assert reinstate.argv == ("multipathd", "-kreinstate path sda")
    assert plan.order == "chain"
    assert plan.evidence["read"] == READ_SDC


@pytest.mark.parametrize(
    ("boot", "asks", "reason"),
    [
        (None, {}, "path_unproven"),
        (failed(SDC), {}, "path_unproven"),
        (replace(SDC, hctl="0:0:1:0"), {}, "path_unproven"),
        (replace(SDC, hctl=None), {}, "path_unproven"),
        (SDC, {READ_SDC: ERROR}, "path_does_not_read"),
    ],
)
async def test_an_offline_device_stays_so_unless_another_lun_reads_on_the_same_way(
    boot: Path | None, asks: dict[str, Entry], reason: str
) -> None:
    maps = () if boot is None else (replace(BOOT_MAP, groups=(replace(GOOD, paths=(boot,)),)),)
    seen = replace(OFFLINE, maps=(OFFLINE.maps[0], *maps), asks={**OFFLINE.asks, **asks})
    assert await refused(TOOL, seen) == reason


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (scene(SDA), "not_faulty"),
        (scene(failed(SDA, "ghost")), "checker_not_ready"),
        (replace(scene(failed(SDA, "faulty")), asks={READ_SDA: ERROR}), "path_does_not_read"),
        (scene(marginal="sda|marginal\n"), "held_out"),
        (scene(config="defaults {\n\tdelay_wait_checks 10\n}\n"), "held_out"),
        (scene(config=Output((), exit_status=1)), "unreadable_multipathd"),
        (scene(config=OLD_HELP), "unreadable_multipathd"),
        (replace(scene(), asks={READ_SDA: ERROR}), "path_does_not_read"),
        (
            replace(scene(), asks={READ_SDA: Unreadable("host", "not in time")}),
            "path_does_not_read",
        ),
        (
            replace(scene(), asks={STATE: Output((), stderr="cat: no", exit_status=1)}),
            "unreadable_device_state",
        ),
        (Scene((map_of(replace(GOOD, paths=(failed(SDA),))),)), "no_healthy_path"),
        (
            Scene(
                (
                    map_of(
                        replace(GOOD, paths=(failed(SDA), failed(SDB))),
                    ),
                )
            ),
            "no_healthy_path",
        ),
        (
            replace(scene(), here=[reading(with_sda(failed(SDA))), reading(map_of(OTHER))]),
            "path_missing",
        ),
        (
            replace(scene(), here=[reading(with_sda(failed(SDA))), reading(with_sda(SDA))]),
            "changed",
        ),
        (
            replace(scene(), here=reading(with_sda(failed(SDA)), running=False)),
            "unreadable_multipathd",
        ),
    ],
)
async def test_a_path_that_is_not_proven_to_work_is_left_alone(seen: Scene, reason: str) -> None:
    assert await refused(TOOL, seen) == reason


@pytest.mark.parametrize(("asks", "reason"), UNCALM.values(), ids=UNCALM)
async def test_a_map_that_is_not_at_rest_is_left_alone(asks: dict[str, Entry], reason: str) -> None:
    assert await refused(TOOL, replace(scene(), asks=asks)) == reason


async def test_a_path_without_a_device_is_refused() -> None:
    nameless = replace(failed(SDA), device=None)
    sight = Scene((with_sda(nameless),)).sight()
    with pytest.raises(Refusal, match="has no SCSI device") as refusal:
        await TOOL.diagnose(target(TOOL, "8:0"), sight)
    assert refusal.value.reason == "no_device"


@pytest.mark.parametrize(
    ("line", "held"),
    [
        ("delay_watch_checks no", {}),
        ('\tsan_path_err_threshold "no"', {}),
        ("marginal_path_err_sample_time 0", {}),
        ("\tsan_path_err_threshold 5", {"san_path_err_threshold": "5"}),
        ('  marginal_path_err_rate_threshold "10"', {"marginal_path_err_rate_threshold": "10"}),
        ("# delay_wait_checks 10", {}),
        ("fast_io_fail_tmo 5", {}),
    ],
)
def test_options_that_hold_paths_out_are_found(line: str, held: dict[str, str]) -> None:
    assert holding(f"defaults {{\n{line}\n\tpolling_interval 5\n}}\n") == held
