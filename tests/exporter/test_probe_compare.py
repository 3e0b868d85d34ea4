"""`xenlens probe compare`: which of two is faster, or that it cannot be told."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.disk_records import Figures
from exporter.cli.probe_record import Measurement, NotReadable, plain, read_measurement
from tests.exporter.probe_hosts import SSD, config, kept, measuring, xenlens

MIB = 1 << 20
FAST = Figures("read", 10_000.0, 40.0 * MIB, 100e-6, {"0.5": 90e-6, "0.99": 1e-3})
SLOW = Figures("read", 5_000.0, 20.0 * MIB, 200e-6, {"0.5": 180e-6, "0.99": 1e-3})


def write(folder: Path, name: str, measured: Measurement) -> str:
    file = folder / name
    file.write_text(json.dumps(plain(measured)))
    return str(file)


def compared(folder: Path, a: Measurement, b: Measurement, *words: str) -> tuple[int, str, str]:
    """Status and both outputs, of two files; there is no configuration."""
    files = write(folder, "a.json", a), write(folder, "b.json", b)
    done = xenlens(folder / "none.yml", "compare", *files, *words)
    said = done.stdout.replace(files[0], "A").replace(files[1], "B")
    return done.exit_code, said, done.stderr


def sentence(folder: Path, a: Figures, b: Figures, *limited: str) -> str:
    of_a, of_b = (
        kept(name, figures=[one], at_limit=name in limited) for name, one in (("A", a), ("B", b))
    )
    status, said, _ = compared(folder, of_a, of_b)
    assert status == 0
    return said.splitlines()[0]


def test_a_sentence_says_which_is_faster(tmp_path: Path) -> None:
    assert sentence(tmp_path, FAST, SLOW) == "A is faster than B: 2.00 times its bandwidth"
    assert sentence(tmp_path, SLOW, FAST) == "A is not faster than B: 0.50 times its bandwidth"


def test_less_than_ten_per_cent_is_no_difference(tmp_path: Path) -> None:
    nearly = replace(FAST, bandwidth=43.9 * MIB)
    assert sentence(tmp_path, nearly, FAST) == "A is not faster than B: 1.10 times its bandwidth"
    more = replace(FAST, bandwidth=44.1 * MIB)
    assert sentence(tmp_path, more, FAST) == "A is faster than B: 1.10 times its bandwidth"


def test_a_limit_that_was_reached_hides_how_much_faster(tmp_path: Path) -> None:
    said = "A is faster than B: at least 2.00 times its bandwidth"
    assert sentence(tmp_path, FAST, SLOW, "A") == said
    unknown = "whether A is faster than B cannot be told: at most 2.00 times its bandwidth"
    assert sentence(tmp_path, FAST, SLOW, "B") == f"{unknown}, since B ran at its rate limit"


def test_where_both_reached_the_limit_latency_decides(tmp_path: Path) -> None:
    quick = replace(FAST, latency_mean=50e-6)
    said = "A is faster than B: 2.00 times as fast by mean latency"
    assert sentence(tmp_path, quick, FAST, "A", "B") == said


def test_latencies_under_unequal_load_have_no_word(tmp_path: Path) -> None:
    """B was held back and carried less, so that less waited in its queue."""
    a, b = kept("A", figures=[FAST]), kept("B", figures=[SLOW], at_limit=True)
    _, said, _ = compared(tmp_path, a, b)
    assert {line.split()[-1] for line in said.splitlines()[2:]} == {"unknown"}


def test_the_table_has_every_metric_with_its_ratio_and_a_word(tmp_path: Path) -> None:
    """A latency is faster the less it is."""
    _, said, _ = compared(tmp_path, kept(figures=[FAST]), kept(figures=[SLOW]))
    assert "differs in" not in said
    assert [" ".join(line.split()) for line in said.splitlines()[1:]] == [
        "A B A ÷ B A is",
        "read IOPS 10,000 5,000 2.00 faster",
        "read bandwidth 40.0 MiB/s 20.0 MiB/s 2.00 faster",
        "read mean latency 100 µs 200 µs 0.50 faster",
        "read 50 % of latencies within 90 µs 180 µs 0.50 faster",
        "read 99 % of latencies within 1 ms 1 ms 1.00 not faster",
    ]


def test_only_what_both_have_is_compared(tmp_path: Path) -> None:
    """hdparm knows no latency, and an old fio no quantiles."""
    bare = Figures("read", bandwidth=20.0 * MIB)
    _, said, _ = compared(tmp_path, kept(figures=[FAST]), kept(figures=[bare]))
    assert [line.split()[:2] for line in said.splitlines()[2:]] == [["read", "bandwidth"]]


def test_nothing_at_all_is_no_measure(tmp_path: Path) -> None:
    """Of a disk that did nothing no ratio is known, nor of two without a bandwidth."""
    still = replace(FAST, iops=0.0, bandwidth=0.0)
    unknown = "whether A is faster than B cannot be told: there is no bandwidth to compare"
    assert sentence(tmp_path, FAST, still) == unknown
    mute = Figures("read", iops=3.0)
    assert sentence(tmp_path, mute, mute) == unknown


def test_json_has_both_and_every_ratio(tmp_path: Path) -> None:
    a, b = kept(figures=[FAST]), kept(figures=[SLOW])
    status, text, _ = compared(tmp_path, a, b, "--json")
    found = json.loads(text)
    assert (status, found["said"]) == (0, "A is faster than B: 2.00 times its bandwidth")
    assert found["differs"] == ""
    (verdict,) = found["verdicts"]
    assert verdict == {
        "direction": "read",
        "word": "faster",
        "ratio": 2.0,
        "bound": "exactly",
        "by": "bandwidth",
    }
    assert [found["a"], found["b"]] == json.loads(json.dumps([plain(a), plain(b)]))
    assert found["rows"][1] == {
        "direction": "read",
        "metric": "bandwidth",
        "quantile": None,
        "a": 40.0 * MIB,
        "b": 20.0 * MIB,
        "ratio": 2.0,
        "word": "faster",
    }


def test_other_conditions_are_compared_and_told(tmp_path: Path) -> None:
    a = kept("a", figures=[FAST], size=16 * MIB)
    b = kept("b", figures=[SLOW], kind="file", runtime=60.0, rate=64 * MIB)
    status, said, _ = compared(tmp_path, a, b)
    assert (status, said.splitlines()[1]) == (
        0,
        "differs in: size (16 MiB, 128 MiB), runtime (20 s, 1 min), place (directory, file), "
        "rate limit (no, 64.0 MiB/s)",
    )


def test_two_directions_are_told_one_by_one(tmp_path: Path) -> None:
    """No profile has two, a file may."""
    a, b = (kept(figures=[one, replace(one, direction="write")]) for one in (FAST, SLOW))
    _, said, _ = compared(tmp_path, a, b)
    ways = [f"A is faster than B at {way}: 2.00 times its bandwidth" for way in ("read", "write")]
    assert said.splitlines()[0] == "; ".join(ways)


def test_one_probe_or_run_with_itself_is_refused_before_anything_is_run(tmp_path: Path) -> None:
    file = config(tmp_path, ssd="directory: /srv, profile: hdparm")
    done = xenlens(file, "compare", "ssd", "ssd")
    said = "xenlens: they cannot be compared: both are the same\n"
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", said)
    run = kept(figures=[FAST])
    assert compared(tmp_path, run, run) == (2, "", said)


def test_what_was_measured_otherwise_is_refused(tmp_path: Path) -> None:
    read, write_ = kept(figures=[FAST]), kept(figures=[replace(FAST, direction="write")])
    other = kept(profile="seek", figures=[FAST])
    refusal = "xenlens: they cannot be compared: one"
    said = f"{refusal} is the profile random-read, the other seek\n"
    assert compared(tmp_path, read, other) == (2, "", said)
    said = f"{refusal} measures read, the other write\n"
    assert compared(tmp_path, read, write_) == (2, "", said)


def test_other_profiles_are_refused_before_anything_is_run(tmp_path: Path) -> None:
    """The fio that is configured would leave a file behind."""
    trace = tmp_path / "was-run"
    fast = measuring(tmp_path)
    (tmp_path / "fast" / "fio").write_text(f"#!/bin/sh\ntouch {trace}\n")
    file = config(tmp_path, ssd=fast, hd="directory: /srv, profile: hdparm")
    assert xenlens(file, "compare", "ssd", "hd").exit_code == 2
    assert xenlens(file, "run", "ssd").exit_code == 1
    assert trace.exists()
    trace.unlink()
    assert xenlens(file, "compare", "hd", "ssd").exit_code == 2
    assert not trace.exists()


def test_probes_are_run_and_compared_with_one_another_and_with_a_file(tmp_path: Path) -> None:
    slow = replace(SSD, bandwidth_bytes_per_second=SSD.io_bytes * 12.0, iops=3072.0)
    probes = {"ssd": measuring(tmp_path), "sas": measuring(tmp_path, slow, name="slow")}
    file = config(tmp_path, **probes)
    done = xenlens(file, "compare", "ssd", "sas")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("ssd is faster than sas: 4.00 times its bandwidth\n")
    before = tmp_path / "before.json"
    before.write_text(xenlens(file, "run", "sas", "--json").stdout)
    done = xenlens(file, "compare", "sas", str(before), "--json")
    assert json.loads(done.stdout)["said"].startswith("sas is not faster than ")


def test_a_probe_without_figures_ends_the_comparison(tmp_path: Path) -> None:
    full = measuring(tmp_path).replace("keep_free: 1MiB", "keep_free: 16TiB")
    file = config(tmp_path, ssd=full)
    done = xenlens(file, "compare", write(tmp_path, "a.json", kept(figures=[FAST])), "ssd")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith("xenlens: ssd was skipped (no_space): ")


def test_a_file_is_one_with_a_slash_or_json_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that only has a probe's name is not looked at; one that is not there is told."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "plain", kept(figures=[FAST]))
    write(tmp_path, "kept.json", kept("sas", figures=[FAST]))
    file = config(tmp_path, ssd="directory: /srv, profile: hdparm")
    assert xenlens(file, "compare", "kept.json", "./plain").exit_code == 0
    named = xenlens(file, "compare", "kept.json", "plain")
    assert (named.exit_code, named.stderr) == (
        2,
        'xenlens: unknown probe "plain"; there are: ssd\n',
    )
    missing = xenlens(file, "compare", "./none", "kept.json")
    said = "xenlens: ./none: no such file; write it with xenlens probe run NAME --json\n"
    assert (missing.exit_code, missing.stderr) == (2, said)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"figures": []}, "figures: there are none"),
        ({"figures": [{"direction": "up"}]}, "figures.0.direction: "),
        ({"figures": [{"direction": "read", "quantiles": {"x": 1}}]}, "could not convert"),
        ({"figures": [{"direction": "read", "iops": float("nan")}]}, "NaN is no number"),
        ({"probe": None}, "probe: "),
    ],
)
def test_a_damaged_file_is_one_line(tmp_path: Path, change: dict[str, object], why: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps({**plain(kept(figures=[FAST])), **change}))
    with pytest.raises(NotReadable) as failure:
        read_measurement(file)
    said = f"{file} was not written by xenlens probe run --json: {why}"
    assert (str(failure.value)[: len(said)], str(failure.value).count("\n")) == (said, 0)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff\xfe", b"null", b"{}"])
def test_what_is_no_measurement_is_refused(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(raw)
    done = xenlens(tmp_path / "none.yml", "compare", str(file), str(file))
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_what_was_kept_is_read_back_as_it_was(tmp_path: Path) -> None:
    measured = kept(figures=[FAST, replace(SLOW, direction="write")])
    assert read_measurement(Path(write(tmp_path, "x.json", measured))) == measured
