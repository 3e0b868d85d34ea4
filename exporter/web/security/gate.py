"""Who is let in.

`/-/healthy` is open. Where there are users, everything else needs the password of one. It needs a
certificate where that is required, and where clients are asked for one and there are no users.
One `Authorization` header holds a password or a token, not both, so a token stands in for the
password where it belongs, and nowhere else: the webhook's on the webhook's path, an operator's on
the paths below `/api/v1/remediation`. What is behind the gate asks for its token as before: a
password is no operator's.
"""

from base64 import b64decode
from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

from exporter.config.remediation import Remediation
from exporter.config.secrets import Place
from exporter.service import Service
from exporter.web import remediation, webhook
from exporter.web.keys import SERVICE
from exporter.web.tokens import has_token, known_by
from exporter.webconfig import Protection
from exporter.webconfig.passwords import TooBusy

OPEN = frozenset({"/-/healthy"})


@web.middleware
async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in who may come in. Raises HTTPUnauthorized, HTTPForbidden, HTTPServiceUnavailable."""
    service = request.app[SERVICE]
    path = path_of(request)
    if path not in OPEN and not await _may_enter(request, path, service):
        raise _refusal(path, service.protection)
    return await handler(request)


def path_of(request: web.Request) -> str:
    """Of the route that answers; empty for none. However it was written in the request."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""


async def _may_enter(request: web.Request, path: str, service: Service) -> bool:
    protection = service.protection
    shows = bool(request.get_extra_info("peercert"))
    if protection.needs_certificate and not shows:
        return False
    if protection.asks_for_password:
        return _has_token(request, path, service) or await _has_password(request, protection)
    if protection.asks_for_certificate:
        return shows or _has_token(request, path, service)
    return True


async def _has_password(request: web.Request, protection: Protection) -> bool:
    user, password = _pair(request.headers.get("Authorization", ""))
    if not password:
        return False
    try:
        return await protection.passwords.right(user, password)
    except TooBusy:
        text = "too many passwords at once; try again\n"
        wait = {"Retry-After": "1"}
        raise web.HTTPServiceUnavailable(text=text, headers=wait) from None


def _pair(header: str) -> tuple[str, str]:
    """User and password (RFC 7617); empty where there are none."""
    scheme, _, given = header.partition(" ")
    try:
        text = b64decode(given.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        text = ""
    user, _, password = text.partition(":")
    return user, password


def _has_token(request: web.Request, path: str, service: Service) -> bool:
    """Whether the path's own token is there. Raises HTTPServiceUnavailable.

    A stranger is not told what is wrong with the place of a token; the log is.
    """
    section = _remediation(service)
    if section is None or not has_token(request):
        return False
    try:
        return known_by(request, _tokens(path, section)) is not None
    except web.HTTPServiceUnavailable:
        text = "a token cannot be used; the log says why\n"
        raise web.HTTPServiceUnavailable(text=text) from None


def _tokens(path: str, section: Remediation) -> Mapping[str, Place]:
    """Those that open a path."""
    if path == webhook.PATH and section.webhook is not None:
        return {"": section.webhook.token}
    if path == remediation.ROOT or path.startswith(f"{remediation.ROOT}/"):
        return {name: who.token for name, who in section.operators.items()}
    return {}


def _remediation(service: Service) -> Remediation | None:
    """That which runs; where none runs yet, the configured one."""
    return service.remedy.section if service.remedy else service.configuration.remediation


def _refusal(path: str, protection: Protection) -> web.HTTPException:
    if not protection.asks_for_password:
        return web.HTTPForbidden(text="a client certificate is needed\n")
    ways = 'Basic realm="xenlens", charset="UTF-8"'
    if path == webhook.PATH or path.startswith(remediation.ROOT):
        ways += ", Bearer"
    text = "a user and a password are needed (basic_auth_users)\n"
    return web.HTTPUnauthorized(text=text, headers={"WWW-Authenticate": ways})
