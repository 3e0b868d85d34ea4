"""What every answer tells the browser, and what the operator wants instead."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

from aiohttp import web

from exporter.web.keys import SERVICE

_STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put them on an answer that is about to be sent, a refusal as well.

    A connection that is older than the TLS settings in force ends with its answer.
    """
    protection = request.app[SERVICE].protection
    for name, value in {**_defaults(request), **protection.headers}.items():
        if value:
            response.headers[name] = value
    connection = request.get_extra_info("ssl_object")
    if connection and protection.tls and connection.context is not protection.tls.current:
        response.headers["Connection"] = "close"
        response.force_close()


def _defaults(request: web.Request) -> Mapping[str, str]:
    """aiohttp's own `Server` would tell the versions of Python and of itself."""
    framed = request.path == "/disks" and "embed" in request.query
    rest = {} if framed else {"X-Frame-Options": "deny"}
    return {
        "Server": "xenlens",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": policy(own_styles(), framed),
        **rest,
    }


@cache
def policy(styles: tuple[str, ...], framed: bool) -> str:
    """Nothing but these styles; `framed` may stand in a frame of another site, such as a dashboard.

    No script, no image, no form, nothing from elsewhere: the pages have none.
    """
    hashes = " ".join(f"'sha256-{_digest(style)}'" for style in styles)
    parts = ["default-src 'none'", f"style-src {hashes}", "base-uri 'none'", "form-action 'none'"]
    return "; ".join(parts if framed else [*parts, "frame-ancestors 'none'"])


@cache
def own_styles() -> tuple[str, ...]:
    """The style sheets in the templates, as they are sent: nothing is filled into one."""
    templates = files("exporter.web") / "templates"
    texts = (file.read_text(encoding="utf-8") for file in templates.iterdir())
    return tuple(sorted({style for text in texts for style in _STYLE.findall(text)}))


def _digest(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()
