"""fio's normal output: units of every generation, latencies, progress, reports on the way."""

from pathlib import Path

import pytest

from collectors.fio import parse_fio, read_fio
from collectors.fio_record import FioResult, JobError
from collectors.parsing import ParseError

FIXTURES = Path(__file__).parents[1] / "fixtures" / "fio"
HEADER = "j: (groupid=0, jobs=1): err= 0: pid=7\n"
OLD = "  read : io={io}, bw={bw}, iops={iops}, runt=  1000msec\n"
NEW = "   read: IOPS={iops}, BW={bw} (1B/s)({io}/1000msec)\n"


def captured(name: str) -> tuple[FioResult, ...]:
    """The results of a capture, which must be whole."""
    parsed = parse_fio((FIXTURES / f"{name}.txt").read_text())
    assert (parsed.damaged, parsed.noise) == (0, ())
    return parsed.records


def one(text: str) -> FioResult:
    (result,) = parse_fio(text).records
    return result


@pytest.mark.parametrize(
    ("line", "io", "bw", "iops"),
    [
        (OLD.format(io="131072KB", bw="7277KB/s", iops="1819"), 128 * 2**20, 7277 * 1024, 1819),
        (OLD.format(io="262144 B", bw="65650 B/s", iops="128 "), 262144, 65650, 128),
        (OLD.format(io="1024.0KB", bw="1439.5MB/s", iops="2345K"), 2**20, 1439.5 * 2**20, 2345e3),
        (OLD.format(io="20480MB", bw="541867Kbit/s", iops="345"), 20 * 2**30, 541867 * 128, 345),
        (OLD.format(io="16384KiB", bw="51200KiB/s", iops="12"), 2**24, 51200 * 1024, 12),
        (OLD.format(io="1536PB", bw="1GB/s", iops="1"), 1536 * 2**40, 2**30, 1),
        (NEW.format(io="16.0MiB", bw="83.8MiB/s", iops="21.4k"), 2**24, 83.8 * 2**20, 21.4e3),
        (NEW.format(io="400KiB", bw="400KiB/s", iops="99"), 409600, 409600, 99),
        (NEW.format(io="991kB", bw="441Mbit/s", iops="13.4k"), 991000, 441e6 / 8, 13.4e3),
        (NEW.format(io="1024MiB", bw="21.7GiB/s", iops="5699k"), 2**30, 21.7 * 2**30, 5699e3),
        (NEW.format(io="2TiB", bw="8Kibit/s", iops="1.2M"), 2**41, 1024, 1.2e6),
    ],
)
def test_the_units_of_every_generation(line: str, io: int, bw: float, iops: float) -> None:
    result = one(HEADER + line)
    assert result.io_bytes == io
    assert result.bandwidth_bytes_per_second == pytest.approx(bw, rel=1e-12)
    assert result.iops == pytest.approx(iops, rel=1e-12)
    assert result.runtime_seconds == 1


@pytest.mark.parametrize(
    ("unit", "value", "seconds"),
    [("nsec", "3668.74", 3.66874e-06), ("usec", "66.11", 6.611e-05), ("msec", "13.63", 0.01363)],
)
def test_each_latency_has_its_own_unit(unit: str, value: str, seconds: float) -> None:
    latency = f"    clat ({unit}): min=1, max=1510.4k, avg={value}, stdev= 1.00\n"
    total = "     lat (usec): min=1 , max=2 , avg= 5.16, stdev= 1.13\n"
    result = one(HEADER + NEW.format(io="1B", bw="1B/s", iops="1") + latency + total)
    assert result.completion_latency_mean_seconds == seconds
    assert result.latency_mean_seconds == 5.16e-06


def test_percentiles_wrap_over_lines() -> None:
    (result,) = captured("1.59-percentiles")
    assert list(result.percentiles)[:3] == ["1.0", "5.0", "10.0"]
    assert result.percentiles["99.5"] > result.percentiles["50.0"] > 0
    assert len(result.percentiles) == 15


def test_percentiles_of_the_total_latency_are_told_where_only_they_are() -> None:
    for result in captured("3.33-lat-percentiles"):
        assert len(result.percentiles) == 17
        assert 0 < result.percentiles["1.0"] <= result.percentiles["99.99"]


def test_the_latencies_of_syncs_and_priorities_are_not_those_of_writes() -> None:
    text = (
        HEADER
        + "  write: IOPS=10, BW=1B/s (1B/s)(1B/1msec); 0 zone resets\n"
        + "    clat (nsec): min=1, max=2, avg=5876.68, stdev=1.00\n"
        + "    clat prio 0/0/0 (nsec): min=1, max=2, avg=1.00, stdev=1.00\n"
        + "    clat percentiles (nsec):\n     | 99.00th=[14912]\n"
        + "    clat prio 0/0/0 (50.00% of IOs) percentiles (nsec):\n     | 99.00th=[1]\n"
        + "  fsync/fdatasync/sync_file_range:\n"
        + "    sync (usec): min=1, max=2, avg=335.21, stdev=1.00\n"
        + "    sync percentiles (usec):\n     | 99.00th=[ 2474]\n"
        + "    lat (usec): min=1, max=2, avg=7.00, stdev=1.00\n"
    )
    result = one(text)
    assert result.completion_latency_mean_seconds == 5.87668e-06
    assert result.latency_mean_seconds is None
    assert result.percentiles == {"99.0": 1.4912e-05}


def test_each_direction_of_a_job_is_a_record() -> None:
    read, write = captured("1.22-text")
    assert (read.direction, write.direction) == ("read", "write")
    assert (read.io_bytes, write.io_bytes) == (2**20, 2**20)


def test_a_mixed_direction_that_fio_forgot_to_fill_is_no_record() -> None:
    assert [result.direction for result in captured("3.33-mixed-both")] == ["read", "write"]


def test_progress_reports_are_no_noise() -> None:
    (result,) = captured("3.42-progress")
    assert result.job == "probe"


@pytest.mark.parametrize("end", ["\r", "", "\r\n"])
def test_a_job_may_follow_a_progress_report_on_its_line(end: str) -> None:
    progress = "Jobs: 1 (f=1): [r] [100.0% done] [7000K/0K /s] [1709/0 iops] [eta 00m:00s]"
    line = OLD.format(io="1KB", bw="1KB/s", iops="1")
    assert one(progress + end + HEADER + line).job == "j"


def test_a_progress_report_without_an_end_of_its_own_ends_in_a_carriage_return() -> None:
    line = OLD.format(io="1KB", bw="1KB/s", iops="1")
    assert one("Jobs: 1 (f=1), 0-200 IOPS\r" + HEADER + line).job == "j"


def test_the_last_report_of_a_process_counts() -> None:
    first = HEADER + OLD.format(io="1KB", bw="1KB/s", iops="1")
    last = HEADER + OLD.format(io="2KB", bw="1KB/s", iops="2")
    assert one(first + last).iops == 2


def test_jobs_of_one_name_are_told_apart_by_their_process() -> None:
    line = OLD.format(io="1KB", bw="1KB/s", iops="1")
    assert len(parse_fio(HEADER + line + HEADER.replace("pid=7", "pid=8") + line).records) == 2


def test_lines_without_their_job_tell_no_job() -> None:
    result = one(OLD.format(io="1KB", bw="1KB/s", iops="1"))
    assert (result.job, result.group) == (None, None)


def test_the_words_of_a_failed_job_are_kept() -> None:
    run = read_fio((FIXTURES / "2.16-disk-full.txt").read_text())
    words = "file:io_u.c:1712, func=io_u error, error=No space left on device"
    assert run.errors == (JobError("probe", 28, words),)
    assert run.results[0].io_bytes == 2**20


@pytest.mark.parametrize(
    "damaged",
    [
        "  read : io=131072KB, bw=72\n",
        "  read : io=12%KB, bw=1KB/s, iops=1, runt=1msec\n",
        "  read : io=1KB, bw=1KB/s, iops=-1, runt=1msec\n",
        "   read: IOPS=nan, BW=1B/s (1B/s)(1B/1msec)\n",
        "k: (groupid=0, jobs=\n",
    ],
)
def test_a_damaged_line_is_left_out_and_counted(damaged: str) -> None:
    whole = HEADER + OLD.format(io="1KB", bw="1KB/s", iops="1")
    parsed = parse_fio(whole + HEADER.replace("pid=7", "pid=8") + damaged)
    assert (len(parsed.records), parsed.damaged) == (1, 1)
    assert [line.text for line in parsed.noise] == [damaged.rstrip("\n")]


def test_what_follows_a_damaged_job_is_not_told_of_the_job_before() -> None:
    line = OLD.format(io="1KB", bw="1KB/s", iops="1")
    parsed = parse_fio(HEADER + line + "k: (groupid=0, jobs=\n" + line)
    assert (len(parsed.records), parsed.damaged) == (1, 2)


def test_a_second_line_of_a_direction_belongs_to_a_job_that_is_lost() -> None:
    line = OLD.format(io="1KB", bw="1KB/s", iops="1")
    parsed = parse_fio(HEADER + line + line)
    assert (len(parsed.records), parsed.damaged) == (1, 1)


@pytest.mark.parametrize("text", ["", "\n\n", "[root@host ~]#\n"])
def test_nothing_is_an_answer(text: str) -> None:
    assert parse_fio(text).records == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hello\n", 1),
        ("j: (g=0): rw=read, bs=4K-4K/4K-4K, ioengine=sync, iodepth=1\nfio 1.59\n", 2),
        (HEADER, 1),
        ("  read : io=131072KB, bw=72", 1),
    ],
)
def test_a_text_without_a_report_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ParseError, match=rf"^line {line}: expected "):
        parse_fio(text)


def test_a_run_that_ended_without_input_or_output_is_an_answer() -> None:
    assert parse_fio("\nRun status group 0 (all jobs):\n").records == ()


def test_a_percentile_cut_at_the_end_of_the_text_is_not_told() -> None:
    text = (FIXTURES / "1.59-percentiles.txt").read_text()
    at = text.index("99.50th=") + len("99.50th=") + 1
    (whole,), (cut,) = parse_fio(text).records, parse_fio(text[:at]).records
    assert cut.percentiles == {k: v for k, v in whole.percentiles.items() if float(k) < 99.5}


def test_percentiles_that_are_all_zero_were_not_measured() -> None:
    zeros = "    clat percentiles (usec):\n     | 50.00th=[    0], 99.00th=[    0]\n"
    assert one(HEADER + NEW.format(io="1B", bw="1B/s", iops="1") + zeros).percentiles == {}
