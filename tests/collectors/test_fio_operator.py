"""The operator's runs of fio on a guest's SSD and SAS disks, with the job files he showed."""

from pathlib import Path

import pytest

from collectors.fio import parse_fio
from collectors.fio_record import FioResult

FIXTURES = Path(__file__).parents[1] / "fixtures" / "fio"
KIB, SIZE = 1024, 128 * 1024**2


def random_read(bandwidth_kib: int, iops: int, runtime: float, completion: float) -> FioResult:
    """What this fio tells of 128 MiB read in random order: no total latency, no percentiles."""
    rate = float(bandwidth_kib * KIB)
    return FioResult(
        "random-read", 0, "read", SIZE, rate, float(iops), runtime, None, completion, {}
    )


RUNS = {
    "sync-xvda": random_read(7277, 1819, 18.012, 0.00054136),
    "sync-xvdb": random_read(7050, 1762, 18.592, 0.00055896),
    "aio-xvda": random_read(37567, 9391, 3.489, 0.00083325),
    "aio-xvdb": random_read(41783, 10445, 3.137, 0.00074543),
}


@pytest.mark.parametrize("run", RUNS)
def test_a_run_reads_as_the_operator_read_it(run: str) -> None:
    parsed = parse_fio((FIXTURES / f"operator-{run}.txt").read_text())
    assert parsed.records == (RUNS[run],)
    assert parsed.damaged == 0


@pytest.mark.parametrize("run", RUNS)
def test_the_echoed_commands_and_the_job_file_are_noise(run: str) -> None:
    text = (FIXTURES / f"operator-{run}.txt").read_text()
    job_file = text.split("random-read: (g=0)")[0].splitlines()
    assert [line.text for line in parse_fio(text).noise] == job_file


def test_several_runs_in_one_text_are_told_in_its_order() -> None:
    text = "".join((FIXTURES / f"operator-{run}.txt").read_text() for run in RUNS)
    assert parse_fio(text).records == tuple(RUNS.values())
