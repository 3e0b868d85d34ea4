"""`xenlens probe run` as a person meets it."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from collectors.disk_reasons import FAILED, SKIPPED
from collectors.host import DeadlineExceeded, Unreachable
from exporter.cli.probe_advice import ADVICE
from exporter.cli.probe_run import NotMeasured, measured
from exporter.cli.probe_table import circumstances_table
from exporter.config import load
from exporter.hosts.settings import Settings
from tests.collectors.onhost.disk_program import DISK
from tests.exporter.probe_hosts import (
    OTHERS,
    SMALL,
    config,
    fio,
    kept,
    measuring,
    place,
    told,
    xenlens,
)
from tests.fakes import Answer, FakeHost, refused

IN_SRV = "directory: /srv, profile: hdparm"
HDPARM = """
/dev/xvdb:
 Timing cached reads:   14210 MB in  1.99 seconds = 7145.46 MB/sec
 Timing buffered disk reads:  1834 MB in  3.00 seconds = 611.16 MB/sec
"""


def words_of(text: str) -> str:
    return " ".join(text.split())


def test_figures_are_in_the_units_people_read(tmp_path: Path) -> None:
    more = ', sr: "SSD [bold] storage", storage_class: ssd'
    file = config(tmp_path, ssd=measuring(tmp_path, more=more))
    done = xenlens(file, "run", "ssd", "--anyway")
    said = words_of(done.stdout)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "read 12,288 48.0 MiB/s 87.2 µs 81 µs" in said
    assert f"where vm1 (pool pool-{tmp_path.name}), directory {place(tmp_path)}" in said
    place_said = rf"file system {DISK.file_system(str(tmp_path))} idle I/O class (yes|no) profile"
    assert re.search(place_said, said)
    assert "class ssd SR SSD [bold] storage took" in said
    assert re.search(r"preparing [\d.]+ s, making the file [\d.]+ s, measuring [\d.]+ s", said)
    assert said.endswith("tool fio-3.33")


def test_json_has_base_units_and_the_origin(tmp_path: Path) -> None:
    file = config(tmp_path, ssd=measuring(tmp_path, more=", storage_class: ssd, sr: SSD storage"))
    found = json.loads(xenlens(file, "run", "ssd", "--json", "--anyway").stdout)
    assert set(found.pop("phases")) == {"prepare", "lay_out", "measure"}
    assert set(found.pop("facts")) == {"file_system", "free_bytes", "idle_io_class"}
    assert found.pop("at") == pytest.approx(file.stat().st_mtime, abs=2 * OTHERS)
    assert found == {
        "probe": "ssd",
        "host": "vm1",
        "pool": f"pool-{tmp_path.name}",
        "profile": "random-read",
        "storage_class": "ssd",
        "sr": "SSD storage",
        "kind": "directory",
        "path": str(place(tmp_path)),
        "size": 1 << 20,
        "runtime": 1.0,
        "block_size": 4096,
        "depth": 1,
        "at_limit": False,
        "version": "fio-3.33",
        "cached_bandwidth": None,
        "rate": 64 << 20,
        "figures": [
            {
                "direction": "read",
                "iops": 12_288.0,
                "bandwidth": 50_331_648.0,
                "latency_mean": pytest.approx(87.2e-6),
                "quantiles": {"0.5": pytest.approx(81e-6)},
            }
        ],
    }


@pytest.mark.parametrize(("rate", "reached"), [("49MiB", True), ("64MiB", False)])
def test_a_rate_limit_is_told_when_it_was_reached(tmp_path: Path, rate: str, reached: bool) -> None:
    file = config(tmp_path, ssd=measuring(tmp_path, more=f", rate: {rate}"))
    said = words_of(xenlens(file, "run", "ssd").stdout)
    assert (f"limit {rate[:2]}.0 MiB/s: at its limit, the disk may be faster" in said) == reached
    assert ("at its limit" in said) == reached


@pytest.mark.parametrize(
    ("said", "status", "line"),
    [
        (
            "directory: {place}, profile: seek, size: 1MiB, keep_free: 16TiB",
            3,
            r"xenlens: one was skipped \(no_space\): .* do not fit; make room there.*",
        ),
        (
            "directory: {place}/none, profile: seek",
            1,
            r"xenlens: one failed \(no_such_path\): \S+/none: No such file or directory; mount.*",
        ),
        (
            f"directory: {{place}}, {SMALL}, fio: /nowhere/fio",
            1,
            r"xenlens: one failed \(no_command\): /nowhere/fio is not installed; install it.*",
        ),
        (
            f"directory: {{place}}, {SMALL}, fio: {{place}}/../broken/fio",
            1,
            r"xenlens: one failed \(unparsable\): .*; .*",
        ),
    ],
)
def test_without_figures_one_line_says_why_and_what_to_do(
    tmp_path: Path, said: str, status: int, line: str
) -> None:
    fio(tmp_path, "Bus error\n", "broken")
    file = config(tmp_path, one=said.format(place=place(tmp_path)))
    done = xenlens(file, "run", "one")
    assert (done.exit_code, done.stdout) == (status, "")
    assert re.fullmatch(f"{line}\n", done.stderr), done.stderr


def test_an_unknown_probe_is_a_wrong_command_line(tmp_path: Path) -> None:
    done = xenlens(config(tmp_path, ssd_read=IN_SRV, sas_read=IN_SRV), "run", "ssd-read")
    text = 'unknown probe "ssd-read" (did you mean "ssd_read"?); there are: ssd_read, sas_read'
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"xenlens: {text}\n")


def test_a_configuration_that_is_wrong_or_has_no_probes_is_told(tmp_path: Path) -> None:
    broken = xenlens(config(tmp_path, ssd="profile: hdparm"), "run", "ssd")
    assert (broken.exit_code, broken.stderr.count("\n")) == (2, 1)
    assert "no place to measure" in broken.stderr
    empty = tmp_path / "empty.yml"
    empty.write_text("pools: {p: {guests: {vm1: {local: {}}}}}\n")
    done = xenlens(empty, "run", "ssd")
    text = f"xenlens: {empty} has no disk_probes: describe one there\n"
    assert (done.exit_code, done.stderr) == (2, text)


def test_anyway_asks_nobody_whether_all_is_well_but_the_machine_still_refuses(
    tmp_path: Path,
) -> None:
    """No XAPI answers here: whether all is well cannot be known."""
    host = "hosts: {vm1: {local: {}}}"
    full = f"directory: {place(tmp_path)}, profile: seek, size: 1MiB, keep_free: 16TiB"
    file = config(tmp_path, host, ssd=measuring(tmp_path), full=full)
    careful = xenlens(file, "run", "ssd")
    assert (careful.exit_code, "(state_unknown)" in careful.stderr) == (3, True)
    assert "--anyway" in careful.stderr
    assert xenlens(file, "run", "ssd", "--anyway").exit_code == 0
    refused = xenlens(file, "run", "full", "--anyway")
    assert (refused.exit_code, "(no_space)" in refused.stderr) == (3, True)


def test_the_device_that_was_measured_is_named(tmp_path: Path) -> None:
    """hdparm measures the device below a directory."""
    found = kept(facts={"device": "/dev/sda2", "idle_io_class": "no"})
    console = Console(file=StringIO(), width=100)
    with console.capture() as captured:
        console.print(circumstances_table(found))
    assert "device /dev/sda2 idle I/O class no profile" in words_of(captured.get())


async def ran(folder: Path, answer: Answer) -> tuple[FakeHost, str]:
    """A probe by hdparm on a host that answers so: the host, and its bandwidths or the failure."""
    host = FakeHost({"*": answer})

    def opened(name: str, settings: Settings) -> FakeHost:
        return host

    configuration = load(config(folder, sas=IN_SRV))
    (probe,) = configuration.disk_probes()
    try:
        found = await measured(configuration, probe, open_host=opened)
    except NotMeasured as failure:
        return host, f"{failure.status} {failure}"
    return host, f"{found.cached_bandwidth} {found.figures[0].bandwidth}"


async def test_hdparm_tells_the_disk_and_the_cache_apart(tmp_path: Path) -> None:
    answer = told(HDPARM, "phase measure", "ended exit 0", "took measure 5.1")
    _, said = await ran(tmp_path, answer)
    cache, disk = (float(word) for word in said.split())
    assert (cache, disk) == pytest.approx((7145.46 * (1 << 20), 611.16 * (1 << 20)), rel=1e-3)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Unreachable("no route\nto vm1"), "1 sas failed (unreachable): no route to vm1; "),
        (DeadlineExceeded("no answer in time"), "1 sas failed (deadline_exceeded): no answer"),
        (told("", "refused busy another runs"), "3 sas was skipped (busy): another runs; try"),
        (told("", "refused own_disk it is /"), "3 sas was skipped (own_disk): it is /; choose"),
        (told("", "failed hung in the kernel"), "1 sas failed (hung): in the kernel; look at"),
        (told("", "ended signal 9"), "1 sas failed (killed): "),
        (refused("SyntaxError: invalid"), "1 sas failed (exit_status): xenlens_disk.py exited 2"),
    ],
)
async def test_each_way_to_fail_is_one_line_and_lets_go_of_the_host(
    tmp_path: Path, answer: Answer, said: str
) -> None:
    host, found = await ran(tmp_path, answer)
    assert (found[: len(said)], found.count("\n"), host.closed) == (said, 0, True)


def test_there_is_advice_for_every_reason() -> None:
    assert ADVICE.keys() == SKIPPED.keys() | FAILED.keys()


def test_help_teaches_by_example(tmp_path: Path) -> None:
    said = {word: words_of(xenlens(tmp_path, word, "--help").stdout) for word in ("run", "compare")}
    assert "xenlens probe run ssd-random-read --json > before.json" in said["run"]
    assert "xenlens probe compare ssd-random-read sas-random-read" in said["compare"]
