"""The files that a configuration names, made so that it is good."""

from collections.abc import Iterator
from pathlib import Path

import asyncssh
import yaml

SECRETS = ("token_file", "password_file")


def make_files(config: Path) -> None:
    """Make every key, secret and known_hosts file that is named, where there is none."""
    for key, name in _named(yaml.safe_load(config.read_text(encoding="utf-8"))):
        file = config.parent / name
        if file.exists():
            continue
        file.write_text(_content(key), encoding="utf-8")
        file.chmod(0o600)


def _named(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for one in value:
            yield from _named(one)
    if isinstance(value, dict):
        for key, one in value.items():
            if key in ("key", "known_hosts", *SECRETS):
                yield key, one
            else:
                yield from _named(one)


def _content(key: str) -> str:
    if key == "key":
        return asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    return f"{'s' * 32}\n" if key in SECRETS else ""
