"""The types of the web configuration's fields."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import BeforeValidator, SecretStr

from exporter.config.problems import nearest
from exporter.config.values import described, seconds
from exporter.webconfig.names import (
    CIPHERS,
    CIPHERS_13,
    CLIENT_AUTH,
    CURVES,
    OLD_VERSIONS,
    UNVERIFIED,
    VERSIONS,
)

_BCRYPT = re.compile(r"\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}")
_time = seconds(0.0, 3600.0, "a time with its unit, from 1ms to 1h, such as 100ms, or 0 for none")


def one_of(known: Mapping[str, object] | tuple[str, ...], instead: Mapping[str, str]) -> object:
    """A type of text that is one of some names; `instead` says why others are refused."""

    def check(value: object) -> str:
        name = value if isinstance(value, str) else ""
        if name in known:
            return name
        why = f": {instead[name]}" if name in instead else nearest(name, known)
        raise ValueError(f"{described(value)} is not allowed{why}; allowed: {', '.join(known)}")

    return BeforeValidator(check)


def _secret(form: Callable[[str], bool], allowed: str) -> BeforeValidator:
    """Text that no message shows."""

    def check(value: object) -> object:
        if isinstance(value, SecretStr):
            return value
        if not isinstance(value, str) or not form(value):
            raise ValueError(f"is no {allowed}")
        return value

    return BeforeValidator(check)


def _pem(value: str) -> bool:
    return "-----BEGIN " in value


def _hashed(value: str) -> bool:
    return bool(_BCRYPT.fullmatch(value))


def _interval(value: object) -> float:
    """Go takes a number without unit for nanoseconds, which nobody means. Raises ValueError."""
    return _time(value if isinstance(value, str) or value == 0 else described(value))


def _header(value: object) -> str:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else "\0"
    if not text.isascii() or (text and not text.isprintable()):
        raise ValueError(f"{described(value)} is not allowed; allowed: printable ASCII text")
    return text


Version = Annotated[
    str, one_of(VERSIONS, dict.fromkeys(OLD_VERSIONS, "RFC 8996 withdrew TLS before 1.2"))
]
ClientAuth = Annotated[
    str,
    one_of(
        CLIENT_AUTH,
        dict.fromkeys(UNVERIFIED, "xenlens verifies every client certificate it asks for"),
    ),
]
Cipher = Annotated[str, one_of((*CIPHERS, *CIPHERS_13), {})]
Curve = Annotated[str, one_of(CURVES, {})]
Pem = Annotated[SecretStr, _secret(_pem, "PEM text; allowed: lines from -----BEGIN to -----END")]
BcryptHash = Annotated[
    SecretStr,
    _secret(_hashed, "bcrypt hash; make one with: htpasswd -nBC 10 USER"),
]
Interval = Annotated[float, BeforeValidator(_interval)]
HeaderValue = Annotated[str, BeforeValidator(_header)]
