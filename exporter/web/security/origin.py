"""No other site's page may make a browser change something here."""

from aiohttp import web
from aiohttp.typedefs import Handler

READS = frozenset({"GET", "HEAD", "OPTIONS"})


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a state-changing request that a browser sends for another site.

    A browser adds a password or a certificate that it has to any request, whatever page asked for
    it. It also says which page that was, in `Sec-Fetch-Site` or at least in `Origin`, and no page
    can change either. Without both it is no browser: curl, Alertmanager, `xenlens remediation`.
    Raises HTTPForbidden.
    """
    if request.method not in READS and _is_foreign(request):
        text = "refused: this request comes from a page of another site\n"
        raise web.HTTPForbidden(text=text)
    return await handler(request)


def _is_foreign(request: web.Request) -> bool:
    """A page of another port or of a neighbouring host is another site, too."""
    told = request.headers.get("Sec-Fetch-Site")
    if told is not None:
        return told not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and origin.partition("://")[2] != request.host
