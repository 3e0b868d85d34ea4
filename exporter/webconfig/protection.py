"""The web configuration that is in force."""

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from exporter.config import ConfigError
from exporter.webconfig.bucket import Bucket
from exporter.webconfig.model import WebConfig
from exporter.webconfig.passwords import Passwords
from exporter.webconfig.read import Reading, read
from exporter.webconfig.renewed import Renewed

log = logging.getLogger(__name__)


class Protection:
    """What a server asks of its clients. `clock` gives seconds that never go back.

    `named` is a file that counts instead of the one that the configuration names.
    """

    def __init__(
        self,
        configured: Path | None,
        named: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises ConfigError."""
        self._named = named
        self._clock = clock
        reading = read(named or configured)
        self.tls = Renewed(reading.context) if reading.context else None
        """What to listen with; None for plain HTTP."""
        self.passwords = Passwords({})
        self.bucket = Bucket(0.0, 0, clock)
        self.follow(reading)

    def read(self, configured: Path | None) -> Reading:
        """The file as it is now, for `follow`. Raises ConfigError, and changes nothing.

        So it does where nobody would be asked any more: half a file looks like that.
        """
        reading = read(self._named or configured)
        if _asks(self.section) and not _asks(self._in_force(reading)):
            said = "nobody would be asked for a password or a certificate any more"
            place = self._named or configured or "web_config"
            raise ConfigError((f"{place}: {said}; restart xenlens where that is meant",))
        return reading

    def follow(self, reading: Reading) -> None:
        """Go by this from now on; whether there is TLS at all stays as it was at the start."""
        if (reading.context is None) != (self.tls is None):
            key = "web_config: tls_server_config"
            log.warning("takes effect at the next start", extra={"key": key})
        self.section = self._in_force(reading)
        users = self.section.basic_auth_users.items()
        self.passwords.hashes = {name: hashed.get_secret_value() for name, hashed in users}
        limit = self.section.rate_limit
        if (limit.interval, limit.burst) != (self.bucket.interval, self.bucket.burst):
            self.bucket = Bucket(limit.interval, limit.burst, self._clock)
        if self.tls is not None and reading.context is not None:
            self.tls.current = reading.context

    def _in_force(self, reading: Reading) -> WebConfig:
        """What is asked of clients is of one file with what the server listens with."""
        if (reading.context is None) == (self.tls is None):
            return reading.section
        tls = self.section.tls_server_config
        return reading.section.model_copy(update={"tls_server_config": tls})

    @property
    def headers(self) -> Mapping[str, str]:
        """What the operator wants answers to have; an empty one is not sent."""
        return {str(n): value for n, value in self.section.http_server_config.headers.items()}

    @property
    def asks_for_password(self) -> bool:
        """Whether there are users."""
        return bool(self.section.basic_auth_users)

    @property
    def asks_for_certificate(self) -> bool:
        """Whether a client may, or must, show a certificate: never on plain HTTP."""
        return self.section.asks_for_certificate

    @property
    def needs_certificate(self) -> bool:
        """Whether none is let in without, a password or not."""
        tls = self.section.tls_server_config
        required = tls is not None and tls.client_auth_type == "RequireAndVerifyClientCert"
        return self.asks_for_certificate and required


def _asks(section: WebConfig) -> bool:
    return bool(section.basic_auth_users) or section.asks_for_certificate
