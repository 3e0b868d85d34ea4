"""From a file to what can be put in force, or to what is wrong with it."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from exporter.config import ConfigError
from exporter.config.files import private
from exporter.config.load import checked, lines
from exporter.config.problems import Refused
from exporter.config.source import Source, parse
from exporter.config.source import read as bytes_of
from exporter.webconfig.context import server_context
from exporter.webconfig.model import WebConfig


@dataclass(frozen=True, slots=True)
class Reading:
    """A web configuration that can be used, with its certificates as they are now."""

    section: WebConfig
    context: ssl.SSLContext | None
    """None for plain HTTP."""


def read(file: Path | None) -> Reading:
    """What a file says; without one nothing is asked for. Paths in it start at its folder.

    Raises ConfigError with one line for everything that is wrong; a secret is in none of them.
    """
    if file is None:
        return Reading(WebConfig(), None)
    source = parse(bytes_of(file), str(file))
    if not source.data:
        # Half written, or commented out: nobody says by it that everybody is to be let in.
        said = "nothing in it; where nothing is to be asked of anybody, take web_config out"
        raise ConfigError((f"{file}:1: {said}",))
    section = checked(source, file, WebConfig)
    _check_private(section, file)
    return Reading(section, _context(section, source, file))


def _check_private(section: WebConfig, file: Path) -> None:
    """A private key may stand in the file itself."""
    if section.tls_server_config is None or section.tls_server_config.key is None:
        return
    try:
        private(file)
    except ValueError as error:
        raise ConfigError((f"{error} (it has a private key)",)) from None


def _context(section: WebConfig, source: Source, file: Path) -> ssl.SSLContext | None:
    tls = section.tls_server_config
    if tls is None:
        return None
    try:
        return server_context(tls)
    except Refused as refused:
        found = [problem.below(("tls_server_config",)) for problem in refused.problems]
        raise ConfigError(lines(found, source, file)) from None
