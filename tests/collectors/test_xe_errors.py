"""Errors of xe in the words of XenServer 6.0, XCP-ng 8.2 and 8.3: told from data, named."""

import pytest

from collectors.parsing import ToolError
from collectors.xe_errors import xe_error
from collectors.xe_minimal import parse_xe_minimal
from collectors.xe_text import parse_xe

UUID = "5f2c0e0a-0000-4000-8000-0000000000a1"
SLAVE = "You cannot make regular API calls directly on a {}. Please pass API calls via the {} host."
MASTER = "\nMaster IP address: 192.0.2.11"
INTERNAL = "The server failed to handle your request, due to an internal error.{}The given message"
OFFLINE = "Cannot forward messages because the {} cannot be contacted.{}The {} may be switched off"
SENTENCES = [
    (SLAVE.format("slave", "master") + MASTER, "refused", "host_is_slave", "HOST_IS_SLAVE"),
    (SLAVE.format("pool member", "master") + MASTER, "refused", "host_is_slave", "HOST_IS_SLAVE"),
    (
        SLAVE.format("supporter", "coordinator") + MASTER,
        "refused",
        "host_is_slave",
        "HOST_IS_SLAVE",
    ),
    (INTERNAL.format("  ") + "\nmessage: Not_found", "refused", "refused", "INTERNAL_ERROR"),
    (INTERNAL.format(" ") + "\nmessage: Not_found", "refused", "refused", "INTERNAL_ERROR"),
    (
        "The host toolstack is still initialising. Please wait.",
        "not-running",
        "emergency_mode",
        "HOST_STILL_BOOTING",
    ),
    (
        "Cannot perform operation as the host is running in emergency mode.",
        "not-running",
        "emergency_mode",
        "HOST_IN_EMERGENCY_MODE",
    ),
    (
        "You attempted an operation which involves a host which could not be contacted."
        f"\nhost: {UUID} (xenserver2)",
        "refused",
        "refused",
        "HOST_OFFLINE",
    ),
    (OFFLINE.format("host", "  ", "host"), "refused", "refused", "CANNOT_CONTACT_HOST"),
    (OFFLINE.format("server", " ", "server"), "refused", "refused", "CANNOT_CONTACT_HOST"),
    (
        "This operation cannot be completed as the host is still live.",
        "refused",
        "refused",
        "HOST_IS_LIVE",
    ),
    (
        "This operation cannot be completed because the server is still live.",
        "refused",
        "refused",
        "HOST_IS_LIVE",
    ),
    (
        "The operation could not be performed because a domain still exists for the specified VM.",
        "refused",
        "refused",
        "DOMAIN_EXISTS",
    ),
    (
        "The operation could not be performed because HA is enabled on the Pool",
        "refused",
        "refused",
        "HA_IS_ENABLED",
    ),
    (
        "The SR is still connected to a host via a PBD. It cannot be destroyed.",
        "refused",
        "refused",
        "SR_HAS_PBD",
    ),
    (
        "The SR is still connected to a host via a PBD. It cannot be destroyed or forgotten.",
        "refused",
        "refused",
        "SR_HAS_PBD",
    ),
    (
        "Another operation involving the object is currently in progress"
        f"\nclass: SR\nobject: {UUID}",
        "refused",
        "refused",
        "OTHER_OPERATION_IN_PROGRESS",
    ),
    (
        f"The uuid you supplied was invalid.\ntype: VM\nuuid: {UUID}",
        "no-such-object",
        "refused",
        "UUID_INVALID",
    ),
    (
        "Error code: SR_BACKEND_FAILURE_47\n"
        "Error parameters: , The SR is not available [opterr=no such directory], ",
        "refused",
        "refused",
        "SR_BACKEND_FAILURE_47",
    ),
    (
        "Error code: SESSION_INVALID\nError parameters: OpaqueRef:1",
        "permission",
        "session_invalid",
        "SESSION_INVALID",
    ),
    (
        "Authentication failed\nFor usage run: 'xe help'",
        "permission",
        "authentication_failed",
        "SESSION_AUTHENTICATION_FAILED",
    ),
]
MESSAGES = [
    ("Username/password must be specified", "permission", "authentication_failed"),
    ("Unknown command: update-list\nFor usage run: 'xe help'", "bad-command", "method_unknown"),
    ("Required parameter not found: uuid\nFor usage run: 'xe help'", "bad-command", "refused"),
    ("Syntax error: \nFor usage run: 'xe help'", "bad-command", "refused"),
    ("Error code: Missing parameter\nError parameters: foo", "bad-command", "refused"),
    ("Error: Unknown field 'x'", "bad-command", "refused"),
    ("Error: Key mpath-1 not found in map", "no-such-object", "refused"),
    ("Error: something else", "refused", "refused"),
    (f"operation failed on {UUID}: no", "refused", "refused"),
    ("Error: Connection refused (calling connect )", "not-running", "unreachable"),
    (
        "Unable to contact server. Please check server and port settings.",
        "not-running",
        "unreachable",
    ),
    ("Lost connection to the server.", "lost-connection", "lost_connection"),
    ("Host 'xs9' not found.", "no-such-object", "unreachable"),
    ("Server internal error.", "not-understood", "refused"),
    ("Unhandled exception\nNot_found", "not-understood", "refused"),
    ("Usage: xe sr-list [params=]", "bad-command", "refused"),
]


@pytest.mark.parametrize(("text", "kind", "reason", "code"), SENTENCES)
def test_a_sentence_of_xapi_names_its_code(text: str, kind: str, reason: str, code: str) -> None:
    error = xe_error(text + "\n")
    assert error is not None
    assert (error.kind, error.reason, error.code) == (kind, reason, code)


@pytest.mark.parametrize(("text", "kind", "reason"), MESSAGES)
def test_a_message_of_xe_has_its_kind_and_reason(text: str, kind: str, reason: str) -> None:
    error = xe_error(text + "\n")
    assert error is not None
    assert (error.kind, error.reason) == (kind, reason)


@pytest.mark.parametrize("text", [row[0] for row in SENTENCES] + [row[0] for row in MESSAGES])
def test_an_error_text_is_no_data_and_one_line(text: str) -> None:
    for parse in (parse_xe, parse_xe_minimal):
        with pytest.raises(ToolError) as caught:
            parse(text + "\n")
        assert len(str(caught.value).splitlines()) == 1


def test_the_coordinators_address_is_a_parameter() -> None:
    error = xe_error(SENTENCES[2][0])
    assert error is not None
    assert error.parameters == ("192.0.2.11",)
    assert error.message.endswith("(192.0.2.11)")


def test_an_unknown_codes_parameters_are_kept_with_the_empty_ones() -> None:
    error = xe_error("Error code: SR_BACKEND_FAILURE_47\nError parameters: , no space, \n")
    assert error is not None
    assert error.message == "SR_BACKEND_FAILURE_47: no space"
    assert error.parameters == ("", "no space", "")


@pytest.mark.parametrize("text", ["", "\n", "uuid ( RO)    : 1\n\n\n", "a,b\n"])
def test_an_answer_is_no_error(text: str) -> None:
    assert xe_error(text) is None


def test_a_shell_without_xe_is_an_error_too() -> None:
    with pytest.raises(ToolError) as caught:
        parse_xe("-bash: xe: command not found\n")
    assert caught.value.kind == "not-running"
