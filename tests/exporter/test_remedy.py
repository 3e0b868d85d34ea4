"""Remediation in the exporter: its start, its reload, and where its secrets go."""

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerts.remediation.journal import Journal, JournalInUse, NewRun
from alerts.remediation.records import Target
from exporter.cli.config import config_app
from exporter.remediation.rules import NoSecret
from tests.alerts.remediation.rig import TOOL
from tests.exporter.alertmanager_calls import firing, payload
from tests.exporter.remedied import API, TOKENS, WEBHOOK, Remedied, reload, remedied, until
from tests.labs.ports import free_port
from tests.labs.program import XENLENS


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Remedied]:
    async with remedied(tmp_path) as rig, rig.serving():
        yield rig


async def test_what_was_open_is_classified_before_it_is_ready(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig:
        journal = Journal.open(rig.journal, rig.clock)
        target = Target(TOOL, {"pool": "modular", "host": "xs1", "bond": "bond0"})
        await journal.open_run(NewRun(1, target))
        await journal.close()
        async with rig.serving(start=False):
            not_yet = await rig.get("/-/ready", 503)
            assert not_yet.startswith("xenlens is not ready: ")
            await rig.start()
            await rig.get("/-/ready")
            assert (await rig.reached("ABORTED_RESTART")).number == 1


async def test_an_exporter_without_remediation_is_ready_at_once(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig:
        rig.section = {}
        async with rig.serving(start=False):
            await rig.get("/-/ready")


async def test_alerts_that_were_taken_and_not_decided_upon_are_after_a_restart(
    tmp_path: Path,
) -> None:
    async with remedied(tmp_path) as rig:
        async with rig.serving():
            rig.engine.reception.stop()
            await rig.call(firing(audience="people"))
        async with rig.serving():
            assert await rig.delivered() == {"ignored: for_people": 1}


async def test_a_reload_changes_the_rules_and_leaves_open_runs_alone(rig: Remedied) -> None:
    await rig.waiting("xs1")
    rig.section["playbooks"][TOOL]["mode"] = "observe"
    await reload(rig)
    assert json.loads(await rig.get(API))["open_runs"] == {"1": "AWAITING_APPROVAL"}
    await rig.call(firing("xs2"))
    assert (await rig.reached("WOULD_ACT")).target.host == "xs2"


async def test_what_was_approved_does_not_act_once_the_rules_forbid_it(rig: Remedied) -> None:
    await rig.waiting()
    hash_ = rig.engine.run(1).hash
    rig.section["playbooks"][TOOL]["mode"] = "observe"
    await reload(rig)
    await rig.post(f"{API}/runs/1/approve", {"hash": hash_})
    row = await rig.reached("REFUSED")
    assert (row.reason, rig.world.effects) == ("mode", [])


async def test_a_file_that_is_invalid_changes_nothing(rig: Remedied) -> None:
    rig.section["playbooks"][TOOL]["mode"] = "always"
    assert "remediation.playbooks.set-active-member.mode" in await reload(rig, 422)
    await rig.waiting()


async def test_a_token_file_that_became_bad_keeps_the_old_configuration(rig: Remedied) -> None:
    rig.section["playbooks"][TOOL]["mode"] = "observe"
    rig.write_token("am", "\n")
    assert await reload(rig, 422) == f"{rig.folder}/am.token: no token in it\n"
    await rig.waiting()
    assert rig.alertmanager.authorized == {"Bearer canary-am"}
    page = await rig.get("/metrics")
    assert "xenlens_config_last_reload_successful 0.0" in page


async def test_a_new_token_is_used_from_the_reload_on(rig: Remedied) -> None:
    rig.write_token("am", "canary-new")
    await reload(rig)
    rig.alertmanager.authorized.clear()
    await rig.waiting()
    assert rig.alertmanager.authorized == {"Bearer canary-new"}


async def test_a_section_that_goes_is_in_force_until_the_next_start(
    rig: Remedied, caplog: pytest.LogCaptureFixture
) -> None:
    rig.section = {}
    await reload(rig)
    assert "takes effect at the next start" in caplog.text
    await rig.waiting()
    await rig.get("/-/ready")


async def test_a_section_that_comes_is_in_force_from_the_next_start_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with remedied(tmp_path) as rig:
        section, rig.section = rig.section, {}
        async with rig.serving():
            rig.section = section
            await reload(rig)
            assert "takes effect at the next start" in caplog.text
            await rig.get("/-/ready")
            await rig.call(firing(), status=404)


async def test_a_start_with_a_bad_token_file_takes_nothing(tmp_path: Path) -> None:
    async with remedied(tmp_path) as rig:
        rig.write_token("am", "")
        async with rig.serving(start=False):
            with pytest.raises(NoSecret, match=r"am\.token: no token in it"):
                await rig.start()
            await rig.get("/-/ready", 503)
            await rig.call(firing(), status=503)


async def test_a_second_exporter_on_the_journal_is_refused(rig: Remedied) -> None:
    with pytest.raises(JournalInUse, match="another xenlens has this journal"):
        Journal.open(rig.journal, rig.clock)


async def test_a_second_process_on_the_journal_exits_1_with_one_line(rig: Remedied) -> None:
    process = await asyncio.create_subprocess_exec(
        *(XENLENS, "serve", "--config", str(rig.config), "--listen", f"127.0.0.1:{free_port()}"),
        stderr=asyncio.subprocess.PIPE,
        env=os.environ,
    )
    _, said = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 1
    assert said.decode() == f"xenlens: {rig.journal}: another xenlens has this journal\n"


async def test_the_journal_is_its_owners_only(rig: Remedied) -> None:
    assert rig.journal.stat().st_mode & 0o777 == 0o600


async def test_no_token_is_seen_anywhere(rig: Remedied, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await rig.waiting()
    await rig.post(WEBHOOK, b"{", 400, "webhook")
    await rig.post(f"{API}/runs/1/approve", {"hash": rig.engine.run(1).hash}, who="ben")
    await rig.reached("FIXED")
    rig.alertmanager.down = True
    await rig.post(WEBHOOK, payload(firing("xs2"), truncated=1), 202, "webhook")
    await until(lambda: "alerts are not pulled" in caplog.text)
    await rig.delivered()
    await reload(rig)
    shown = CliRunner().invoke(config_app, ["show", str(rig.config)])
    assert shown.exit_code == 0
    pages = [await rig.get(path) for path in ("/metrics", API, f"{API}/runs", f"{API}/runs/1")]
    pages += [await rig.get(f"{API}/runs/2"), await rig.get("/", who=""), shown.stdout]
    files = [file.read_bytes() for file in rig.folder.glob("journal.db*")]
    everything = "\n".join([*pages, caplog.text]).encode() + b"".join(files)
    assert b"anna" in everything
    assert b"webhook.token" in everything
    assert not [token for token in TOKENS.values() if token.encode() in everything]
