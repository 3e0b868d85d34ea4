"""One disk probe on one machine: what is run there, and what becomes of what it says."""

import os

import pytest

from collectors.disk_profiles import MIB, PROFILES
from collectors.disk_reasons import FAILED, DiskProbeFailed
from collectors.disk_records import DiskProbe, DiskRun
from collectors.disk_run import ERRNO, REASONS, measure
from collectors.host import HostError, Output, OutputTooLarge, Stuck, Unreachable, loop_time
from collectors.inventory import HostInventory, Probing
from collectors.onhost import DISK, program
from collectors.onhost_run import OnHost
from collectors.registry import CollectorFailed, Look
from tests.collectors.disk_machine import SEEKS, answer, answers, fixture, line_of, machine
from tests.collectors.disk_standings import probe
from tests.fakes import Answer, FakeHost

BY_FIO = probe()
BY_HDPARM = probe(profile=PROFILES["hdparm"], kind="device", path="/dev/xvda")
BY_SEEK = probe(profile=PROFILES["seek"])
FIO_JSON = "fio/3.42-json-normal.txt"
CACHED_ONLY = "/dev/xvda:\n Timing cached reads: 14152 MB in 1.99 seconds = 7116.64 MB/sec\n"
GONE = Output((), stderr="bash: line 1: fio: command not found", exit_status=127)


async def run(host: FakeHost, of: DiskProbe = BY_FIO) -> DiskRun:
    return await measure(Look(host, loop_time() + 5), of, OnHost(DISK))


async def refusal(host: FakeHost, of: DiskProbe = BY_FIO) -> tuple[str, str]:
    """Reason and text of a run that gave nothing."""
    with pytest.raises(CollectorFailed) as failure:
        await run(host, of)
    return failure.value.reason, str(failure.value)


async def test_fio_is_asked_its_version_and_then_runs_within_the_program() -> None:
    host = machine(BY_FIO, answer(fixture("fio/2.1.10-json.txt")), "fio-2.1.10\n")
    found = await run(host)
    assert host.asked == ["fio --version", line_of(BY_FIO, "fio-2.1.10")]
    assert host.given == {line_of(BY_FIO, "fio-2.1.10"): program(DISK)}
    assert (found.version, found.rate) == ("fio-2.1.10", 64 * MIB)
    assert found.phases == {"prepare": 0.02, "lay_out": 4.001, "measure": 20.113}
    assert found.facts["file_system"] == "ext4"


async def test_the_operators_own_output_gives_his_figures() -> None:
    host = machine(BY_FIO, answer(fixture("fio/operator-sync-xvda.txt")), "fio 1.59\n")
    found = await run(host)
    (figures,) = found.figures
    assert (found.version, figures.direction, figures.iops) == ("fio-1.59", "read", 1819)
    assert figures.bandwidth == 7277 * 1024
    assert figures.latency_mean == pytest.approx(541.36e-6)


async def test_percentiles_that_are_told_become_quantiles() -> None:
    host = machine(BY_FIO, answer(fixture(FIO_JSON)), "fio-3.42\n")
    quantiles = (await run(host)).figures[0].quantiles
    assert set(quantiles) == {"0.5", "0.9", "0.95", "0.99", "0.999"}
    assert list(quantiles.values()) == sorted(quantiles.values())


async def test_an_old_fio_with_a_deep_queue_claims_no_limit() -> None:
    deep = probe(profile=PROFILES["random-read-aio"])
    host = machine(deep, answer(fixture("fio/operator-aio-xvda.txt")), "fio 1.59\n")
    assert (await run(host, deep)).rate is None


async def test_another_fio_is_taken_where_the_probe_names_one() -> None:
    own = probe(fio="/opt/fio/bin/fio")
    host = machine(own, answer(fixture(FIO_JSON)))
    await run(host, own)
    assert host.asked[0] == "/opt/fio/bin/fio --version"


async def test_hdparm_tells_the_disk_and_apart_from_it_the_cache() -> None:
    host = machine(BY_HDPARM, answer(fixture("hdparm/operator-first-xvda.txt")))
    found = await run(host, BY_HDPARM)
    (figures,) = found.figures
    assert (figures.bandwidth, figures.iops) == (597.91 * MIB, None)
    assert (found.cached_bandwidth, found.version) == (7116.64 * MIB, "hdparm")
    assert host.asked == [line_of(BY_HDPARM)]


async def test_seeks_need_nothing_but_python() -> None:
    host = machine(BY_SEEK, answer(SEEKS))
    found = await run(host, BY_SEEK)
    assert (found.figures[0].iops, found.version, found.rate) == (500.0, "xenlens", None)
    assert host.asked == [line_of(BY_SEEK)]


async def test_a_machine_with_an_old_python_only_serves_as_well() -> None:
    host = FakeHost({line_of(BY_SEEK, python="python"): answer(SEEKS)})
    assert (await run(host, BY_SEEK)).figures
    assert await refusal(FakeHost({}), BY_SEEK) == (
        "no_python",
        "the host has no python3 nor python: nothing can be probed",
    )


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (GONE, "no_command"),
        ("fio of my own\n", "unparsable"),
        ("", "unparsable"),
        (
            Output((), stderr="fio: error while loading shared libraries", exit_status=1),
            "unparsable",
        ),
    ],
)
async def test_a_fio_that_does_not_tell_its_version_is_not_run(told: Answer, reason: str) -> None:
    host = FakeHost({"fio --version": told})
    assert (await refusal(host))[0] == reason
    assert host.asked == ["fio --version"]


FIO_SAYS = {
    "fio/2.16-disk-full.txt": "disk_full",
    "fio/3.33-disk-full.txt": "disk_full",
    "fio/3.33-denied.txt": "not_permitted",
    "fio/3.33-no-engine.txt": "no_engine",
    "fio/1.59-no-option.txt": "bad_option",
    "fio/1.38-read-only.txt": "read_only",
}


@pytest.mark.parametrize(("said", "reason"), FIO_SAYS.items())
@pytest.mark.parametrize("status", [0, 1])
async def test_what_fio_complains_of_is_the_reason_wherever_it_says_so(
    said: str, reason: str, status: int
) -> None:
    for out, err in ((fixture(said), ""), ("", fixture(said))):
        host = machine(BY_FIO, answer(out, err, (f"ended exit {status}",)))
        assert (await refusal(host))[0] == reason


@pytest.mark.parametrize(
    ("out", "err", "status", "reason", "text"),
    [
        ("", "", 1, "tool_error", "fio exited 1: it said nothing"),
        ("", "odd\nvery odd\n", 4, "tool_error", "fio exited 4: very odd"),
        ("only here\n", "", 4, "tool_error", "fio exited 4: only here"),
        ("Martian\n", "", 0, "unparsable", "fio: line 1: expected"),
        ('{"jobs": [', "", 0, "unparsable", "fio: "),
        ("", "", 0, "no_figures", "fio did no I/O in its time"),
    ],
)
async def test_a_fio_that_measured_nothing_gives_no_figures(
    out: str, err: str, status: int, reason: str, text: str
) -> None:
    host = machine(BY_FIO, answer(out, err, (f"ended exit {status}",)))
    found, said = await refusal(host)
    assert (found, text in said) == (reason, True)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (5, "io_error"),
        (28, "disk_full"),
        (30, "read_only"),
        (13, "not_permitted"),
        (1, "not_permitted"),
        (22, "tool_error"),
    ],
)
async def test_figures_of_a_job_that_failed_are_not_believed(number: int, reason: str) -> None:
    report = fixture(FIO_JSON).replace('"error" : 0', f'"error" : {number}')
    found, said = await refusal(machine(BY_FIO, answer(report)))
    assert (found, said) == (reason, f"fio: {os.strerror(number)}")


@pytest.mark.parametrize("figure", ["bw_bytes", "io_bytes", "iops"])
async def test_figures_that_are_damaged_are_not_believed(figure: str) -> None:
    report = fixture(FIO_JSON).replace(f'"{figure}" : ', f'"{figure}" : "x", "other" : ')
    found = await refusal(machine(BY_FIO, answer(report)))
    assert found == ("unparsable", "fio: its figures are damaged")


@pytest.mark.parametrize("length", range(200, 3000, 400))
async def test_a_report_that_was_cut_gives_no_figures(length: int) -> None:
    host = machine(BY_FIO, answer(fixture(FIO_JSON)[:length]))
    assert (await refusal(host))[0] in ("unparsable", "no_figures")


@pytest.mark.parametrize(
    ("out", "err", "status", "reason"),
    [
        ("", "/dev/xvda: Permission denied\n", 13, "not_permitted"),
        ("", "/dev/xvda: No such file or directory\n", 2, "no_such_path"),
        ("", "", 1, "tool_error"),
        ("", "", 0, "tool_error"),
        (CACHED_ONLY, "", 0, "no_figures"),
        ("Martian\n", "", 0, "unparsable"),
        (fixture("hdparm/operator-first-xvda.txt"), "read() failed\n", 5, "tool_error"),
    ],
)
async def test_a_hdparm_that_measured_nothing_gives_no_figures(
    out: str, err: str, status: int, reason: str
) -> None:
    host = machine(BY_HDPARM, answer(out, err, (f"ended exit {status}",)))
    assert (await refusal(host, BY_HDPARM))[0] == reason


@pytest.mark.parametrize("of", [BY_FIO, BY_HDPARM, BY_SEEK], ids=lambda p: p.profile.tool)
@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("refused own_disk /srv is dom0's",), "own_disk"),
        (("refused busy another one",), "busy"),
        (("failed overtime it was killed",), "overtime"),
        (("failed hung it hangs",), "hung"),
        (("ended signal 9",), "killed"),
    ],
)
async def test_the_machines_own_reason_is_the_reason_whatever_the_tool(
    of: DiskProbe, lines: tuple[str, ...], reason: str
) -> None:
    assert (await refusal(machine(of, answer(lines=lines)), of))[0] == reason


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("xenlens_disk 1\nended exit 0\n", "unparsable"),
        ("", "unparsable"),
        (Output((), stderr="Traceback\nMemoryError\n", exit_status=1), "exit_status"),
        (Output((), stderr="xenlens_disk: no\n", exit_status=2), "exit_status"),
    ],
)
async def test_a_program_that_did_not_answer_gives_no_figures(given: Answer, reason: str) -> None:
    for of in (BY_FIO, BY_SEEK):
        assert (await refusal(machine(of, given), of))[0] == reason


async def test_a_program_that_fails_is_named() -> None:
    failed = Output((), stderr="Traceback\nMemoryError\n", exit_status=1)
    assert await refusal(machine(BY_SEEK, failed), BY_SEEK) == (
        "exit_status",
        "xenlens_disk.py exited 1: MemoryError",
    )


async def test_the_program_is_sent_also_where_the_other_one_is_installed() -> None:
    host = machine(BY_SEEK, answer(SEEKS))
    known = HostInventory(probing=Probing(program="/opt/xenlens/xenlens_host.py"))
    await measure(Look(host, loop_time() + 5, known), BY_SEEK, OnHost(DISK))
    assert host.given == {line_of(BY_SEEK): program(DISK)}


@pytest.mark.parametrize("error", [Unreachable("gone"), Stuck("hangs"), OutputTooLarge("much")])
async def test_a_machine_that_does_not_answer_says_so_itself(error: HostError) -> None:
    for host in (machine(BY_FIO, error), FakeHost({"fio --version": error})):
        with pytest.raises(type(error)):
            await run(host)


async def test_seeks_that_broke_off_are_no_figures() -> None:
    host = machine(BY_SEEK, answer("", "Traceback\nZeroDivisionError\n", ("ended exit 1",)))
    expected = ("failed", "xenlens_disk.py failed: ZeroDivisionError")
    assert await refusal(host, BY_SEEK) == expected


def test_every_reason_of_a_tool_is_a_known_failure() -> None:
    assert {*REASONS.values(), *ERRNO.values()} <= FAILED.keys()
    assert isinstance(DiskProbeFailed("hung", ""), CollectorFailed)


async def test_what_the_machine_was_asked_is_noted_as_evidence() -> None:
    noted: list[Output] = []
    host = FakeHost(answers(BY_SEEK, answer(SEEKS)))
    await measure(Look(host, loop_time() + 5, trace=noted.append), BY_SEEK, OnHost(DISK))
    assert [output.stdout for output in noted] == [answer(SEEKS)]
