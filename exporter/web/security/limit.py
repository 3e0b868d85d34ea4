"""`rate_limit`: what comes too fast is answered 429, whoever sent it."""

from math import ceil

from aiohttp import web
from aiohttp.typedefs import Handler

from exporter.web.keys import SERVICE


@web.middleware
async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a request through while there are tokens. Raises HTTPTooManyRequests."""
    bucket = request.app[SERVICE].protection.bucket
    if bucket.take():
        return await handler(request)
    wait = {"Retry-After": str(ceil(bucket.interval))}
    raise web.HTTPTooManyRequests(text="too many requests (rate_limit)\n", headers=wait)
