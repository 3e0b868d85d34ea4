"""The words of XAPI's errors and of `xe` itself, over the versions; data of `xe_errors`."""

import re

_WORDS = {
    "HOST_IS_SLAVE": r"You cannot make regular API calls directly on a"
    r" (?:slave|pool member|supporter)\.",
    "HOST_STILL_BOOTING": r"The host toolstack is still initialising\. Please wait\.",
    "HOST_HAS_NO_MANAGEMENT_IP": r"The (?:host|server) failed to acquire an IP address on its"
    r" management interface",
    "HOST_MASTER_CANNOT_TALK_BACK": r"The (?:master|coordinator) reports that it cannot talk back",
    "HOST_UNKNOWN_TO_MASTER": r"The (?:master|coordinator) says the (?:host|server) is not known",
    "HOST_ITS_OWN_SLAVE": r"The (?:host|server) is its own (?:slave|pool member|supporter)\.",
    "HOST_BROKEN": r"This (?:host|server) failed in the middle of an automatic failover operation",
    "HOST_IN_EMERGENCY_MODE": r"Cannot perform operation as the (?:host|server) is running in"
    r" emergency mode\.",
    "INTERNAL_ERROR": r"The server failed to handle your request, due to an internal error\.",
    "HOST_OFFLINE": r"You attempted an operation which involves a (?:host|server) which could not"
    r" be contacted\.",
    "CANNOT_CONTACT_HOST": r"Cannot forward messages because the (?:host|server) cannot be"
    r" contacted\.",
    "HOST_IS_LIVE": r"This operation cannot be completed (?:as|because) the (?:host|server) is"
    r" still live\.",
    "DOMAIN_EXISTS": r"The operation could not be performed because a domain still exists for the"
    r" specified VM\.",
    "HA_IS_ENABLED": r"The operation could not be performed because HA is enabled on the Pool",
    "SR_HAS_PBD": r"The SR is still connected to a host via a PBD\. It cannot be",
    "OTHER_OPERATION_IN_PROGRESS": r"Another operation involving the object is currently in"
    r" progress",
    "UUID_INVALID": r"The uuid you supplied was invalid\.",
    "SESSION_INVALID": r"You gave an invalid session reference\.",
    "SESSION_AUTHENTICATION_FAILED": r"The credentials given by the user are incorrect",
    "RBAC_PERMISSION_DENIED": r"RBAC permission denied\.",
    "MESSAGE_METHOD_UNKNOWN": r"You tried to call a method that does not exist\.",
}
SENTENCES = tuple((code, re.compile(words)) for code, words in _WORDS.items())
"""XAPI's code and how its sentence begins."""

KINDS_OF = {
    "UUID_INVALID": "no-such-object",
    "HANDLE_INVALID": "no-such-object",
    "SESSION_AUTHENTICATION_FAILED": "permission",
    "SESSION_INVALID": "permission",
    "RBAC_PERMISSION_DENIED": "permission",
    "MESSAGE_METHOD_UNKNOWN": "bad-command",
}
"""Kinds of ToolError by code; any other code is `refused`."""

_FAILED, _DENIED = "authentication_failed", "SESSION_AUTHENTICATION_FAILED"
_MESSAGES = (
    ("lost-connection", "lost_connection", "", r"Lost connection to the server\."),
    ("not-running", "unreachable", "", r"Error: Connection refused"),
    ("not-running", "unreachable", "", r"Unable to contact server\."),
    ("no-such-object", "unreachable", "", r"Host '.*' not found\.$"),
    ("permission", _FAILED, _DENIED, r"Authentication failed$"),
    ("permission", _FAILED, "", r"Username/password must be specified"),
    ("permission", "permission", "", r"Error: .*(?:Permission denied|Operation not permitted)"),
    ("bad-command", "method_unknown", "", r"Unknown command: "),
    ("bad-command", "refused", "", r"Required parameter not found: "),
    ("bad-command", "refused", "", r"Error code: Missing parameter$"),
    ("bad-command", "refused", "", r"Syntax error\b"),
    ("bad-command", "refused", "", r"(?:Usage:|usage: ?xe\b|For usage run: 'xe help')"),
    ("bad-command", "refused", "", r"Error: Unknown field '"),
    ("no-such-object", "refused", "", r"Error: Key .* not found in map$"),
    ("not-understood", "refused", "", r"Server internal error\."),
    ("not-understood", "refused", "", r"Unhandled exception$"),
    ("refused", "refused", "", r"Error code: "),
    ("refused", "refused", "", r"operation failed on \S+: "),
    ("refused", "refused", "", r"Error: "),
)
TOOL_MESSAGES = tuple(
    (kind, reason, code, re.compile(words)) for kind, reason, code, words in _MESSAGES
)
"""Messages of xe: kind of ToolError, reason of XapiFailed, XAPI's code, how it begins."""
