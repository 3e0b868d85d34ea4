"""A secret in a variable of the environment: used as one of a file is, and named where it lacks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from collectors.xapi.endpoint import Endpoint
from collectors.xapi.source import Inquiry, XapiFailed
from exporter.config.secrets import Variable
from exporter.https_xapi import ConfiguredHttps
from exporter.remediation.rules import NoSecret, secret
from tests.exporter.remedied import Remedied, remedied

HOOK = "/api/v1/alerts/webhook"


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Remedied]:
    """An exporter that is not started yet."""
    async with remedied(tmp_path) as made:
        yield made


async def test_a_token_of_the_environment_lets_in_who_has_it(
    rig: Remedied, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.section["webhook"] = {"token_env": "HOOK_TOKEN"}
    monkeypatch.setenv("HOOK_TOKEN", "canary-hook\n")
    async with rig.serving():
        assert "payload" in await rig.post(HOOK, {}, 400, "webhook")
        await rig.post(HOOK, {}, 401, "ben")
        monkeypatch.delenv("HOOK_TOKEN")
        said = await rig.post(HOOK, {}, 503, "webhook")
        assert said == "$HOOK_TOKEN: not in the environment\n"


def test_a_variable_that_has_nothing_to_send_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for text in ("", "  ", "two\nlines", "größer"):
        monkeypatch.setenv("SOME_TOKEN", text)
        with pytest.raises(NoSecret, match=r"^\$SOME_TOKEN: no token in it$"):
            secret(Variable("SOME_TOKEN"))


async def test_without_its_variable_xapi_is_not_asked_and_the_reason_says_which(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("XAPI_PASSWORD", raising=False)
    endpoint = Endpoint("127.0.0.1", sha256="0" * 64, port=1)
    way = ConfiguredHttps(endpoint, "root", Variable("XAPI_PASSWORD"))
    with pytest.raises(XapiFailed, match=r"\$XAPI_PASSWORD: not in the environment"):
        await way.read(Inquiry(0.0, 0.0))
