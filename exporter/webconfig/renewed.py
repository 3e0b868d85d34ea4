"""A TLS context that a server keeps while what it stands for is exchanged."""

import ssl
from typing import Any


class Renewed(ssl.SSLContext):
    """Every new connection is made by `current`, with all that it says: its certificate, its CAs,
    its versions and ciphers. (A callback on SNI would exchange the certificate alone.)

    It stands in for itself where asyncio takes an SSLContext.
    """

    current: ssl.SSLContext

    def __new__(cls, current: ssl.SSLContext) -> "Renewed":
        """`current` is what connections are made by at first."""
        made = super().__new__(cls, ssl.PROTOCOL_TLS_SERVER)
        made.current = current
        return made

    def wrap_bio(self, *args: Any, **named: Any) -> ssl.SSLObject:
        """Called by asyncio for each connection."""
        return self.current.wrap_bio(*args, **named)
