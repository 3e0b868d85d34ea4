"""Files of secrets that a configuration names, looked into by `xenlens config check` alone.

The exporter starts without them: what a host or a person needs one for then says so.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from exporter.config import ConfigError
from exporter.config.load import checked, lines
from exporter.config.model import Document
from exporter.config.problems import KeyPath, Problem
from exporter.config.remediation import Alertmanager, Bearer
from exporter.config.section import Section
from exporter.config.source import parse, read
from exporter.config.ssh import Connection
from exporter.hosts.settings import Ssh
from exporter.hosts.ssh_errors import unusable_key
from exporter.hosts.ssh_options import load_keys
from exporter.keys.line import BadKey, public_key
from exporter.remediation.rules import NoSecret, secret


def look_into_secrets(file: Path) -> None:
    """Raises ConfigError for every file of a secret that cannot be used, where it is written."""
    source = parse(read(file), str(file))
    document = checked(source, file, Document)
    if problems := [*_unusable((), document)]:
        raise ConfigError(lines(problems, source, file))


def _unusable(path: KeyPath, value: object) -> Iterator[Problem]:
    """What is wrong with the secrets of a part of the configuration."""
    inside: Mapping[str, object] = {}
    if isinstance(value, Section):
        yield from (problem.below(path) for problem in _of_section(value))
        inside = {name: getattr(value, name) for name in value.model_fields_set}
    elif isinstance(value, Mapping):
        inside = value
    for name, part in inside.items():
        yield from _unusable((*path, name), part)


def _of_section(section: Section) -> Iterator[Problem]:
    if isinstance(section, Connection) and section.key and (said := _of_key(section.key)):
        yield Problem(("key",), said)
    if not isinstance(section, Alertmanager | Bearer):
        return
    for name, kind in (("token_file", "token"), ("password_file", "password")):
        if place := getattr(section, name, None):
            try:
                secret(place, kind)
            except NoSecret as error:
                yield Problem((name,), str(error))


def _of_key(file: Path) -> str:
    """Why a file is no private key for SSH; empty where it is one."""
    try:
        load_keys(file)
    except (OSError, ValueError) as error:
        if _is_public(file):
            return f"{file}: is the public half, which is for hosts: name the private one"
        return unusable_key(Ssh("", key=file), error)
    return ""


def _is_public(file: Path) -> bool:
    try:
        public_key(file)
    except (BadKey, OSError):
        return False
    return True
