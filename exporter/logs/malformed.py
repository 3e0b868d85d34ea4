"""What aiohttp says of a request that is none: without its text, which may hold a token."""

import logging

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError

log = logging.getLogger(__name__)
server_log = logging.getLogger("aiohttp.server")
MALFORMED = (HttpProcessingError, RequestPayloadError, ConnectionResetError)
"""No HTTP, a body that is not what its headers say, and one that breaks off."""


def without_text(record: logging.LogRecord) -> bool:
    """A filter of `server_log`: what a sender got wrong is told in a line of our own.

    aiohttp quotes the line that it could not parse, such as an `Authorization` that ends with CR.
    """
    error = record.exc_info[1] if record.exc_info else None
    if not isinstance(error, MALFORMED):
        return True
    log.info("no HTTP request", extra={"error": type(error).__name__})
    return False
