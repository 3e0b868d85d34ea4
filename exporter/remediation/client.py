"""Remediation of a running xenlens, over its API; or its journal's file while it is down."""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from alerts.remediation.journal import reading
from alerts.remediation.journal.chain import Verdict
from alerts.remediation.journal.database import open_reader
from exporter.remediation.shown import run_shown

ROOT = "/api/v1/remediation"
SECONDS = 20.0
T = TypeVar("T")


class Unreachable(Exception):
    """Nothing answers there; the text says what to do."""


class Denied(Exception):
    """It answers, and says no: why, in one line."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token goes where it was said to go, and nowhere else."""

    def redirect_request(self, *args: Any, **more: Any) -> None:
        """Called by urllib, which raises HTTPError then."""
        return


@dataclass(frozen=True, slots=True)
class Client:
    """`url` without a slash at its end; `authorization` is the header that says who asks."""

    url: str
    authorization: str = ""
    tls: ssl.SSLContext | None = None

    def get(self, path: str = "") -> dict[str, Any]:
        """Raises Unreachable and Denied."""
        return self._ask(path, None)

    def post(self, path: str, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Raises Unreachable and Denied."""
        return self._ask(path, dict(fields or {}))

    def runs(self, limit: int, open_only: bool) -> list[dict[str, Any]]:
        """The latest runs, the newest first. Raises Unreachable and Denied."""
        found: list[dict[str, Any]] = self.get(f"/runs?limit={limit}{'&open' * open_only}")["runs"]
        return found

    def run(self, number: int) -> dict[str, Any]:
        """A run with its steps. Raises Unreachable and Denied."""
        return self.get(f"/runs/{number}")

    def _ask(self, path: str, fields: dict[str, Any] | None) -> dict[str, Any]:
        body = None if fields is None else json.dumps(fields).encode()
        headers = {"Content-Type": "application/json"}
        if self.authorization:
            headers["Authorization"] = self.authorization
        request = urllib.request.Request(f"{self.url}{ROOT}{path}", body, headers)
        try:
            with self._opener().open(request, timeout=SECONDS) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise Denied(_said(error), error.code) from None
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable(_unanswered(self.url, getattr(error, "reason", error))) from None
        return found

    def _opener(self) -> urllib.request.OpenerDirector:
        """Proxies of the environment are for the outer world."""
        secure = urllib.request.HTTPSHandler(context=self.tls)
        return urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects, secure)


def _unanswered(url: str, reason: object) -> str:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"{url}: its certificate is not believed: {reason.verify_message}; give --ca-file"
    if isinstance(reason, ssl.SSLError):
        said = (reason.reason or str(reason)).lower().replace("_", " ")
        return f"{url}: no TLS with it: {said}; does it want --cert-file and --key-file?"
    return f"{url} does not answer ({reason}); is xenlens serve running there? --url"


def _said(error: urllib.error.HTTPError) -> str:
    """The line that came with a refusal: text, or JSON with a reason."""
    try:
        text = error.read(4000).decode(errors="replace").strip()
    except (OSError, HTTPException):
        text = ""
    try:
        told = json.loads(text)
        return f"{told['text']} ({told['reason']})"
    except (ValueError, KeyError, TypeError):
        return text.splitlines()[0] if text else f"status {error.code}"


@dataclass(frozen=True, slots=True)
class JournalFile:
    """The same to be looked at, from the journal's file."""

    path: Path

    def runs(self, limit: int, open_only: bool) -> list[dict[str, Any]]:
        """The latest runs, the newest first. Raises Unreachable."""
        return self._read(
            lambda c: [r.as_json() for r in reading.runs_of(c, limit=limit, open_only=open_only)]
        )

    def run(self, number: int) -> dict[str, Any]:
        """A run with its steps. Raises Unreachable and Denied."""
        shown = self._read(lambda c: run_shown(c, number))
        if shown is None:
            raise Denied(f"there is no run {number}", 404)
        return dict(shown)

    def verify(self) -> Verdict:
        """Follow the chain. Raises Unreachable."""
        self._check()
        engine = open_reader(self.path)
        try:
            return reading.verify(engine)
        except SQLAlchemyError as error:
            raise self._unreadable(error) from None
        finally:
            engine.dispose()

    def _read(self, question: Callable[[Connection], T]) -> T:
        self._check()
        engine = open_reader(self.path)
        try:
            with engine.connect() as connection:
                return question(connection)
        except SQLAlchemyError as error:
            raise self._unreadable(error) from None
        finally:
            engine.dispose()

    def _check(self) -> None:
        try:
            with self.path.open("rb"):
                return
        except OSError as error:
            raise Unreachable(f"{self.path}: {error.strerror}") from None

    def _unreadable(self, error: SQLAlchemyError) -> Unreachable:
        return Unreachable(f"{self.path}: {getattr(error, 'orig', None) or error}")
