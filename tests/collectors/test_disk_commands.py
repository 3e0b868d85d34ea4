"""The command lines of disk probes, for every fio there is."""

from dataclasses import replace

import pytest

from collectors.disk_commands import fio_command, fio_version, on_machine, rate_of, seek_options
from collectors.disk_profiles import GIB, MIB, PROFILES, Profile
from collectors.disk_records import DiskProbe, Kind
from tests.collectors.disk_standings import probe

OLD, BEFORE_JSON, WITH_JSON, NEW = (1, 59), (2, 0, 8), (2, 0, 10), (3, 42)
VERSIONS = (OLD, BEFORE_JSON, WITH_JSON, NEW)
BY_FIO = [profile for profile in PROFILES.values() if profile.tool == "fio"]


def command(name: str, version: tuple[int, ...] = NEW, kind: Kind = "directory") -> list[str]:
    return list(fio_command(probe(profile=PROFILES[name], kind=kind), version))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("fio 1.59\n", (1, 59)),
        ("fio 1.38", (1, 38)),
        ("2.0.8\n", (2, 0, 8)),
        ("fio-2.1.10\n", (2, 1, 10)),
        ("fio-3.33\n", (3, 33)),
        ("fio-3.42-dirty\n", (3, 42)),
        ("fio-3.30-12-gabcdef\n", (3, 30)),
        ("", None),
        ("fio", None),
        ("fio-3", None),
        ("bash: fio: command not found", None),
        ("fio-3.33\nand more\n", None),
        ("version 3.33", None),
    ],
)
def test_every_way_a_fio_tells_its_version_is_read(
    text: str, version: tuple[int, ...] | None
) -> None:
    assert fio_version(text) == version


def test_the_operators_random_read_is_one_thread_on_the_file_alone() -> None:
    assert command("random-read") == [
        "fio",
        "--name=ssd-random-read",
        "--filename={file}",
        "--size={size}",
        "--rw=randread",
        "--bs=4096",
        "--ioengine=sync",
        "--iodepth=1",
        "--direct=1",
        "--thread",
        "--eta=never",
        "--runtime=20",
        "--invalidate=1",
        "--readonly",
        f"--rate={64 * MIB}",
        "--max-jobs=1",
        "--output-format=json",
    ]


@pytest.mark.parametrize(("version", "asked"), [(OLD, False), (BEFORE_JSON, True), (NEW, True)])
def test_little_shared_memory_is_asked_of_those_who_know_how(
    version: tuple[int, ...], asked: bool
) -> None:
    assert ("--max-jobs=1" in command("random-read", version)) is asked


def test_a_rate_of_more_than_32_bits_is_no_rate_for_an_old_fio() -> None:
    fast = replace(PROFILES["sequential-read"], rate=16 << 30)
    assert rate_of(fast, NEW) == (4 << 30) - 1


def test_seeks_go_everywhere_in_what_is_there_already() -> None:
    on_device = probe("ssd", profile=PROFILES["seek"], kind="device", path="/dev/mapper/lun")
    words = on_machine(on_device)
    assert int(words[words.index("--size") + 1]) > 1 << 45


@pytest.mark.parametrize(
    ("version", "asked"), [(OLD, False), (BEFORE_JSON, False), (WITH_JSON, True), (NEW, True)]
)
def test_json_is_asked_of_those_who_speak_it(version: tuple[int, ...], asked: bool) -> None:
    assert ("--output-format=json" in command("random-read", version)) is asked


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("profile", BY_FIO, ids=lambda p: p.name)
def test_whatever_the_fio_the_disk_is_measured_past_the_cache_and_by_one_thread(
    profile: Profile, version: tuple[int, ...]
) -> None:
    words = command(profile.name, version)
    assert {"--direct=1", "--thread", "--filename={file}", "--size={size}"} <= set(words)
    assert len({word.partition("=")[0] for word in words}) == len(words)


@pytest.mark.parametrize("profile", BY_FIO, ids=lambda p: p.name)
def test_only_the_profile_that_writes_may_write(profile: Profile) -> None:
    words = command(profile.name)
    assert ("--readonly" in words) is (not profile.writes)
    assert ("--rw=write" in words) is profile.writes
    assert {"--sync=1", "--overwrite=1"} & set(words) == (
        {"--sync=1", "--overwrite=1"} if profile.writes else set()
    )


@pytest.mark.parametrize(("kind", "own"), [("directory", "1"), ("file", "0"), ("device", "0")])
def test_only_pages_of_our_own_file_leave_the_cache(kind: Kind, own: str) -> None:
    assert f"--invalidate={own}" in command("random-read", kind=kind)


def test_a_rate_that_an_old_fio_would_hang_for_is_left_out_and_not_claimed() -> None:
    deep, shallow = PROFILES["random-read-aio"], PROFILES["random-read"]
    assert [rate_of(deep, version) for version in VERSIONS] == [None] + [256 * MIB] * 3
    assert [rate_of(shallow, version) for version in VERSIONS] == [64 * MIB] * 4
    assert not [word for word in command(deep.name, OLD) if word.startswith("--rate")]
    assert not [w for p in BY_FIO for w in fio_command(_unlimited(p), NEW) if "--rate" in w]


def _unlimited(profile: Profile) -> DiskProbe:
    return probe(profile=replace(profile, rate=None))


@pytest.mark.parametrize(("seconds", "told"), [(0.2, 1), (1.0, 1), (19.6, 20), (300.0, 300)])
def test_fio_ends_by_itself_after_whole_seconds_and_never_runs_without_end(
    seconds: float, told: int
) -> None:
    profile = replace(PROFILES["random-read"], runtime=seconds)
    assert f"--runtime={told}" in fio_command(probe(profile=profile), NEW)


def test_the_machine_is_told_where_how_much_and_for_how_long() -> None:
    ours = probe(keep_free=2 * GIB, lay_out_rate=16 * MIB)
    assert on_machine(ours) == (
        *("--at", "directory:/srv/ssd", "--size", str(128 * MIB)),
        *("--keep-free", str(2 * GIB), "--seconds", "66", "--lay-out-rate", str(16 * MIB)),
    )
    assert on_machine(probe(own_disk=True))[-1] == "--own-disk"
    assert on_machine(probe(kind="device", path="/dev/sdb"))[:2] == ("--at", "device:/dev/sdb")


def test_making_a_file_has_twice_its_time_and_what_is_there_needs_none() -> None:
    made = probe(lay_out_rate=64 * MIB)
    assert made.seconds == 2 * 2.0 + 20.0 + 30.0
    assert replace(made, kind="file").seconds == 50.0
    assert replace(made, profile=PROFILES["hdparm"]).seconds == 50.0


def test_seeks_are_counted_and_end_in_time() -> None:
    assert seek_options(PROFILES["seek"]) == ("--seek-seconds", "10", "--seek", "1000")
