"""How `config show` tells a disk probe: with what is in effect, to be read back."""

from pathlib import Path

import pytest
import yaml

from collectors.disk_profiles import PROFILES
from exporter.config.disk_probes import PLACES
from exporter.config.load import loads
from exporter.config.show import effective
from tests.config.test_disk_probes import read


def test_a_probe_is_shown_with_every_default_filled_in() -> None:
    shown = yaml.safe_load(effective(read("directory: /srv, profile: random-read").document))
    assert shown["storage_classes"] == ["nvme", "ssd", "sas", "sata"]
    assert shown["pools"]["modular"]["disk_probes"]["p"] == {
        "host": "h",
        "directory": "/srv",
        "profile": "random-read",
        "every": "3600s",
        "jitter": "300s",
        "size": "128MiB",
        "runtime": "20s",
        "rate": "64MiB",
        "keep_free": "1GiB",
        "own_disk": False,
        "fio": "fio",
    }


@pytest.mark.parametrize(
    ("probe", "without"),
    [
        ("directory: /srv, profile: seek", {"rate", "fio"}),
        ("directory: /srv, profile: fsync-write", set()),
        ("file: /srv/f, profile: random-read", {"keep_free", "own_disk"}),
        ("device: /dev/sda, profile: seek", {"rate", "fio", "keep_free", "own_disk"}),
        (
            "directory: /srv, profile: hdparm",
            {"size", "runtime", "rate", "fio", "keep_free", "own_disk"},
        ),
    ],
)
def test_what_has_no_effect_on_a_probe_is_not_shown(probe: str, without: set[str]) -> None:
    shown = yaml.safe_load(effective(read(probe).document))
    optional = {"size", "runtime", "rate", "fio", "keep_free", "own_disk"}
    assert optional - shown["pools"]["modular"]["disk_probes"]["p"].keys() == without


SIMPLEST = [
    f"{kind}: /srv/a b, profile: {profile.name}"
    for kind in PLACES
    for profile in PROFILES.values()
    if kind == "directory" or not profile.writes
]


@pytest.mark.parametrize("probe", SIMPLEST)
@pytest.mark.parametrize(
    "written", ["every: 66.000001s, jitter: 1ms", "sr: '08'", "storage_class: ssd"]
)
def test_what_is_shown_reads_back_to_the_same_probe(probe: str, written: str) -> None:
    assert_reads_back(f"{probe}, {written}")


def test_what_is_said_of_the_file_reads_back_too() -> None:
    said = "keep_free: 1048577, own_disk: true, fio: /opt/fio"
    assert_reads_back(f"directory: /srv, profile: random-read, {said}")


def assert_reads_back(probe: str) -> None:
    found = read(probe)
    again = loads(effective(found.document).encode(), Path("elsewhere.yml"))
    assert again.disk_probes() == found.disk_probes() != ()
