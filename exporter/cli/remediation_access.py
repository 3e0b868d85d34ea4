"""Where `xenlens remediation` finds a running xenlens, as whom it asks, and its journal."""

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext
from typing import Annotated, Any

import typer

from exporter.cli.errors import FAILED, INVALID, UNKNOWN, fail
from exporter.cli.remediation_options import OPTIONS, PASSWORD, TOKEN
from exporter.cli.remediation_tls import ClientFiles, context_of, own_certificate
from exporter.client_tls import BadCertificate
from exporter.config import ConfigError, Configuration, default_path, load
from exporter.config.secrets import Place
from exporter.config.values import listen as endpoint
from exporter.remediation.client import Client, Denied, JournalFile, Unreachable
from exporter.remediation.credentials import basic, bearer
from exporter.remediation.rules import NoSecret, secret

STATUS_OF = {400: INVALID, 401: INVALID, 403: INVALID, 404: INVALID, 503: UNKNOWN}
"""By HTTP status; what is refused is 409."""
RunNumber = Annotated[int, typer.Argument(metavar="RUN", min=1, help="A run's number.")]
JournalOf = Annotated[
    Path | None, typer.Option("--journal", help="Read this journal's file, ask no xenlens.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def explained() -> Iterator[None]:
    """End with one line and the exit status of what went wrong."""
    try:
        yield
    except (ConfigError, NoSecret, BadCertificate) as error:
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
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    user: str | None = None
    password_file: Path | None = None

    def client(self) -> Client:
        """The running xenlens. Raises ConfigError, NoSecret and BadCertificate."""
        url, own = (self.url, "") if self.url else self._configured()
        if not url.startswith(("http://", "https://")):
            allowed = "http://HOST:PORT or https://HOST:PORT"
            fail(f"--url {url} is not allowed; allowed: {allowed}", INVALID)
        return Client(url.rstrip("/"), self._authorization(), self._tls(url, own))

    def _configured(self) -> tuple[str, str]:
        """The address, and the certificate that is shown there. Raises ConfigError."""
        configuration = self.configuration()
        own = own_certificate(configuration)
        return _url_of(configuration.listen, bool(own)), own

    def _tls(self, url: str, own: str) -> SSLContext | None:
        files = ClientFiles(self.ca_file, self.cert_file, self.key_file)
        return context_of(files, url, own)

    def _authorization(self) -> str:
        if self.user is None:
            token = self._token()
            return bearer(token) if token else ""
        if self.password_file:
            return basic(self.user, secret(self.password_file, "password"))
        return basic(self.user, _usable(os.environ.get(PASSWORD, "").strip(), PASSWORD))

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
            return _usable(given, TOKEN)
        if self.person is None and self.url and self.config is None:
            return ""
        section = self.configuration().remediation
        files = {name: who.token for name, who in section.operators.items()} if section else {}
        return _token_of(files, self.person)


def with_access(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes an Access first, with the options that say it after its own.

    What goes wrong in it ends with one line and an exit status.
    """

    def reached(**given: Any) -> None:
        access = Access(**{name: given.pop(name) for name in OPTIONS})
        with explained():
            command(access, **given)

    _, *own = inspect.signature(command).parameters.values()
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in OPTIONS.items()
    ]
    reached.__name__, reached.__doc__ = command.__name__, command.__doc__
    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own] + options
    reached.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    reached.__annotations__ = {each.name: each.annotation for each in parameters}
    return reached


def _token_of(files: Mapping[str, Place], person: str | None) -> str:
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


def _usable(given: str, variable: str) -> str:
    """A secret that can be sent. Raises NoSecret, which does not show it."""
    if not given or not given.isascii() or not given.isprintable():
        kind = variable.rpartition("_")[2].lower()
        raise NoSecret(f"${variable}: no {kind} in it")
    return given


def _url_of(listen: str, secure: bool) -> str:
    host, _, port = endpoint(listen).rpartition(":")
    return f"http{'s' * secure}://{host or '127.0.0.1'}:{port}"


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
