"""Logging in: by the unix socket anybody is root, by TCP only who knows the password."""

import asyncio
import hmac

from exporter.demo.xapi_rpc.errors import XapiError
from exporter.demo.xapi_rpc.xapi import USER, Xapi


async def login(xapi: Xapi, user: object, password: object) -> str:
    """The reference of a new session. Raises XapiError, for a wrong password after a delay."""
    for name, value in (("uname", user), ("pwd", password)):
        if not isinstance(value, str):
            raise XapiError("FIELD_TYPE_ERROR", name)
    if xapi.door == "tcp" and not _known(xapi, str(user), str(password)):
        await asyncio.sleep(xapi.pool.login_delay)
        raise XapiError("SESSION_AUTHENTICATION_FAILED", str(user), "Authentication failure")
    return xapi.pool.sessions.open(xapi.host)


def _known(xapi: Xapi, user: str, password: str) -> bool:
    return user == USER and hmac.compare_digest(_bytes(password), _bytes(xapi.pool.password))


def _bytes(text: str) -> bytes:
    """JSON can carry half of a surrogate pair."""
    return text.encode(errors="surrogatepass")
