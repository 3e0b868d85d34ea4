"""The webhook: what is answered 202 is on the disk, and everything else says what is wrong."""

import asyncio
import contextlib
import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from alerts.remediation.journal import reading
from exporter.web.webhook import LONGEST
from tests.alerts.remediation.rig import TOOL
from tests.exporter.alertmanager_calls import firing, listed, payload
from tests.exporter.remedied import API, WEBHOOK, Remedied, remedied, until

CAPTURED = Path(__file__).parent.parent / "fixtures" / "alertmanager"


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Remedied]:
    async with remedied(tmp_path) as rig, rig.serving():
        yield rig


def written(rig: Remedied) -> list[tuple[str, str]]:
    """Status and host of every alert in the journal, by a connection that is not ours."""
    with contextlib.closing(sqlite3.connect(rig.journal)) as connection:
        rows = connection.execute("SELECT status, labels FROM alerts ORDER BY id").fetchall()
    return [(status, json.loads(labels).get("host", "")) for status, labels in rows]


async def test_an_alert_is_on_the_disk_when_202_is_answered(rig: Remedied) -> None:
    assert json.loads(await rig.call(firing())) == {"alerts": 1}
    assert written(rig) == [("firing", "xs1")]


@pytest.mark.parametrize("file", sorted(CAPTURED.glob("*.json")), ids=lambda file: file.stem)
async def test_what_alertmanager_really_sends_is_taken(rig: Remedied, file: Path) -> None:
    sent = json.loads(file.read_bytes())["alerts"]
    await rig.post(WEBHOOK, file.read_bytes(), 202, "webhook")
    expected = [(alert["status"], alert["labels"].get("host", "")) for alert in sent]
    assert written(rig)[: len(sent)] == expected


async def test_a_call_without_alerts_is_taken(rig: Remedied) -> None:
    assert json.loads(await rig.call()) == {"alerts": 0}
    assert written(rig) == []


async def test_the_same_alert_again_is_written_down_and_opens_no_second_run(rig: Remedied) -> None:
    await rig.waiting()
    await rig.call(firing())
    await rig.call(firing(severity="warning"), firing())
    assert len(written(rig)) == 4
    runs = json.loads(await rig.get(f"{API}/runs"))["runs"]
    assert [run["run"] for run in runs] == [1]


async def test_a_resolved_alert_cancels_what_has_not_begun(rig: Remedied) -> None:
    await rig.waiting()
    await rig.call(firing(status="resolved"))
    await rig.reached("CANCELLED")
    assert await rig.delivered() == {"run": 1, "resolved": 1}


@pytest.mark.parametrize(
    ("labels", "decided"),
    [
        ({"audience": "people"}, "ignored: for_people"),
        ({"playbook": "reboot"}, "ignored: unknown_playbook"),
        ({"playbook": "destroy-vm", "vm": "1"}, "ignored: people_only"),
        ({"bond": "bond0; reboot"}, "ignored: bad_label_bond"),
    ],
)
async def test_an_alert_that_asks_for_nothing_here_is_written_down_and_ignored(
    rig: Remedied, labels: dict[str, str], decided: str
) -> None:
    await rig.call(firing(**labels))
    assert await rig.delivered() == {decided: 1}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "payload"),
        (b"{", "payload"),
        (b"[]", "payload"),
        (b"{}", "version"),
        (b"\xff", "payload"),
        (json.dumps({**payload(), "version": "3"}).encode(), "version"),
        (json.dumps({**payload(), "alerts": {}}).encode(), "alerts"),
        (json.dumps(payload(firing(), {"status": "firing"})).encode(), "labels"),
        (json.dumps(payload(firing(status="melting"))).encode(), "status"),
    ],
)
async def test_what_is_no_payload_is_told_why_and_nothing_of_it_is_written(
    rig: Remedied, body: bytes, says: str
) -> None:
    text = await rig.post(WEBHOOK, body, 400, "webhook")
    assert says in text
    assert len(text.splitlines()) == 1
    assert written(rig) == []


async def test_a_long_payload_that_is_wrong_is_told_why_as_well(rig: Remedied) -> None:
    body = json.dumps(payload(*[firing()] * 500, {"status": "firing"})).encode()
    assert "labels" in await rig.post(WEBHOOK, body, 400, "webhook")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer canary", "Basic canary-hook", "canary-hook"]
)
async def test_who_has_not_the_token_is_told_that_one_is_needed(rig: Remedied, header: str) -> None:
    headers = {"Authorization": header} if header else {}
    async with rig.client.post(WEBHOOK, json=payload(firing()), headers=headers) as response:
        assert (response.status, response.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert await response.text() == "a bearer token is needed: Authorization: Bearer TOKEN\n"
    assert written(rig) == []


async def test_an_operators_token_is_none_for_the_webhook(rig: Remedied) -> None:
    await rig.post(WEBHOOK, payload(firing()), 401, "anna")
    assert written(rig) == []


async def test_a_changed_token_holds_from_the_next_call_on(rig: Remedied) -> None:
    rig.write_token("webhook", "another-one")
    await rig.call(firing(), status=401)
    rig.write_token("webhook", "canary-hook")
    await rig.call(firing())


@pytest.mark.parametrize("text", ["", "\n", "tok\x00en", "tök"])
async def test_a_token_file_that_cannot_be_used_lets_nobody_pass(rig: Remedied, text: str) -> None:
    rig.write_token("webhook", text)
    said = await rig.post(WEBHOOK, payload(firing()), 503, "webhook")
    assert said == f"{rig.folder}/webhook.token: no token in it\n"
    assert written(rig) == []


async def test_without_a_configured_token_whoever_reaches_it_may_call(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig:
        rig.section = {"journal": "journal.db", "kill_switch": "stop"}
        async with rig.serving():
            await rig.post(WEBHOOK, payload(firing()), 202, "")
            assert written(rig) == [("firing", "xs1")]


async def test_an_exporter_without_remediation_says_how_to_set_it_up(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig:
        rig.section = {}
        async with rig.serving():
            said = await rig.post(WEBHOOK, payload(firing()), 404, "webhook")
            assert "add a section `remediation:`" in said
            assert not rig.journal.exists()


async def test_nothing_is_taken_before_open_runs_are_classified(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig, rig.serving(start=False):
        await rig.get("/-/ready", 503)
        refused = await rig.call(firing(), status=503)
        assert refused == "not ready: open runs are being classified\n"
        await rig.start()
        assert "xenlens is ready" in await rig.get("/-/ready")
        await rig.call(firing())


async def test_a_body_that_is_too_long_is_not_read_to_its_end(rig: Remedied) -> None:
    await rig.post(WEBHOOK, b" " * (LONGEST + 1), 413, "webhook")
    assert written(rig) == []


async def test_a_journal_that_cannot_be_written_is_503_and_alertmanager_calls_again(
    rig: Remedied,
) -> None:
    with contextlib.closing(sqlite3.connect(rig.journal, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = await rig.call(firing(), status=503)
        other.execute("ROLLBACK")
    assert said == f"{rig.journal}: database is locked\n"
    assert written(rig) == []
    await rig.call(firing())
    assert written(rig) == [("firing", "xs1")]


async def test_alerts_left_out_of_a_payload_are_pulled_from_alertmanager(rig: Remedied) -> None:
    rig.alertmanager.alerts = [listed(firing(host)) for host in ("xs1", "xs2", "xs3")]
    await rig.post(WEBHOOK, payload(firing("xs1"), truncated=2), 202, "webhook")
    await until(lambda: len(written(rig)) == 4)
    assert {host for _, host in written(rig)} == {"xs1", "xs2", "xs3"}


async def test_a_whole_payload_pulls_nothing(rig: Remedied) -> None:
    rig.alertmanager.alerts = [listed(firing("xs2"))]
    await rig.post(WEBHOOK, payload(firing("xs1")), 202, "webhook")
    await rig.delivered()
    assert written(rig) == [("firing", "xs1")]


async def test_what_fires_at_the_start_is_pulled_with_the_token_and_taken(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig:
        rig.alertmanager.alerts = [listed(firing("xs3")), listed(firing("xs2", audience="people"))]
        async with rig.serving():
            await until(lambda: written(rig) == [("firing", "xs3")])
        assert rig.alertmanager.authorized == {"Bearer canary-am"}


async def test_an_alertmanager_that_wants_a_password_gets_it(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig:
        alertmanager = rig.section["alertmanager"]
        alertmanager["password_file"] = alertmanager.pop("token_file")
        alertmanager["user"] = "xenlens"
        async with rig.serving():
            await rig.waiting()
        assert rig.alertmanager.authorized == {"Basic eGVubGVuczpjYW5hcnktYW0="}


async def test_of_five_hundred_alerts_none_is_lost_and_the_caps_are_kept(tmp_path: Path) -> None:
    chance, watched = Random(1), ("xs1", "xs2", "xs3")
    storm = [
        firing(f"invented{chance.randrange(60)}", chance.choice(["firing", "resolved"]))
        for _ in range(497)
    ]
    async with remedied(tmp_path) as rig:
        rig.section["playbooks"][TOOL] |= {"mode": "auto", "storm": {"hosts": 100}}
        # An effect lasts until every other run has ended.
        rig.world.before_effect = lambda host: until(lambda: len(rig.engine.runs) == 1)
        async with rig.serving():
            await rig.call(*map(firing, watched))
            await asyncio.gather(*map(rig.call, storm))
            decided = await rig.delivered()
            rows = await rig.remedy.journal.read(reading.runs_of)
    assert len(written(rig)) == sum(decided.values()) == 500
    assert "pending" not in decided
    ends = Counter(row.reason or row.state for row in rows if row.target.host in watched)
    assert ends == {"FIXED": 1, "busy_pool": 2}
    assert (rig.world.most_at_work, len(rig.world.effects)) == (1, 1)
    others = {row.reason for row in rows if row.target.host not in watched}
    assert "unknown_target" in others <= {"unknown_target", "resolved"}
