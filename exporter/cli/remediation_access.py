"""Where `xenlens remediation` finds a running xenlens, whose token it uses, and its journal."""

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from exporter.cli.errors import FAILED, INVALID, UNKNOWN, fail
from exporter.config import ConfigError, Configuration, default_path, load
from exporter.config.values import listen as endpoint
from exporter.remediation.client import Client, Denied, JournalFile, Unreachable
from exporter.remediation.rules import NoSecret, secret

TOKEN = "XENLENS_TOKEN"
STATUS_OF = {400: INVALID, 401: INVALID, 403: INVALID, 404: INVALID, 503: UNKNOWN}
"""By HTTP status; what is refused is 409."""
RunNumber = Annotated[int, typer.Argument(metavar="RUN", min=1, help="A run's number.")]
Config = Annotated[Path | None, typer.Option("--config", "-c", help="Configuration file.")]
Url = Annotated[
    str | None, typer.Option(help="Of the running xenlens; else the configuration's listen.")
]
TokenFile = Annotated[
    Path | None, typer.Option(help=f"Your token; else ${TOKEN}, else an operator's of the file.")
]
As = Annotated[str | None, typer.Option("--as", help="The operator whose token file is used.")]
JournalOf = Annotated[
    Path | None, typer.Option("--journal", help="Read this journal's file, ask no xenlens.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_OPTIONS: Mapping[str, Any] = {"config": Config, "url": Url, "token_file": TokenFile, "person": As}
"""By the fields of Access."""


@contextmanager
def explained() -> Iterator[None]:
    """End with one line and the exit status of what went wrong."""
    try:
        yield
    except (ConfigError, NoSecret) as error:
        fail(str(error), INVALID)
    except Unreachable as error:
        fail(str(error), UNKNOWN)
    except Denied as error:
        hint = f"; give --token-file, ${TOKEN} or --as NAME" if error.status == 401 else ""
        fail(f"{error}{hint}", STATUS_OF.get(error.status, FAILED))


@dataclass(frozen=True, slots=True)
class Access:
    """What the options say. The configuration is read where it is needed."""

    config: Path | None = None
    url: str | None = None
    token_file: Path | None = None
    person: str | None = None

    def client(self) -> Client:
        """The running xenlens. Raises ConfigError and NoSecret."""
        url = self.url or _url_of(self.configuration().listen)
        if not url.startswith(("http://", "https://")):
            fail(f"--url {url} is not allowed; allowed: http://HOST:PORT", INVALID)
        return Client(url.rstrip("/"), self._token())

    def configuration(self) -> Configuration:
        """Raises ConfigError."""
        return load(default_path(self.config))

    def journal(self) -> JournalFile:
        """The file of the configuration's journal. Raises ConfigError and Unreachable."""
        section = self.configuration().remediation
        if section is None:
            raise Unreachable("the configuration has no remediation, so there is no journal")
        return JournalFile(section.journal)

    def kill_switch(self) -> Path | None:
        """The file that stops everything; None where there is no remediation."""
        section = self.configuration().remediation
        return section.kill_switch if section else None

    def _token(self) -> str:
        if self.token_file:
            return secret(self.token_file)
        if self.person is None and (given := os.environ.get(TOKEN, "").strip()):
            return _usable(given)
        if self.person is None and self.url and self.config is None:
            return ""
        section = self.configuration().remediation
        files = {name: who.token_file for name, who in section.operators.items()} if section else {}
        return _token_of(files, self.person)


def with_access(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes an Access first, with the options that say it after its own.

    What goes wrong in it ends with one line and an exit status.
    """

    def reached(**given: Any) -> None:
        access = Access(**{name: given.pop(name) for name in _OPTIONS})
        with explained():
            command(access, **given)

    _, *own = inspect.signature(command).parameters.values()
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in _OPTIONS.items()
    ]
    reached.__name__, reached.__doc__ = command.__name__, command.__doc__
    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own] + options
    reached.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    reached.__annotations__ = {each.name: each.annotation for each in parameters}
    return reached


def _token_of(files: Mapping[str, Path], person: str | None) -> str:
    if person is not None and person not in files:
        known = ", ".join(files) or "none"
        raise NoSecret(f"no operator {person} in the configuration; there are: {known}")
    for file in [files[person]] if person else files.values():
        try:
            return secret(file)
        except NoSecret:
            if person:
                raise
    return ""


def _usable(token: str) -> str:
    """A token that can be sent. Raises NoSecret, which does not show it."""
    if not token.isascii() or not token.isprintable():
        raise NoSecret(f"${TOKEN}: no token in it")
    return token


def _url_of(listen: str) -> str:
    host, _, port = endpoint(listen).rpartition(":")
    return f"http://{host or '127.0.0.1'}:{port}"


def looking(access: Access, journal: Path | None) -> Client | JournalFile:
    """The running xenlens, or the journal's file where none answers. Raises what both raise."""
    if journal is not None:
        return JournalFile(journal)
    client = access.client()
    try:
        client.get()
    except Unreachable as error:
        if access.url:
            raise
        file = access.journal()
        typer.echo(f"xenlens: {error}; reading {file.path}", err=True)
        return file
    return client
