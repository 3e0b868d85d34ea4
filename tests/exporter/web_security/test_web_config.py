"""The web configuration file: what is taken, what is refused, and in which words."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exporter.cli import app
from exporter.config import ConfigError
from exporter.webconfig import read
from tests.exporter.web_security.cases import BAD, GOOD, HASH, NEWER, NEWER_BAD, STRICTER, write
from tests.exporter.web_security.certificates import Authority

ALL_GOOD: Mapping[str, str] = {**GOOD, **NEWER}
ALL_BAD: Mapping[str, tuple[str, str]] = {**BAD, **STRICTER, **NEWER_BAD}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("web"))


def written(authority: Authority, text: str) -> Path:
    file = authority.folder / "web.yml"
    file.touch(mode=0o600)
    file.write_text(write(authority, text))
    return file


@pytest.mark.parametrize("case", ALL_GOOD)
def test_what_the_toolkit_takes_is_taken(authority: Authority, case: str) -> None:
    read(written(authority, ALL_GOOD[case]))


def test_a_private_key_in_it_must_not_be_open_to_others(authority: Authority) -> None:
    file = written(authority, NEWER["everything inline"])
    file.chmod(0o640)
    with pytest.raises(ConfigError, match=f"{file}: open to other users; run: chmod 600 {file}"):
        read(file)
    file.chmod(0o600)
    read(file)


@pytest.mark.parametrize("case", ALL_BAD)
def test_what_cannot_be_meant_or_done_is_refused_in_words(authority: Authority, case: str) -> None:
    text, said = ALL_BAD[case]
    file = written(authority, text)
    with pytest.raises(ConfigError) as caught:
        read(file)
    assert all(line.startswith(f"{file}:1: ") for line in caught.value.lines)
    assert any(said in line for line in caught.value.lines)


def test_everything_that_is_wrong_is_told_in_one_go(authority: Authority) -> None:
    text = "basic_auth_users:\n  anna: open\nrate_limit:\n  burst: 1\n  bust: 2\n"
    with pytest.raises(ConfigError) as caught:
        read(written(authority, text))
    assert [line.split(": ")[0].rpartition(":")[2] for line in caught.value.lines] == ["2", "5"]


@pytest.mark.parametrize(
    "text",
    [
        "basic_auth_users: {anna: hush-hush}",
        "basic_auth_users: {anna: 1234567890}",
        "basic_auth_users: {anna: [hush-hush]}",
        "tls_server_config: {cert_file: server.crt, key: hush-hush}",
        f"basic_auth_users: {{anna: {HASH}hush-hush}}",
    ],
)
def test_what_stands_in_the_place_of_a_secret_is_in_no_message(
    authority: Authority, text: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(written(authority, text))
    for secret in ("hush-hush", "1234567890", HASH[10:30]):
        assert secret not in str(caught.value)


def test_check_reads_the_web_configuration_too(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    written(authority, "basic_auth_users: {anna: pass-word}")
    config = tmp_path / "xenlens.yml"
    config.write_text("web_config: web.yml\npools: {p: {hosts: {h: {local: {}}}}}\n")
    done = CliRunner().invoke(app, ["config", "check", str(config)])
    assert done.exit_code == 2
    assert f"{tmp_path / 'web.yml'}:1: basic_auth_users.anna: is no bcrypt hash" in done.stderr
    written(authority, f"basic_auth_users: {{anna: {HASH}}}")
    assert CliRunner().invoke(app, ["config", "check", str(config)]).exit_code == 0
    shown = CliRunner().invoke(app, ["config", "show", str(config)])
    assert f"web_config: {tmp_path / 'web.yml'}" in shown.stdout
