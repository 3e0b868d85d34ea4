"""`rate_limit`: what comes too fast is answered 429, whoever sent it.

But for what is open to everybody: a supervisor takes 429 for dead, and would end what is only busy.
"""

from math import ceil

from aiohttp import web
from aiohttp.typedefs import Handler

from exporter.web.keys import SERVICE
from exporter.web.security.gate import OPEN, path_of


@web.middleware
async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a request through while there are tokens. Raises HTTPTooManyRequests."""
    bucket = request.app[SERVICE].protection.bucket
    if path_of(request) in OPEN or bucket.take():
        return await handler(request)
    wait = {"Retry-After": str(ceil(bucket.interval))}
    raise web.HTTPTooManyRequests(text="too many requests (rate_limit)\n", headers=wait)
