"""XAPI's error codes (XAPI datamodel) as failures of ours."""

import re
from collections.abc import Sequence

from collectors.parsing import cleaned
from collectors.xapi.redaction import masked
from collectors.xapi.source import XapiFailed

_EMERGENCY = (
    "HA_POOL_IS_ENABLED_BUT_HOST_IS_DISABLED",
    "HOST_BROKEN",
    "HOST_HAS_NO_MANAGEMENT_IP",
    "HOST_IN_EMERGENCY_MODE",
    "HOST_ITS_OWN_SLAVE",
    "HOST_MASTER_CANNOT_TALK_BACK",
    "HOST_STILL_BOOTING",
    "HOST_UNKNOWN_TO_MASTER",
    "HOST_XAPI_VERSION_HIGHER_THAN_COORDINATOR",
)
"""What a member in emergency mode answers: to every call (xapi.ml, set_emergency_mode_error), or to
what cannot be done in it."""

_REASONS = dict.fromkeys(_EMERGENCY, "emergency_mode") | {
    "HOST_IS_SLAVE": "host_is_slave",
    "MESSAGE_METHOD_UNKNOWN": "method_unknown",
    "RBAC_PERMISSION_DENIED": "permission",
    "SESSION_AUTHENTICATION_FAILED": "authentication_failed",
    "SESSION_AUTHORIZATION_FAILED": "authentication_failed",
    "SESSION_INVALID": "session_invalid",
}

PARAMETER_COUNT = "MESSAGE_PARAMETER_COUNT_MISMATCH"
_SESSION_NOT_FOUND = re.compile(r"DBCache_NotFound\b[^)]*\bsession\b")


def reason_of(code: str) -> str:
    """The reason, as XapiFailed names it, of a code of XAPI; of any other code `refused`."""
    return _REASONS.get(code, "refused")


def refusal(code: str, parameters: Sequence[str] = ()) -> XapiFailed:
    """XAPI's own error. Neither references (a session is one) nor passwords get into it."""
    code = cleaned(code)
    reason = "session_invalid" if _session_is_gone(code, parameters) else reason_of(code)
    shown = tuple(masked(cleaned(parameter)) for parameter in parameters)
    if code == "SESSION_INVALID" or "session" in shown:
        shown = ()
    text = f"XAPI refused: {masked(code)}" + (f": {', '.join(shown)}" if shown else "")
    return XapiFailed(reason, text, code=code, parameters=shown)


def _session_is_gone(code: str, parameters: Sequence[str]) -> bool:
    """Also where it ended between its check and its use (exnHelper.ml), or an older XAPI has no
    error for that: `Db_exn.DBCache_NotFound("missing row", "session", …)`."""
    if code == "HANDLE_INVALID":
        return list(parameters[:1]) == ["session"]
    return code == "INTERNAL_ERROR" and any(map(_SESSION_NOT_FOUND.search, parameters))
