"""The web configuration as it is written, but for TLS."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from exporter.config.kinds import Flag
from exporter.config.problems import Problem, Refused
from exporter.config.section import Section
from exporter.webconfig.kinds import BcryptHash, HeaderValue, Interval
from exporter.webconfig.tls_section import TlsServer

HeaderName = Literal[
    "Content-Security-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "X-XSS-Protection",
]
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "X-Content-Type-Options": ("nosniff",),
    "X-Frame-Options": ("deny", "sameorigin"),
}


class HttpServer(Section):
    """What every answer has."""

    http2: Flag = True
    """true or false; either way HTTP/1.1 is spoken"""
    headers: Mapping[HeaderName, HeaderValue] = Field(default_factory=dict)
    """headers by name; an empty one is not sent"""

    @model_validator(mode="after")
    def _known_values(self) -> Self:
        if problems := list(self._unknown()):
            raise Refused(problems)
        return self

    def _unknown(self) -> Iterator[Problem]:
        for name, values in ALLOWED.items():
            value = self.headers.get(name)  # type: ignore[call-overload]
            if value is not None and value not in values:
                said = f'"{value}" is not allowed; allowed: {", ".join(values)}'
                yield Problem(("headers", name), said)


class RateLimit(Section):
    """A token bucket for all requests together."""

    interval: Interval = 0.0
    """a time with its unit, after which one request more may come; 0 for no limit"""
    burst: Annotated[int, Strict(), Field(ge=0)] = 0
    """how many requests may come at once"""

    @model_validator(mode="after")
    def _lets_some_through(self) -> Self:
        if self.interval and not self.burst:
            said = "a burst of 0 lets no request through; allowed: 1 or more, or an interval of 0"
            raise Refused([Problem(("burst",), said)])
        return self


class WebConfig(Section):
    """The whole file."""

    tls_server_config: TlsServer | None = None
    """the certificate, and which clients and which TLS are let in; without it, plain HTTP"""
    http_server_config: HttpServer = HttpServer()
    """what every answer has"""
    rate_limit: RateLimit = RateLimit()
    """how many requests may come"""
    basic_auth_users: Mapping[str, BcryptHash] = Field(default_factory=dict)
    """bcrypt hashes of passwords by the name of a user"""

    @property
    def asks_for_certificate(self) -> bool:
        """Whether a client may, or must, show a certificate."""
        tls = self.tls_server_config
        return tls is not None and tls.client_auth_type != "NoClientCert"
