"""Files a configuration names: where they are looked for and what they must be."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from exporter.config import ConfigError, default_path, load
from exporter.hosts.settings import Ssh


def write(folder: Path, key: str) -> Path:
    file = folder / "xenlens.yml"
    file.write_text(f"ssh: {{key: {key}}}\npools: {{p: {{hosts: {{h: {{ssh: h}}}}}}}}\n")
    return file


def write_key(path: Path, mode: int) -> Path:
    path.write_text("a private key\n")
    path.chmod(mode)
    return path


def key_of(file: Path) -> Path | None:
    settings = load(file).find("h").settings
    assert isinstance(settings, Ssh)
    return settings.key


def test_a_relative_path_starts_at_the_folder_of_the_configuration(tmp_path: Path) -> None:
    key = write_key(tmp_path / "id_ed25519", 0o600)
    assert key_of(write(tmp_path, "id_ed25519")) == key


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    key = write_key(tmp_path / "home" / "id_ed25519", 0o400)
    assert key_of(write(tmp_path, "~/id_ed25519")) == key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_key_open_to_others_is_refused_with_the_command_that_closes_it(
    tmp_path: Path, mode: int
) -> None:
    key = write_key(tmp_path / "id_ed25519", mode)
    file = write(tmp_path, "id_ed25519")
    with pytest.raises(ConfigError) as caught:
        load(file)
    said = f"{key}: open to other users; run: chmod 600 {key}"
    assert caught.value.lines == (f"{file}:1: ssh.key: {said}",)


@contextmanager
def nobody() -> Iterator[None]:
    """As a user without privileges while the block runs."""
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_key_of_root_may_be_open_to_the_group_it_was_handed_to() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        key, file = write_key(folder / "id_ed25519", 0o440), write(folder, "id_ed25519")
        folder.chmod(0o755)
        os.chown(key, 0, 65534)
        with nobody():
            assert key_of(file) == key
        with pytest.raises(ConfigError, match="open to other users"):
            load(file)
        key.chmod(0o444)
        with nobody(), pytest.raises(ConfigError, match="open to other users"):
            load(file)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_key_of_another_user_may_not_be_open_to_a_group(tmp_path: Path) -> None:
    os.chown(write_key(tmp_path / "id_ed25519", 0o440), 65534, 65534)
    with pytest.raises(ConfigError, match="open to other users"):
        load(write(tmp_path, "id_ed25519"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")
def test_a_key_this_user_cannot_read_is_refused(tmp_path: Path) -> None:
    write_key(tmp_path / "id_ed25519", 0o000)
    with pytest.raises(ConfigError, match="not readable by this user"):
        load(write(tmp_path, "id_ed25519"))


@pytest.mark.parametrize("path", ["'a\\0b'", '"a\\0b"', '""', "7", "[a]", "x" * 5000])
def test_a_path_that_cannot_be_one_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ConfigError, match=r":1: ssh\.key"):
        load(write(tmp_path, path))


def test_a_named_file_goes_before_the_environment_and_the_usual_places(tmp_path: Path) -> None:
    places = (tmp_path / "xenlens.yml", tmp_path / "etc.yml")
    places[1].write_text("")
    environ = {"XENLENS_CONFIG": "from-the-environment.yml"}
    assert default_path(Path("named.yml"), environ, places) == Path("named.yml")
    assert default_path(None, environ, places) == Path("from-the-environment.yml")
    assert default_path(None, {}, places) == places[1]
    places[0].write_text("")
    assert default_path(None, {}, places) == places[0]


def test_no_configuration_anywhere_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        default_path(None, {}, (tmp_path / "a.yml", tmp_path / "b.yml"))
    assert caught.value.lines == (
        "no configuration: name one with --config or XENLENS_CONFIG"
        f" (looked for {tmp_path}/a.yml and {tmp_path}/b.yml)"
        "; write one (docs/quickstart.md), or try: xenlens demo",
    )


def test_a_place_that_may_not_be_looked_at_ends_the_search_with_what_to_do() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "closed").mkdir(mode=0o000)
        folder.chmod(0o755)
        place = folder / "closed" / "xenlens.yml"
        as_whom = nobody() if os.geteuid() == 0 else nullcontext()
        with as_whom, pytest.raises(ConfigError) as caught:
            default_path(None, {}, (place, folder))
    instead = "run as root or as a member of its group, or name one with --config"
    assert caught.value.lines == (f"{place}: cannot be read: Permission denied; {instead}",)


def test_a_place_below_a_file_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert default_path(None, {}, (tmp_path / "file" / "xenlens.yml", tmp_path)) == tmp_path
