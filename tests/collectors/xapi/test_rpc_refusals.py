"""XAPI's own errors, in every form they come in."""

import json

import pytest

from tests.collectors.xapi.rpc_hosts import answering, failure
from tests.collectors.xapi.rpc_peer import FakeXapi, http

EMERGENCY = (
    "HOST_STILL_BOOTING",
    "HOST_HAS_NO_MANAGEMENT_IP",
    "HOST_IN_EMERGENCY_MODE",
    "HOST_MASTER_CANNOT_TALK_BACK",
    "HOST_UNKNOWN_TO_MASTER",
    "HOST_ITS_OWN_SLAVE",
    "HOST_BROKEN",
    "HOST_XAPI_VERSION_HIGHER_THAN_COORDINATOR",
    "HA_POOL_IS_ENABLED_BUT_HOST_IS_DISABLED",
)


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (("HOST_IS_SLAVE", "192.0.2.11"), "host_is_slave"),
        (("RBAC_PERMISSION_DENIED", "vm.get_all_records", "no"), "permission"),
        (("MESSAGE_METHOD_UNKNOWN", "VM.get_all_records"), "method_unknown"),
        (("INTERNAL_ERROR", "Failure: x"), "refused"),
        (("INTERNAL_ERROR", 'DBCache_NotFound("missing row", "VM", "x")'), "refused"),
        (("HANDLE_INVALID", "VM", "OpaqueRef:x"), "refused"),
        *(((code,), "emergency_mode") for code in EMERGENCY),
    ],
)
@pytest.mark.parametrize("generation", ["json2", "json1", "xml"])
async def test_a_refusal_of_xapi_is_named(
    generation: str, refusal: tuple[str, ...], reason: str
) -> None:
    failed = await failure(FakeXapi(generation, refusals={"VM.get_all_records": refusal}).serve)
    code, *parameters = (word.replace("OpaqueRef:x", "OpaqueRef:***") for word in refusal)
    assert (failed.reason, failed.code, list(failed.parameters)) == (reason, code, parameters)
    assert all(word in str(failed) for word in (code, *parameters))


async def test_a_member_in_emergency_mode_answers_in_the_old_form_whatever_was_asked() -> None:
    reply = {"result": None, "error": ["HOST_STILL_BOOTING"], "id": 0}
    failed = await failure(answering(http(json.dumps(reply).encode())))
    assert (failed.reason, failed.code) == ("emergency_mode", "HOST_STILL_BOOTING")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (["HOST_BROKEN"], "emergency_mode"),
        ({"Status": "Failure", "ErrorDescription": ["HOST_BROKEN"]}, "emergency_mode"),
        ({"code": 1, "message": "HOST_BROKEN"}, "emergency_mode"),
        ({"code": -32601, "message": "Method not found"}, "method_unknown"),
        ({"code": 1, "message": "", "data": {"x": 1}}, "refused"),
        ("something", "refused"),
    ],
)
async def test_errors_come_in_many_forms(error: object, reason: str) -> None:
    reply = json.dumps({"jsonrpc": "2.0", "error": error, "id": 1}).encode()
    assert (await failure(answering(http(reply)))).reason == reason
