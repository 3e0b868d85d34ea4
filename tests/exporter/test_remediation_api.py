"""The API: who may look, who may act, and what is refused with which reason."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from alerts.remediation.journal import reading
from tests.alerts.remediation.rig import TOOL
from tests.exporter.alertmanager_calls import firing
from tests.exporter.remedied import API, WEBHOOK, Remedied, remedied

OBJECT = {"pool": "modular", "host": "xs2", "bond": "bond0"}
ORDER = {"playbook": TOOL, "labels": OBJECT}
DEEDS = ("runs", "pause", "resume", *(f"runs/1/{do}" for do in ("approve", "reject", "cancel")))
LOOKS = ("", "/runs", "/runs/1")


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Remedied]:
    async with remedied(tmp_path) as rig, rig.serving():
        yield rig


async def asked(rig: Remedied, path: str) -> Any:
    return json.loads(await rig.get(f"{API}{path}"))


async def told(rig: Remedied, path: str, body: object = None, who: str = "anna") -> Any:
    return json.loads(await rig.post(f"{API}/{path}", body, 200, who))


async def refused(rig: Remedied, path: str, body: object = None) -> str:
    answer = json.loads(await rig.post(f"{API}/{path}", body, 409))
    assert answer["text"]
    return str(answer["reason"])


async def steps(rig: Remedied, number: int) -> list[tuple[str, Any]]:
    rows = await rig.remedy.journal.read(lambda c: reading.steps_of(c, number))
    return [(row.state, row.body) for row in rows]


async def engine_steps(rig: Remedied) -> list[tuple[str, Any]]:
    rows = await rig.remedy.journal.read(reading.engine_steps)
    return [(row.state, row.body) for row in reversed(rows)]


async def plan_hash(rig: Remedied, number: int) -> str:
    shown = (await asked(rig, f"/runs/{number}"))["steps"]
    return str(next(s["body"]["hash"] for s in shown if s["state"] == "PLANNED"))


async def test_the_standing_tells_what_may_act_and_what_stops_it(rig: Remedied) -> None:
    await rig.waiting()
    standing = await asked(rig, "")
    assert standing["armed"] is True
    assert (standing["paused"], standing["kill_switch"], standing["quarantined"]) == ("", "", {})
    assert standing["open_runs"] == {"1": "AWAITING_APPROVAL"}
    assert standing["journal"] == str(rig.journal)
    assert standing["playbooks"][TOOL]["mode"] == "suggest"
    assert standing["playbooks"]["destroy-vm"]["by_alert"] is False


async def test_runs_are_listed_the_newest_first(rig: Remedied) -> None:
    await rig.call(firing("xs1"))
    await rig.reached("AWAITING_APPROVAL", 1)
    await rig.call(firing("xs2"))
    await rig.reached("AWAITING_APPROVAL", 2)
    await told(rig, "runs/1/cancel")
    await rig.reached("CANCELLED", 1)
    assert [run["run"] for run in (await asked(rig, "/runs"))["runs"]] == [2, 1]
    assert [run["run"] for run in (await asked(rig, "/runs?limit=1"))["runs"]] == [2]
    assert [run["run"] for run in (await asked(rig, "/runs?open"))["runs"]] == [2]
    assert [run["run"] for run in (await asked(rig, "/runs?limit=²"))["runs"]] == [2, 1]
    assert [run["run"] for run in (await asked(rig, f"/runs?limit={'9' * 5000}"))["runs"]] == [2, 1]


async def test_a_run_is_shown_with_its_steps_and_the_alerts_that_asked_for_it(
    rig: Remedied,
) -> None:
    await rig.waiting()
    shown = await asked(rig, "/runs/1")
    assert (shown["run"], shown["state"], shown["person"]) == (1, "AWAITING_APPROVAL", "")
    states = ["RECEIVED", "MATCHED", "ADMITTED", "LOCKED", "CONFIRMED", "PLANNED"]
    assert [step["state"] for step in shown["steps"]] == [*states, "AWAITING_APPROVAL"]
    (alert,) = shown["alerts"]
    assert alert["labels"]["alertname"] == "BondWrongActiveMember"


async def test_a_run_that_is_not_there_is_404(rig: Remedied) -> None:
    assert await rig.get(f"{API}/runs/7", 404) == "there is no run 7\n"


async def test_an_order_is_carried_out_in_the_name_of_who_gave_it(rig: Remedied) -> None:
    assert await told(rig, "runs", ORDER, "ben") == {"run": 1}
    row = await rig.reached("FIXED")
    assert rig.world.effects == [("xs2", ("set", "bond0", "eth1"))]
    assert (row.person, row.target.host) == ("ben", "xs2")
    assert (await steps(rig, 1))[0][1]["person"] == "ben"


async def test_a_dry_run_shows_the_plan_and_does_nothing(rig: Remedied) -> None:
    await told(rig, "runs", {**ORDER, "dry_run": True})
    await rig.reached("WOULD_ACT")
    assert await plan_hash(rig, 1)
    assert rig.world.effects == []


async def test_an_approved_plan_is_carried_out_in_the_name_of_who_approved_it(
    rig: Remedied,
) -> None:
    await rig.waiting()
    hash_ = await plan_hash(rig, 1)
    assert await told(rig, "runs/1/approve", {"hash": hash_}, "ben") == {"run": 1}
    await rig.reached("FIXED")
    assert rig.world.effects == [("xs1", ("set", "bond0", "eth1"))]
    written = await steps(rig, 1)
    assert ("APPROVED", {"person": "ben", "hash": hash_}) in written
    assert next(body["person"] for state, body in written if state == "ARMED") == "ben"


@pytest.mark.parametrize("hash_", ["", "0" * 64, "another"])
async def test_a_plan_is_not_approved_by_another_ones_hash(rig: Remedied, hash_: str) -> None:
    await rig.waiting()
    assert await refused(rig, "runs/1/approve", {"hash": hash_}) == "another_plan"
    assert (await asked(rig, ""))["open_runs"] == {"1": "AWAITING_APPROVAL"}
    assert rig.world.effects == []


async def test_a_rejected_plan_is_never_carried_out(rig: Remedied) -> None:
    await rig.waiting()
    await told(rig, "runs/1/reject", {"why": "the switch is being replaced"}, "ben")
    await rig.reached("REJECTED")
    state, body = (await steps(rig, 1))[-1]
    assert (state, body["person"]) == ("REJECTED", "ben")
    assert body["text"] == "ben rejected it: the switch is being replaced"
    assert rig.world.effects == []


async def test_who_cancels_a_run_is_written_down(rig: Remedied) -> None:
    await rig.waiting()
    await told(rig, "runs/1/cancel", who="ben")
    await rig.reached("CANCELLED")
    assert (await steps(rig, 1))[-1] == ("CANCELLED", {"reason": "cancelled by ben"})


async def test_a_pause_holds_until_somebody_ends_it(rig: Remedied) -> None:
    assert await told(rig, "pause", {"why": "new switches"}) == {"paused": "by anna: new switches"}
    assert (await asked(rig, ""))["armed"] is False
    await rig.call(firing())
    row = await rig.reached("REFUSED")
    assert row.reason == "paused"
    assert await told(rig, "resume", who="ben") == {"paused": ""}
    assert (await asked(rig, ""))["armed"] is True
    assert (await engine_steps(rig))[-2:] == [
        ("PAUSED", {"person": "anna", "why": "new switches"}),
        ("RESUMED", {"person": "ben"}),
    ]


async def test_an_object_is_released_from_quarantine_by_name(rig: Remedied) -> None:
    rig.world.lies.add("xs1")
    await rig.waiting()
    await told(rig, "runs/1/approve", {"hash": await plan_hash(rig, 1)})
    await rig.delivered()
    key = f"{TOOL}/modular/xs1/bond0"
    assert list((await asked(rig, ""))["quarantined"]) == [key]
    assert await told(rig, "runs/1/release", who="ben") == {"run": 1, "released": key}
    assert (await engine_steps(rig))[-1] == ("RELEASED", {"person": "ben", "key": key})
    assert (await asked(rig, ""))["quarantined"] == {}


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("runs", {**ORDER, "playbook": "reboot"}, "bad_order"),
        ("runs", {**ORDER, "labels": {"pool": "modular"}}, "bad_order"),
        ("runs", {**ORDER, "labels": {**OBJECT, "bond": "a;b"}}, "bad_order"),
        ("runs/9/approve", {"hash": ""}, "no_open_run"),
        ("runs/9/reject", {}, "no_open_run"),
        ("runs/9/cancel", {}, "no_open_run"),
        ("runs/9/release", {}, "not_quarantined"),
    ],
)
async def test_what_cannot_be_done_is_409_with_a_reason(
    rig: Remedied, path: str, body: object, reason: str
) -> None:
    assert await refused(rig, path, body) == reason


async def test_an_object_with_an_open_run_gets_no_second_one(rig: Remedied) -> None:
    await rig.waiting("xs2")
    assert await refused(rig, "runs", ORDER) == "coalesced"


async def test_what_has_ended_is_neither_approved_nor_rejected_nor_cancelled(rig: Remedied) -> None:
    await rig.waiting()
    hash_ = await plan_hash(rig, 1)
    await told(rig, "runs/1/cancel")
    await rig.delivered()
    for deed in ("approve", "reject", "cancel"):
        assert await refused(rig, f"runs/1/{deed}", {"hash": hash_}) == "no_open_run"


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("runs", b"{", "a JSON object is expected"),
        ("runs", b"[1]", "a JSON object is expected"),
        ("runs", b"\xff", "a JSON object is expected"),
        ("runs", b"[" * 200_000, "a JSON object is expected"),
        ("pause", b'{"why": "\\ud800"}', "a JSON object is expected"),
        ("runs", {}, "playbook: text is expected"),
        ("runs", {"playbook": 1}, "playbook: text is expected"),
        ("runs", {**ORDER, "labels": []}, "labels: an object of texts is expected"),
        ("runs", {**ORDER, "labels": {"pool": 1}}, "labels: an object of texts is expected"),
        ("runs", {**ORDER, "dry_run": "yes"}, "dry_run: true or false is expected"),
        ("runs/1/approve", {}, "hash: text is expected"),
        ("runs/1/reject", {"why": 1}, "why: text is expected"),
        ("pause", {"why": []}, "why: text is expected"),
    ],
)
async def test_a_body_that_is_wrong_is_400_and_says_what_is_expected(
    rig: Remedied, path: str, body: object, says: str
) -> None:
    assert await rig.post(f"{API}/{path}", body, 400) == f"{says}\n"


@pytest.mark.parametrize("who", ["", "webhook", "am"])
@pytest.mark.parametrize("path", DEEDS)
async def test_nobody_acts_without_an_operators_token(rig: Remedied, path: str, who: str) -> None:
    await rig.waiting()
    await rig.post(f"{API}/{path}", ORDER, 401, who)
    assert (await asked(rig, ""))["open_runs"] == {"1": "AWAITING_APPROVAL"}
    assert (await asked(rig, ""))["paused"] == ""


@pytest.mark.parametrize("who", ["", "webhook"])
@pytest.mark.parametrize("path", LOOKS)
async def test_nobody_looks_without_a_token_where_operators_have_one(
    rig: Remedied, path: str, who: str
) -> None:
    assert "a bearer token is needed" in await rig.get(f"{API}{path}", 401, who)


@pytest.mark.parametrize("path", DEEDS)
async def test_where_there_are_no_operators_nobody_acts_and_everybody_looks(
    tmp_path: Path, path: str
) -> None:
    async with remedied(tmp_path) as rig:
        del rig.section["operators"], rig.section["playbooks"]
        async with rig.serving():
            said = await rig.post(f"{API}/{path}", ORDER, 403)
            assert said == "no operators are configured (remediation: operators)\n"
            assert json.loads(await rig.get(API, who=""))["armed"] is False


async def test_a_token_file_that_is_gone_lets_no_operator_pass(rig: Remedied) -> None:
    (rig.folder / "ben.token").unlink()
    said = await rig.post(f"{API}/pause", {}, 503)
    assert said == f"{rig.folder}/ben.token: No such file or directory\n"


@pytest.mark.parametrize(
    ("who", "path"), [("webhook", WEBHOOK), ("anna", API)], ids=["webhook", "operator"]
)
async def test_a_token_that_cannot_be_used_is_in_the_log_once_for_every_request(
    rig: Remedied, caplog: pytest.LogCaptureFixture, who: str, path: str
) -> None:
    rig.write_token(who, "\n")
    asks = rig.post if path == WEBHOOK else rig.get
    await asks(path, status=503, who="ben")
    told = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.getMessage() for record in told] == ["a token cannot be used"]
    assert told[0].__dict__["error"] == f"{rig.folder}/{who}.token: no token in it"


@pytest.mark.parametrize("path", LOOKS)
async def test_without_remediation_there_is_no_api(tmp_path: Path, path: str) -> None:
    async with remedied(tmp_path) as rig:
        rig.section = {}
        async with rig.serving():
            assert "not set up" in await rig.get(f"{API}{path}", 404)
            assert "not set up" in await rig.post(f"{API}/pause", {}, 404)


async def test_a_token_that_two_operators_share_names_nobody(rig: Remedied) -> None:
    rig.write_token("ben", "canary-anna")
    said = await rig.post(f"{API}/pause", {}, 503)
    assert said == "anna and ben have the same token\n"
    assert rig.engine.parts.around.paused == ""
