"""What aiohttp says of every request: only at level debug."""

import logging

from aiohttp.abc import AbstractAccessLogger
from aiohttp.web import BaseRequest, StreamResponse

access_log = logging.getLogger("exporter.web.access")


class AccessLog(AbstractAccessLogger):
    """One line per request, without its headers: they may hold a token."""

    def log(self, request: BaseRequest, response: StreamResponse, time: float) -> None:
        """Write down a request that took `time` seconds."""
        told = {
            "method": request.method,
            "url": request.path_qs,
            "status": response.status,
            "seconds": round(time, 3),
            "remote": request.remote,
        }
        self.logger.debug("request", extra=told)

    @property
    def enabled(self) -> bool:
        """Whether anybody would read it."""
        return self.logger.isEnabledFor(logging.DEBUG)
