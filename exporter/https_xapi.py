"""XAPI over HTTPS as configured: the password is read from its place when it is needed."""

import asyncio
from collections.abc import Mapping

from collectors.xapi.endpoint import Credentials, Endpoint
from collectors.xapi.https_source import HttpsXapi
from collectors.xapi.records import PoolState
from collectors.xapi.source import Inquiry, XapiFailed
from exporter.config.secrets import Place, text_of


class ConfiguredHttps:
    """A way to XAPI over HTTPS. A password that was changed in the file is used without reload."""

    via = "HTTPS"

    def __init__(self, endpoint: Endpoint, user: str, password: Place) -> None:
        self._endpoint = endpoint
        self._user = user
        self._place = password
        self._source: HttpsXapi | None = None
        self._password: str | None = None

    async def read(self, inquiry: Inquiry) -> PoolState:
        """The pool's data. Raises XapiFailed, also when the password cannot be read."""
        source = self._source or await self._renewed()
        self.via = source.via
        try:
            return await source.read(inquiry)
        except XapiFailed as failure:
            if failure.reason == "authentication_failed":
                await self._renewed()
            raise

    async def _renewed(self) -> HttpsXapi:
        """The source for the password that the file has now: another one only if it changed."""
        password = await asyncio.to_thread(self._read_password)
        if self._source is None or password != self._password:
            await self.close()
            self._source = HttpsXapi(self._endpoint, Credentials(self._user, password))
            self._password = password
        return self._source

    def _read_password(self) -> str:
        try:
            text = text_of(self._place)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise XapiFailed("authentication_failed", f"{self._place}: {reason}") from error
        return text.split("\n", 1)[0].removesuffix("\r")

    def stuck(self) -> Mapping[str, float]:
        """Requests that still hang, with their age in seconds."""
        return self._source.stuck() if self._source else {}

    async def close(self) -> None:
        """Log out and let go of the connection."""
        source, self._source = self._source, None
        if source is not None:
            await source.close()
