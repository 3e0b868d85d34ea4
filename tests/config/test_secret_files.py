"""`xenlens config check` looks into the files of keys, tokens and passwords; serving does not."""

from pathlib import Path

import asyncssh
import pytest
from typer.testing import CliRunner

from exporter.cli.config import config_app
from exporter.config import load

KEYS = """\
ssh: {key: KEY}
pools:
  p:
    hosts: {h: {ssh: {address: h, jump: {address: j, key: KEY}}}}
    guests: {g: {ssh: g}}
"""
HAS_PASSPHRASE = "the key has a passphrase; use one without, or an agent and no key"
PUBLIC_HALF = "is the public half, which is for hosts: name the private one"
SECRETS = """\
pools: {p: {hosts: {h: {local: {}}}}}
remediation:
  webhook: {token_file: FILE}
  operators: {anna: {token_file: FILE}, ben: {token_env: BENS_TOKEN}}
  alertmanager:
    url: http://am.example.org:9093
    token_file: FILE
"""
WITH_PASSWORD = SECRETS.replace(
    "    token_file: FILE", "    user: xenlens\n    password_file: FILE"
)


def checked(folder: Path, text: str) -> tuple[int, list[str]]:
    """Exit status, and what is said, the file's name left out."""
    file = folder / "xenlens.yml"
    file.write_text(text)
    load(file)  # as serve does: it starts with any of them
    done = CliRunner().invoke(config_app, ["check", str(file)], env={"BENS_TOKEN": None})
    return done.exit_code, [line.removeprefix(f"{file}:") for line in done.output.splitlines()]


def written(file: Path, content: bytes) -> Path:
    """A file that only its owner can read."""
    file.write_bytes(content)
    file.chmod(0o600)
    return file


@pytest.fixture(scope="module")
def key() -> asyncssh.SSHKey:
    """An SSH key of nobody."""
    return asyncssh.generate_private_key("ssh-ed25519")


def test_a_private_key_without_a_passphrase_is_good(tmp_path: Path, key: asyncssh.SSHKey) -> None:
    file = written(tmp_path / "id", key.export_private_key())
    status, said = checked(tmp_path, KEYS.replace("KEY", str(file)))
    assert (status, said) == (0, [" good, 1 host and 1 guest in 1 pool"])


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("no key", "Invalid private key"),
        ("empty", "Invalid private key"),
        ("public", PUBLIC_HALF),
        ("passphrase", HAS_PASSPHRASE),
    ],
)
def test_a_key_that_cannot_be_used_is_told_wherever_it_is_written(
    tmp_path: Path, key: asyncssh.SSHKey, kind: str, why: str
) -> None:
    contents = {
        "no key": b"a private key\n",
        "empty": b"",
        "public": key.export_public_key(),
        "passphrase": key.export_private_key("pkcs8-pem", passphrase="canary"),
    }
    file = written(tmp_path / "id", contents[kind])
    places = ("1: ssh.key", "4: pools.p.hosts.h.ssh.jump.key")
    said = [f"{place}: {file}: {why}" for place in places]
    assert checked(tmp_path, KEYS.replace("KEY", str(file))) == (2, said)


@pytest.mark.parametrize("content", [b"", b" \n", "canary-ä\n".encode(), b"two\nlines\n"])
@pytest.mark.parametrize(
    ("text", "last"),
    [
        (SECRETS, "7: {}.token_file: {}: no token"),
        (WITH_PASSWORD, "8: {}.password_file: {}: no password"),
    ],
)
def test_a_file_without_a_secret_is_told_where_it_is_named(
    tmp_path: Path, content: bytes, text: str, last: str
) -> None:
    file = written(tmp_path / "secret", content)
    said = [
        f"3: remediation.webhook.token_file: {file}: no token in it",
        f"4: remediation.operators.anna.token_file: {file}: no token in it",
        f"{last.format('remediation.alertmanager', file)} in it",
    ]
    assert checked(tmp_path, text.replace("FILE", str(file))) == (2, said)


@pytest.mark.parametrize("text", [SECRETS, WITH_PASSWORD])
def test_secrets_in_files_are_good_and_variables_are_of_whoever_serves(
    tmp_path: Path, text: str
) -> None:
    file = written(tmp_path / "secret", b"canary\n")
    status, said = checked(tmp_path, text.replace("FILE", str(file)))
    assert (status, said) == (0, [" good, 1 host in 1 pool"])
