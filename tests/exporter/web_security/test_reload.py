"""The web configuration is read again with the configuration."""

import asyncio
import logging
from typing import Any

import aiohttp
import pytest

from exporter.config import ConfigError
from tests.exporter.web_security.certificates import Authority
from tests.exporter.web_security.secured import (
    IF_GIVEN,
    OWN_CERTIFICATE,
    REQUIRED,
    Secured,
    basic,
    hashed,
)


async def serial(rig: Secured) -> str:
    """Of the certificate that a new connection is shown."""
    port = int(rig.url.rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=rig.trusting())
    certificate: dict[str, Any] = writer.get_extra_info("peercert")
    writer.close()
    return str(certificate["serialNumber"])


async def test_users_and_headers_hold_at_once(rig: Secured) -> None:
    async with rig.serving():
        assert await rig.status() == 200
        rig.web = {
            "basic_auth_users": {"anna": hashed()},
            "http_server_config": {"headers": {"X-Frame-Options": "sameorigin"}},
        }
        await rig.reload()
        answer, _ = await rig.answer()
        assert (answer.status, answer.headers["X-Frame-Options"]) == (401, "sameorigin")
        assert await rig.status(headers=basic()) == 200


async def test_a_renewed_certificate_is_shown_to_new_connections(rig: Secured) -> None:
    rig.web["tls_server_config"] = dict(OWN_CERTIFICATE)
    async with rig.serving():
        first = await serial(rig)
        rig.authority.server()
        assert await serial(rig) == first
        await rig.reload()
        assert await serial(rig) != first


async def test_another_ca_of_clients_holds_for_new_connections(rig: Secured) -> None:
    rig.authority.client("prometheus")
    Authority(rig.folder, "elsewhere").client("stranger")
    section = {**OWN_CERTIFICATE, "client_auth_type": "RequireAndVerifyClientCert"}
    rig.web["tls_server_config"] = {**section, "client_ca_file": "ca.crt"}
    async with rig.serving():
        assert await rig.status(tls=rig.trusting("prometheus")) == 200
        rig.web["tls_server_config"] = {**section, "client_ca_file": "elsewhere.crt"}
        await rig.reload()
        assert await rig.status(tls=rig.trusting("stranger")) == 200
        with pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
            await rig.status(tls=rig.trusting("prometheus"))


async def test_a_connection_from_before_is_judged_anew_and_closed(rig: Secured) -> None:
    rig.web["tls_server_config"] = dict(OWN_CERTIFICATE)
    async with rig.serving(), aiohttp.ClientSession() as session:
        async with session.get(rig.url + "/metrics", ssl=(tls := rig.trusting())) as answer:
            assert answer.status == 200
        rig.web["tls_server_config"] |= REQUIRED
        await rig.reload()
        async with session.get(rig.url + "/metrics", ssl=tls) as answer:
            assert (answer.status, answer.headers["Connection"]) == (403, "close")
        with pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
            await session.get(rig.url + "/-/healthy", ssl=tls)


@pytest.mark.parametrize(
    "wrong",
    [
        {"basic_auth_users": {"anna": "open"}},
        {"tls_server_config": {**OWN_CERTIFICATE, "key_file": "ca.key"}},
        {"rate_limit": {"interval": "1s"}},
    ],
)
async def test_one_that_is_wrong_is_the_reloads_failure_and_changes_nothing(
    rig: Secured, wrong: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    rig.web = {"basic_auth_users": {"anna": hashed()}, "tls_server_config": dict(OWN_CERTIFICATE)}
    async with rig.serving():
        first = await serial(rig)
        good, rig.web = rig.web, {**rig.web, **wrong}
        rig.authority.server()
        rig.more["log"] = {"level": "error"}
        with pytest.raises(ConfigError, match=r"web\.yml:"):
            await rig.reload()
        assert rig.service.configuration.log.level == "info"
        assert await serial(rig) == first
        page = (await rig.answer(headers=basic()))[1]
        assert "xenlens_config_last_reload_successful 0.0" in page
        rig.web = good
        await rig.reload()
        page = (await rig.answer(headers=basic()))[1]
        assert "xenlens_config_last_reload_successful 1.0" in page


@pytest.mark.parametrize("tls", [True, False])
async def test_a_reload_never_opens_what_was_closed_since_half_a_file_looks_like_that(
    rig: Secured, tls: bool
) -> None:
    rig.web = {"tls_server_config": dict(OWN_CERTIFICATE)} if tls else {}
    rig.web["basic_auth_users"] = {"anna": hashed()}
    async with rig.serving():
        for left in ({"rate_limit": {"interval": "1ms", "burst": 100}}, {}):
            rig.web = left
            with pytest.raises(ConfigError, match="nobody would be asked for a password"):
                await rig.reload()
            assert await rig.status() == 401
            assert await rig.status(headers=basic()) == 200


@pytest.mark.parametrize("at_first", [True, False])
async def test_whether_there_is_tls_waits_for_the_next_start_and_the_log_says_so(
    rig: Secured, at_first: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with_tls = {"tls_server_config": dict(OWN_CERTIFICATE)}
    rig.web = with_tls if at_first else {}
    async with rig.serving():
        rig.web = {} if at_first else with_tls
        rig.web["basic_auth_users"] = {"anna": hashed()}
        with caplog.at_level(logging.WARNING):
            await rig.reload()
        assert "takes effect at the next start" in caplog.text
        assert await rig.status() == 401
        assert await rig.status(headers=basic()) == 200


async def test_clients_are_asked_for_certificates_as_long_as_there_is_tls(rig: Secured) -> None:
    rig.web = {"tls_server_config": {**OWN_CERTIFICATE, **IF_GIVEN}}
    async with rig.serving():
        assert await rig.status() == 403
        rig.web = {}
        await rig.reload()
        assert await rig.status() == 403
