"""One kept session of XAPI: logged in when first needed, again when XAPI forgot it."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from collectors.host import loop_time
from collectors.xapi.codes import PARAMETER_COUNT
from collectors.xapi.endpoint import Credentials
from collectors.xapi.rpc_caller import RpcCaller
from collectors.xapi.source import Inquiry, XapiFailed

API_VERSION = "1.0"
"""Of the client; XAPI ignores it (xapi_session.ml)."""
HOLD_BACK = 60.0
"""Seconds before refused credentials are tried again: XAPI sleeps 5 s for each attempt."""
_LOGOUT = 2.0
"""Seconds that logging out may take."""

_log = logging.getLogger(__name__)


class RpcSession:
    """Calls within a session. `clock` is the event loop's where none is given."""

    def __init__(
        self, caller: RpcCaller, credentials: Credentials, clock: Callable[[], float] | None = None
    ) -> None:
        self._clock = clock
        self._caller = caller
        self._credentials = credentials
        self._reference: str | None = None
        self._with_originator = True
        self.logins = 0
        """How often a session was opened; after a further one XAPI may be another version."""
        self.answered = 0
        """How many calls within a session XAPI ever answered with a value."""
        self._refused: XapiFailed | None = None
        self._refused_until = 0.0

    async def call(self, inquiry: Inquiry, method: str, *parameters: str) -> Any:
        """The value of a method called with the session first. Raises XapiFailed."""
        try:
            return await self._call_once(inquiry, method, parameters)
        except XapiFailed as failed:
            if failed.reason != "session_invalid":
                raise
        return await self._call_once(inquiry, method, parameters)

    async def _call_once(self, inquiry: Inquiry, method: str, parameters: tuple[str, ...]) -> Any:
        if self._reference is None:
            self._reference = await self._log_in(inquiry)
        try:
            value = await self._caller.call(inquiry, method, self._reference, *parameters)
        except XapiFailed as failed:
            if failed.reason == "session_invalid":
                self._forget()
            raise
        self.answered += 1
        return value

    def _forget(self) -> None:
        self._reference = None
        self._with_originator = True
        self._caller.forget()

    async def _log_in(self, inquiry: Inquiry) -> str:
        now = self._clock or asyncio.get_running_loop().time
        if self._refused is not None and now() < self._refused_until:
            # A new exception: the old one drags its traceback along.
            old = self._refused
            raise XapiFailed(old.reason, str(old), code=old.code, parameters=old.parameters)
        try:
            reference = await self._log_in_by_version(inquiry)
        except XapiFailed as failed:
            if failed.reason == "authentication_failed":
                self._refused, self._refused_until = failed, now() + HOLD_BACK
            raise
        if not isinstance(reference, str) or not reference:
            raise XapiFailed("unparsable", "session.login_with_password gave no session")
        self.logins += 1
        return reference

    async def _log_in_by_version(self, inquiry: Inquiry) -> Any:
        """XenServer up to 6.2 knows no originator and refuses a fourth parameter."""
        if self._with_originator:
            try:
                return await self._log_in_with(inquiry, self._credentials.originator)
            except XapiFailed as failed:
                if failed.code != PARAMETER_COUNT:
                    raise
            self._with_originator = False
        return await self._log_in_with(inquiry)

    async def _log_in_with(self, inquiry: Inquiry, *originator: str) -> Any:
        user, password = self._credentials.user, self._credentials.password
        parameters = (user, password, API_VERSION, *originator)
        return await self._caller.call(inquiry, "session.login_with_password", *parameters)

    async def log_out(self) -> None:
        """End the session. Never fails: XAPI itself drops a session left behind."""
        reference, self._reference = self._reference, None
        if reference is None:
            return
        deadline = loop_time() + _LOGOUT
        try:
            async with asyncio.timeout_at(deadline):
                await self._caller.call(Inquiry(deadline, 0.0), "session.logout", reference)
        except (XapiFailed, TimeoutError) as error:
            why = str(error) or "no answer"
            _log.debug("a session of XAPI is left behind", extra={"error": why})
