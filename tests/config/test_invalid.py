"""Every invalid configuration gets the lines written beside it, and nothing else."""

from pathlib import Path

import pytest

from exporter.config import ConfigError, load

FOLDER = Path(__file__).parent.parent / "fixtures" / "config" / "invalid"
FILES = sorted(FOLDER.glob("*.yml"))


def lines_of(file: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(file)
    text = str(caught.value).replace(str(file), "FILE").replace(str(FOLDER), "DIR")
    return text.splitlines()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_invalid_file_gets_the_expected_lines(file: Path) -> None:
    assert lines_of(file) == file.with_suffix(".txt").read_text().splitlines()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_line_names_the_file_and_a_line_of_it(file: Path) -> None:
    there = len(file.read_text().splitlines()) + 1
    for line in lines_of(file):
        name, number, _ = line.split(":", 2)
        assert name == "FILE"
        assert 1 <= int(number) <= there


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "xenlens.yml"
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert caught.value.lines == (f"{file}: cannot be read: No such file or directory",)


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "xenlens.yml"
    file.write_bytes(b"listen: :10045\n# caf\xe9\n")
    with pytest.raises(ConfigError, match=r":2: the file is not UTF-8 text$"):
        load(file)


def test_a_file_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "xenlens.yml"
    file.write_text("# " + "x" * 2**20)
    with pytest.raises(ConfigError, match=r":1: larger than 1024 KiB$"):
        load(file)


def test_a_key_with_a_line_break_stays_on_one_line(tmp_path: Path) -> None:
    file = tmp_path / "xenlens.yml"
    file.write_text('"a\\nb\\e[31m": 1\npools: {p: {hosts: {h: {local: {}}}}}\n')
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert str(caught.value).startswith(f"{file}:1: a\\nb\\u001b[31m: unknown key; allowed: ")
