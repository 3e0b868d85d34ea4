"""Bearer tokens: who it is that asks, compared in constant time."""

import hmac
import logging
from collections.abc import Mapping

from aiohttp import web

from exporter.config.secrets import Place
from exporter.remediation.rules import NoSecret, secret

log = logging.getLogger(__name__)
_SCHEME = "bearer "


def check(request: web.Request, place: Place) -> None:
    """Let only who has the token of a place pass. Raises HTTPUnauthorized."""
    if known_by(request, {"": place}) is None:
        raise unauthorized()


def known_by(request: web.Request, places: Mapping[str, Place]) -> str | None:
    """The name of the place that has the token of a request; None for none of them.

    Raises HTTPServiceUnavailable where a place cannot be used: nobody passes then, and not who has
    a token that two of them have. The log says what is wrong with it.
    """
    try:
        return _owner(_given(request), places)
    except NoSecret as error:
        log.error("a token cannot be used", extra={"error": str(error)})
        raise web.HTTPServiceUnavailable(text=f"{error}\n") from error


def _given(request: web.Request) -> str:
    header = request.headers.get("Authorization", "")
    return header[len(_SCHEME) :].strip() if has_token(request) else ""


def _owner(given: str, places: Mapping[str, Place]) -> str | None:
    """Whose token it is, if anybody's. Raises NoSecret."""
    found: list[str] = []
    for name, place in places.items():
        token = secret(place)
        # All are compared, so that the time tells nobody which one it was.
        if hmac.compare_digest(given.encode(errors="surrogateescape"), token.encode()):
            found.append(name)
    if not given or not found:
        return None
    if len(found) > 1:
        raise NoSecret(f"{' and '.join(found)} have the same token")
    return found[0]


def has_token(request: web.Request) -> bool:
    """Whether a request gives a token at all, right or wrong."""
    return request.headers.get("Authorization", "").lower().startswith(_SCHEME)


def unauthorized() -> web.HTTPUnauthorized:
    """The answer to who has no token, or a wrong one."""
    text = "a bearer token is needed: Authorization: Bearer TOKEN\n"
    return web.HTTPUnauthorized(text=text, headers={"WWW-Authenticate": "Bearer"})
