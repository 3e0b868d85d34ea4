"""Disk probes by `xenlens serve`: a real fio on a real disk, up to the page Prometheus reads."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from collectors.disk_metrics import FAMILIES
from collectors.disk_records import DiskProbe
from exporter.disk.slots import next_slot
from tests.e2e.test_serve import answers, get
from tests.labs.disk_probing import nothing_left, probe_of, reached, worker_in
from tests.labs.loopdisk import LoopDisk
from tests.labs.ports import free_port
from tests.labs.program import XENLENS
from tests.labs.waiting import wait_for

PREFIX = "xenlens_disk_probe_"
FIGURES = ("iops", "bandwidth_bytes_per_second", "latency_mean_seconds", "latency_seconds")
PERIOD = 60.0
BEGIN = 4.0
"""Seconds that the exporter takes to begin; where it takes longer, the next slot is a period on."""
IN_TIME = PERIOD + 20
CONFIG = """\
pools:
  modular:
    guests: {{debian6: {{local: {{}}}}}}
    disk_probes:
      {name}: {{host: debian6, directory: {folder}, profile: {profile}, storage_class: ssd,
               every: 1m, jitter: 0s, size: {size}, runtime: 20s, rate: {rate}, keep_free: 1MiB}}
"""
pytestmark = pytest.mark.fio


def due_soon(disk: LoopDisk) -> str:
    """The name of a probe whose slot comes right after the exporter has begun."""
    earliest = time.time() + BEGIN
    names = (f"probe-{number}" for number in range(10_000))
    return next(name for name in names if _slot(name, disk, earliest) < earliest + 1)


def _slot(name: str, disk: LoopDisk, after: float) -> float:
    known = probe_of(disk.folder)
    probe = DiskProbe(name, "debian6", known.profile, "directory", known.path, every=PERIOD)
    return next_slot(probe, after)


@dataclass(frozen=True, slots=True)
class Exporter:
    """A running `xenlens serve` with one disk probe, which is due at once."""

    url: str
    probe: str
    process: "subprocess.Popen[bytes]"

    @property
    def page(self) -> str:
        return get(f"{self.url}/probe?target=debian6", 10)

    def value(self, name: str, **labels: str) -> float | None:
        """The series of that family, without the prefix; None where there is none."""
        for family in text_string_to_metric_families(self.page):
            for sample in family.samples:
                if sample.name == PREFIX + name and labels.items() <= sample.labels.items():
                    return float(sample.value)
        return None

    def fio(self) -> dict[str, dict[str, float]]:
        """What fio printed of its only job in the last run, from the evidence."""
        evidence = json.loads(get(f"{self.url}/evidence?target=debian6&format=json", 10))
        runs = [run for run in evidence["runs"] if run["collector"].endswith(self.probe)]
        printed = runs[0]["commands"][-1]["stdout"]
        job: dict[str, dict[str, float]]
        (job,) = json.JSONDecoder().raw_decode(printed, printed.index("\n{") + 1)[0]["jobs"]
        return job


Start = Callable[..., Exporter]


@pytest.fixture
def serve(disk: LoopDisk, tmp_path: Path) -> Iterator[Start]:
    """Start it with a probe of a profile, size and rate."""
    started: list[subprocess.Popen[bytes]] = []

    def start(profile: str = "random-read", size: str = "8MiB", rate: str = "8MiB") -> Exporter:
        name, url = due_soon(disk), f"127.0.0.1:{free_port()}"
        config = tmp_path / "xenlens.yml"
        told = {"name": name, "folder": disk.folder, "profile": profile}
        config.write_text(CONFIG.format(**told, size=size, rate=rate))
        argv = [str(XENLENS), "serve", "-c", str(config), "--listen", url]
        environment = {**os.environ, "TMPDIR": str(tmp_path)}
        started.append(subprocess.Popen(argv, env=environment))
        wait_for(lambda: answers(f"http://{url}"), IN_TIME, "the start")
        return Exporter(f"http://{url}", name, started[-1])

    yield start
    for process in started:
        process.kill()
        process.wait(timeout=10)


@pytest.mark.prometheus
@pytest.mark.timeout(200)
def test_figures_are_on_the_page_until_a_run_fails(serve: Start, disk: LoopDisk) -> None:
    """The slowest test of its kind: a probe runs once a minute at most."""
    exporter = serve()
    assert [exporter.value(name) for name in FIGURES] == [None] * len(FIGURES)
    assert exporter.value("runs_total") == 0
    wait_for(lambda: exporter.value("runs_total") == 1, IN_TIME, "the first run")

    printed = exporter.fio()["read"]
    assert exporter.value("iops", direction="read", storage_class="ssd") == printed["iops"]
    assert exporter.value("bandwidth_bytes_per_second") == printed["bw_bytes"]
    assert exporter.value("latency_seconds", quantile="0.99")
    assert exporter.value("rate_limit_bytes_per_second") == 8 << 20
    succeeded = exporter.value("last_success_timestamp_seconds")
    assert succeeded is not None
    assert succeeded == pytest.approx(time.time(), abs=10)
    assert exporter.value("last_run_timestamp_seconds") == pytest.approx(succeeded, abs=0.1)
    assert disk.names == []
    page = exporter.page
    for family in FAMILIES:
        if f"# TYPE {family.name}" in page:
            assert f"# HELP {family.name} {family.help}" in page
    lint(page)

    disk.read_only()
    wait_for(lambda: exporter.value("runs_total") == 2, IN_TIME, "the second run")
    assert exporter.value("failures_total", probe=exporter.probe, reason="read_only") == 1
    assert [exporter.value(name) for name in FIGURES] == [None] * len(FIGURES)
    assert exporter.value("last_success_timestamp_seconds") == succeeded
    ended = exporter.value("last_run_timestamp_seconds")
    assert ended is not None
    assert ended - succeeded == pytest.approx(PERIOD, abs=5)
    lint(exporter.page)


def lint(page: str) -> None:
    """promtool finds nothing to say about the page."""
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=page, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_an_exporter_that_ends_in_the_middle_leaves_nothing(
    serve: Start, disk: LoopDisk, number: int
) -> None:
    free = disk.free
    exporter = serve(size="4MiB", rate="1MiB")
    wait_for(lambda: worker_in(disk, "measure") is not None, IN_TIME, "measuring")
    assert exporter.value("running") == 1
    exporter.process.send_signal(number)
    exporter.process.wait(timeout=8)
    assert await nothing_left(disk, free)


async def test_a_killed_fio_counts_as_killed_and_gives_no_figures(
    serve: Start, disk: LoopDisk
) -> None:
    free = disk.free
    exporter = serve(size="4MiB", rate="1MiB")
    wait_for(lambda: worker_in(disk, "measure") is not None, IN_TIME, "measuring")
    (await reached(disk, "measure", free)).kill()
    wait_for(lambda: exporter.value("runs_total") == 1, IN_TIME, "the end of the run")
    assert exporter.value("failures_total", reason="killed") == 1
    assert [exporter.value(name) for name in FIGURES] == [None] * len(FIGURES)
    assert await nothing_left(disk, free)


def test_a_scrape_does_not_wait_for_a_probe_that_runs(serve: Start, disk: LoopDisk) -> None:
    exporter = serve(size="4MiB", rate="1MiB")
    wait_for(lambda: worker_in(disk, "measure") is not None, IN_TIME, "measuring")
    began = time.monotonic()
    assert exporter.value("running") == 1
    assert time.monotonic() - began < 2
    assert exporter.value("iops") is None
