"""hdparm's timings: runs, devices, units, and its errors."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.hdparm import DiskTiming, parse_hdparm
from collectors.parsing import Parsed, ParseError, ToolError

FIXTURES = Path(__file__).parents[1] / "fixtures" / "hdparm"
MIB = 2**20
CACHED = " Timing cached reads:   484 MB in  2.03 seconds = {} MB/sec\n"
BUFFERED = " Timing buffered disk reads: 154 MB in  3.24 seconds =  {} MB/sec\n"
OPERATOR = {
    "first-xvda": ("/dev/xvda", 7116.64, 597.91),
    "first-xvdb": ("/dev/xvdb", 7145.46, 611.16),
    "second-xvda": ("/dev/xvda", 6824.44, 473.73),
    "second-xvdb": ("/dev/xvdb", 6844.60, 440.17),
}
TIMINGS = st.builds(
    DiskTiming,
    st.sampled_from(["/dev/sda", "/dev/xvdb", "/dev/mapper/a-b"]),
    *[st.integers(1, 10**7).map(lambda hundredths: hundredths / 100 * MIB)] * 2,
)


def printed(timings: list[DiskTiming]) -> str:
    """As hdparm -tT prints them."""
    parts = []
    for timing in timings:
        cached = (timing.cached_bytes_per_second or 0) / MIB
        buffered = (timing.buffered_bytes_per_second or 0) / MIB
        figures = CACHED.format(f"{cached:.2f}") + BUFFERED.format(f"{buffered:.2f}")
        parts.append(f"\n{timing.device}:\n{figures}")
    return "".join(parts)


@pytest.mark.parametrize("run", OPERATOR)
def test_the_operators_runs_read_as_he_read_them(run: str) -> None:
    device, cached, buffered = OPERATOR[run]
    parsed = parse_hdparm((FIXTURES / f"operator-{run}.txt").read_text())
    assert parsed.records == (DiskTiming(device, cached * MIB, buffered * MIB),)
    assert [line.text for line in parsed.noise] == [f"# hdparm -tT {device}"]


@given(st.lists(TIMINGS, max_size=5))
def test_what_hdparm_prints_reads_back(timings: list[DiskTiming]) -> None:
    assert parse_hdparm(printed(timings)) == Parsed(tuple(timings))


def test_a_repeated_kind_begins_the_next_run() -> None:
    text = "/dev/sda:\n" + (CACHED.format("1.00") + BUFFERED.format("2.00")) * 2
    one = DiskTiming("/dev/sda", MIB, 2.0 * MIB)
    assert parse_hdparm(text).records == (one, one)
    assert parse_hdparm(text.removeprefix("/dev/sda:\n")).records[0].device is None


def test_another_device_begins_another_run() -> None:
    text = "/dev/sda:\n" + CACHED.format(1) + "\n/dev/sdb:\n" + BUFFERED.format(2)
    assert parse_hdparm(text).records == (
        DiskTiming("/dev/sda", MIB),
        DiskTiming("/dev/sdb", None, 2.0 * MIB),
    )


def test_reads_past_the_page_cache_stand_in_the_same_places() -> None:
    text = (
        "/dev/sda:\n"
        " Timing O_DIRECT cached reads:   13832 MB in  1.99 seconds = 6940.04 MB/sec\n"
        " Timing O_DIRECT disk reads: 300 MB in  0.23 seconds = 1322.32 MB/sec\n"
    )
    assert parse_hdparm(text).records == (DiskTiming("/dev/sda", 6940.04 * MIB, 1322.32 * MIB),)


@pytest.mark.parametrize(
    ("line", "timing"),
    [
        (
            " Timing buffer-cache reads:   128 MB in  0.67 seconds =191.04 MB/sec",
            DiskTiming(None, 191.04 * MIB),
        ),
        (
            " Timing buffered disk reads:   2 MB in  9.00 seconds = 227.56 kB/sec",
            DiskTiming(None, None, 227.56 * 1024),
        ),
        (
            "Timing cached reads: 8 MB in 2.00 seconds = 4.00 MB/sec",
            DiskTiming(None, 4.0 * MIB),
        ),
    ],
)
def test_the_layouts_and_units_of_every_generation(line: str, timing: DiskTiming) -> None:
    assert parse_hdparm(line).records == (timing,)


def test_messages_among_the_timings_are_noise() -> None:
    message = "SG_IO: bad/missing sense data, sb[]:  70 00 05\n"
    parsed = parse_hdparm("/dev/sda:\n" + CACHED.format(1) + message + BUFFERED.format(2))
    assert parsed.records == (DiskTiming("/dev/sda", MIB, 2.0 * MIB),)
    assert [line.line for line in parsed.noise] == [3]


@pytest.mark.parametrize("cut", ["", " = 23", " = 238.57 MB/s"])
def test_a_cut_timing_is_left_out_and_counted(cut: str) -> None:
    text = CACHED.format("1.00") + " Timing buffered disk reads: 154 MB in  3.24 seconds" + cut
    parsed = parse_hdparm(text)
    assert (parsed.records, parsed.damaged) == ((DiskTiming(None, MIB),), 1)


def test_a_device_that_fails_does_not_hide_another() -> None:
    text = "/dev/nosuch: No such file or directory\n\n/dev/sda:\n" + CACHED.format(1)
    assert parse_hdparm(text).records == (DiskTiming("/dev/sda", MIB),)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("/dev/nosuch: No such file or directory", "no-such-device"),
        ("/dev/xvda: Permission denied", "permission"),
        (
            "/tmp:\n Timing buffered disk reads: read() failed: Is a directory\n"
            "BLKFLSBUF failed: Inappropriate ioctl for device",
            "no-such-device",
        ),
        (
            "./a:\n Timing buffered disk reads: read(2097152) returned 4096 bytes\n"
            "BLKFLSBUF failed: Inappropriate ioctl for device",
            "too-small",
        ),
        ("read() hit EOF - device too small", "too-small"),
        ("/dev/sda:\n Timing buffered disk reads: read() failed: Input/output error", "failed"),
        ("nosuch: unknown flag", "bad-command"),
        ("bash: hdparm: command not found", "not-running"),
        ("-bash: /sbin/hdparm: No such file or directory", "no-such-object"),
    ],
)
def test_an_error_message_is_no_data(text: str, kind: str) -> None:
    with pytest.raises(ToolError) as caught:
        parse_hdparm(text + "\n")
    assert caught.value.kind == kind


@pytest.mark.parametrize("text", ["", "\n", "/dev/sda:\n"])
def test_no_timing_is_an_answer(text: str) -> None:
    assert parse_hdparm(text).records == ()


@pytest.mark.parametrize("text", ["hello\n", "/dev/sda:\n readahead     = 256 (on)\n"])
def test_another_text_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ParseError, match=r"^line \d: expected `/dev/DEVICE:`"):
        parse_hdparm(text)


@given(st.text() | st.builds(lambda a, b: printed(a)[:b], st.lists(TIMINGS), st.integers(0, 300)))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        timings = parse_hdparm(text).records
    except (ParseError, ToolError):
        return
    for timing in timings:
        assert timing.cached_bytes_per_second or timing.buffered_bytes_per_second
