"""XAPI asked by xe: no password gets into a record, into evidence, or into a failure."""

import pytest

from collectors.host import Output, Unreachable
from collectors.xapi.by_xe import XeXapi
from collectors.xapi.source import XapiFailed
from collectors.xapi.xe_lists import LISTS, PBDS
from tests.collectors.xapi.xe_pool import ISO_PBD, answers, line, lists, lookup, read
from tests.fakes import Answer, FakeHost, refused

CANARY = "S3CRET"
CONFIGS = (
    f"location: //nas/iso; type: cifs; cifspassword: {CANARY}",
    f"location: //nas/iso; cifspassword: {CANARY}; type: cifs",
    f"location: //nas/iso; type: cifs; chappassword: {CANARY}; password: {CANARY}",
    f"location: //nas/iso; type: cifs; options: -o username=u,password={CANARY}",
    f"location: //u:{CANARY}@nas/iso; type: cifs",
)


@pytest.mark.parametrize("config", CONFIGS)
async def test_a_password_gets_neither_into_a_record_nor_into_evidence(config: str) -> None:
    pool = lists()
    pool["pbd"][1]["device-config"] = config
    heard: list[Output] = []
    state = await read(XeXapi(FakeHost(answers(pool))), heard)
    assert state.pbds[1].device_config == {"location": "//nas/iso", "type": "cifs"}
    assert len(heard) == len(LISTS) + 2
    assert CANARY not in repr((heard, state))


async def test_a_location_that_is_looked_up_holds_no_password() -> None:
    pool = lists()
    pool["pbd"][1]["device-config"] = f"location: //u:{CANARY}@nas/a; b; type: cifs"
    looked_up: dict[str, Answer] = {
        lookup("pbd", ISO_PBD, "device-config", "location"): f"//u:{CANARY}@nas/a; b\n",
        lookup("pbd", ISO_PBD, "device-config", "type"): "cifs\n",
    }
    heard: list[Output] = []
    state = await read(XeXapi(FakeHost(answers(pool) | looked_up)), heard)
    assert state.pbds[1].device_config["location"] == "//nas/a; b"
    assert CANARY not in repr((heard, state))


@pytest.mark.parametrize("secret", [f"password={CANARY}", f"mount of //u:{CANARY}@nas/iso failed"])
async def test_a_failure_holds_no_password(secret: str) -> None:
    said = f"Error code: SR_BACKEND_FAILURE_47\nError parameters: , {secret}, OpaqueRef:{CANARY}\n"
    failures: tuple[Answer, ...] = (
        refused(said, 1),
        refused(f"something new: {secret}\n", 1),
        refused(f"env: xe: {secret}\n", 127),
        Output((), stdout=secret, stderr=secret, exit_status=-9, failure=secret),
        Output((), stdout=said),
        f"{'x' * 40} {secret}\n",
        f"<html> {secret}\n",
        Unreachable(secret, Output((), stdout=secret, exit_status=None, failure=secret)),
    )
    for answer in failures:
        heard: list[Output] = []
        table = answers(lists()) | {line(*PBDS.words): answer}
        with pytest.raises(XapiFailed) as caught:
            await read(XeXapi(FakeHost(table)), heard)
        failed = caught.value
        assert CANARY not in repr((heard, str(failed), failed.code, failed.parameters))
