"""What a disk probe of the configuration means: a record with every default in its place."""

from dataclasses import replace
from pathlib import Path

import pytest

from collectors.disk_profiles import GIB, MIB, PROFILES
from collectors.disk_records import DiskProbe
from exporter.config import Configuration, load
from exporter.config.disk_kinds import SMALLEST
from exporter.config.disk_probes import SETTINGS
from exporter.config.load import loads

EVERYTHING = Path(__file__).parent.parent / "fixtures" / "config" / "valid" / "everything.yml"
RANDOM_READ = PROFILES["random-read"]


def read(probe: str, classes: str = "[nvme, ssd, sas, sata]") -> Configuration:
    pool = f"hosts: {{h: {{local: {{}}}}}}, disk_probes: {{p: {{host: h, {probe}}}}}"
    text = f"storage_classes: {classes}\npools: {{modular: {{{pool}}}}}"
    return loads(text.encode(), Path("xenlens.yml"))


def probe_of(probe: str) -> DiskProbe:
    (found,) = read(probe).disk_probes()
    return found


def seconds_of(times: str) -> tuple[float, float]:
    found = probe_of(f"directory: /srv, profile: random-read, {times}")
    return found.every, found.jitter


def settings_of(probe: str) -> tuple[int, float, int | None]:
    profile = probe_of(f"device: /dev/sda, {probe}").profile
    return profile.size, profile.runtime, profile.rate


def test_what_is_left_out_has_the_default_of_the_record() -> None:
    found = probe_of("directory: /srv/ssd, profile: random-read")
    assert found == DiskProbe("p", "h", RANDOM_READ, "directory", "/srv/ssd")


def test_a_file_is_made_no_faster_than_it_is_measured() -> None:
    slow = probe_of("directory: /srv, profile: random-read, rate: 1MiB")
    assert (slow.lay_out_rate, slow.seconds) == (1 * MIB, 2 * 128 + 20 + 30)
    assert probe_of("directory: /srv, profile: random-read, rate: 1GiB").lay_out_rate == 32 * MIB


def test_every_key_reaches_the_record() -> None:
    assert load(EVERYTHING).disk_probes()[0] == DiskProbe(
        name="ssd-random-read",
        host="debian6",
        profile=replace(RANDOM_READ, size=1 * GIB, runtime=30.0, rate=100_000_000),
        kind="directory",
        path="/srv/SSD storage",
        sr="SSD storage (RAID 1)",
        storage_class="ssd",
        every=12 * 3600.0,
        jitter=1800.0,
        keep_free=2048 * GIB,
        own_disk=True,
        fio="/opt/fio/bin/fio",
        slower_classes=("sas-15k", "sas-10k"),
    )


def test_probes_come_in_the_order_of_the_file() -> None:
    names = [probe.name for probe in load(EVERYTHING).disk_probes()]
    assert names == ["ssd-random-read", "sas-seek", "ssd-hdparm"]


@pytest.mark.parametrize("kind", ["directory", "file", "device"])
def test_the_place_is_of_the_kind_it_is_named_by(kind: str) -> None:
    found = probe_of(f"{kind}: /srv/SSD storage/größer, profile: random-read")
    assert (found.kind, found.path) == (kind, "/srv/SSD storage/größer")


@pytest.mark.parametrize("name", PROFILES)
def test_a_probe_that_changes_nothing_has_the_bundled_profile(name: str) -> None:
    assert probe_of(f"directory: /srv, profile: {name}").profile == PROFILES[name]


def test_a_probe_replaces_what_it_names_of_its_profile_and_keeps_the_rest() -> None:
    assert settings_of("profile: random-read, size: 2MiB") == (2 * MIB, 20.0, 64 * MIB)
    assert settings_of("profile: random-read, runtime: 1m") == (128 * MIB, 60.0, 64 * MIB)
    assert settings_of("profile: random-read, rate: 1048577") == (128 * MIB, 20.0, MIB + 1)


@pytest.mark.parametrize(
    ("written", "settings"),
    [
        ("size: 1MiB, runtime: 1s, rate: 1024KiB", (MIB, 1.0, MIB)),
        ("size: 16GiB, runtime: 5m, rate: 16384MiB", (16 * GIB, 300.0, 16 * GIB)),
    ],
)
def test_the_ends_of_each_range_are_allowed(written: str, settings: tuple[int, float, int]) -> None:
    assert settings_of(f"profile: random-read, {written}") == settings


@pytest.mark.parametrize(
    ("times", "seconds"),
    [
        ("every: 1m", (60.0, 6.0)),
        ("every: 50m", (3000.0, 300.0)),
        ("every: 168h", (604800.0, 300.0)),
        ("every: 61.000001s", (61.000001, 6.1)),
        ("every: 5m, jitter: 0s", (300.0, 0.0)),
        ("every: 168h, jitter: 167h59m59s", (604800.0, 604799.0)),
    ],
)
def test_the_jitter_is_five_minutes_or_a_tenth_where_nothing_is_said(
    times: str, seconds: tuple[float, float]
) -> None:
    assert seconds_of(times) == seconds


@pytest.mark.parametrize(
    ("own", "slower"),
    [("nvme", ("ssd", "sas", "sata")), ("sas", ("sata",)), ("sata", ())],
)
def test_a_class_is_expected_to_outrun_those_after_it(own: str, slower: tuple[str, ...]) -> None:
    found = probe_of(f"directory: /srv, profile: random-read, storage_class: {own}")
    assert (found.storage_class, found.slower_classes) == (own, slower)


def test_a_file_may_have_classes_of_its_own() -> None:
    found = read("directory: /srv, profile: seek, storage_class: flash", "[flash, disk, tape]")
    (probe,) = found.disk_probes()
    assert probe.slower_classes == ("disk", "tape")


def test_the_smallest_size_holds_a_block_of_every_profile_that_takes_one() -> None:
    sized = [p for p in PROFILES.values() if "size" in SETTINGS[p.tool]]
    assert sized
    assert max(profile.block_size for profile in sized) <= SMALLEST


def test_a_rate_can_be_given_to_the_tools_whose_profiles_have_one() -> None:
    limited = {profile.tool for profile in PROFILES.values() if profile.rate is not None}
    assert limited == {tool for tool, keys in SETTINGS.items() if "rate" in keys}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_device_is_measured_every_minute_as_the_profile_has_it(profile: str) -> None:
    """The demo does, so that a fault is soon seen; so a directory but by sequential-read."""
    place = "directory: /srv" if PROFILES[profile].writes else "device: /dev/sda"
    found = probe_of(f"{place}, profile: {profile}, every: 1m")
    assert found.seconds <= found.every == 60.0


def test_a_period_as_long_as_the_longest_run_is_allowed() -> None:
    found = probe_of("directory: /srv, profile: sequential-read, every: 66s")
    assert found.every == found.seconds == 66.0
    assert probe_of("directory: /srv, profile: random-read, every: 1m").seconds == 58.0
