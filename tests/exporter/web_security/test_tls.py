"""TLS as the web configuration asks for it, seen by clients that connect."""

import asyncio
import ssl
from ipaddress import ip_address
from typing import Any

import aiohttp
import pytest
from cryptography import x509

from exporter.config import ConfigError
from exporter.webconfig.names import CURVES
from tests.exporter.web_security.certificates import Authority
from tests.exporter.web_security.secured import IF_GIVEN, OWN_CERTIFICATE, REQUIRED, Secured

NO_TLS = (aiohttp.ClientConnectorError, aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)
"""How a client sees that it is cut off: at the handshake, or after it with TLS 1.3."""
CUT_OFF = (ssl.SSLError, ConnectionResetError)
TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def with_tls(rig: Secured, **more: Any) -> Secured:
    rig.web["tls_server_config"] = {**OWN_CERTIFICATE, **more}
    return rig


async def connected(rig: Secured, tls: ssl.SSLContext) -> ssl.SSLObject:
    """What a client agreed upon with the exporter. Raises OSError."""
    _, port = rig.url.removeprefix("https://").split(":")
    _, writer = await asyncio.open_connection("127.0.0.1", int(port), ssl=tls)
    found: ssl.SSLObject = writer.get_extra_info("ssl_object")
    writer.close()
    return found


async def test_a_client_that_knows_the_ca_is_answered(rig: Secured) -> None:
    async with with_tls(rig).serving():
        assert await rig.status() == 200
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await rig.status(tls=ssl.create_default_context())


async def test_certificate_key_and_ca_may_stand_in_the_file_itself(rig: Secured) -> None:
    texts = {"cert": "server.crt", "key": "server.key", "client_ca": "ca.crt"}
    inline = {key: (rig.folder / name).read_text() for key, name in texts.items()}
    rig.web["tls_server_config"] = {**inline, "client_auth_type": "RequireAndVerifyClientCert"}
    rig.authority.client("prometheus")
    async with rig.serving():
        assert await rig.status(tls=rig.trusting("prometheus")) == 200
        with pytest.raises(NO_TLS):
            await rig.status()


async def test_a_client_without_a_certificate_of_the_ca_is_cut_off(rig: Secured) -> None:
    rig.authority.client("prometheus")
    Authority(rig.folder, "elsewhere").client("stranger")
    theirs = rig.trusting("stranger")
    async with with_tls(rig, **REQUIRED).serving():
        assert await rig.status(tls=rig.trusting("prometheus")) == 200
        for tls in (rig.trusting(), theirs):
            with pytest.raises(NO_TLS):
                await rig.status("/-/healthy", tls=tls)


async def test_a_certificate_that_is_asked_for_opens_all_and_without_one_only_health_is_told(
    rig: Secured,
) -> None:
    rig.authority.client("prometheus")
    async with with_tls(rig, **IF_GIVEN).serving():
        assert await rig.status(tls=rig.trusting("prometheus")) == 200
        assert await rig.status("/-/healthy") == 200
        answer, text = await rig.answer()
        assert (answer.status, text) == (403, "a client certificate is needed\n")


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        (x509.DNSName("one.example.org"), "one.example.org"),
        (x509.IPAddress(ip_address("2001:db8::1")), "2001:db8::1"),
        (x509.IPAddress(ip_address("192.0.2.7")), "192.0.2.7"),
        (x509.RFC822Name("one@example.org"), "one@example.org"),
        (x509.UniformResourceIdentifier("spiffe://example.org/one"), "spiffe://example.org/one"),
    ],
)
@pytest.mark.parametrize("version", [TLS13, TLS12])
async def test_a_client_whose_certificate_has_no_allowed_name_is_cut_off(
    rig: Secured, name: x509.GeneralName, allowed: str, version: ssl.TLSVersion
) -> None:
    rig.authority.client("one", name)
    rig.authority.client("two", x509.DNSName("two.example.org"))
    with_tls(rig, **REQUIRED, client_allowed_sans=["zero", allowed])
    async with rig.serving():
        assert await rig.status(tls=rig.trusting("one", version)) == 200
        with pytest.raises(NO_TLS):
            await rig.status(tls=rig.trusting("two", version))


async def test_an_allowed_name_is_asked_for_where_the_machines_own_cas_vouch_as_well(
    rig: Secured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(rig.authority.file))
    rig.authority.client("one", x509.DNSName("one.example.org"))
    rig.authority.client("two", x509.DNSName("two.example.org"))
    required = REQUIRED["client_auth_type"]
    with_tls(rig, client_auth_type=required, client_allowed_sans=["one.example.org"])
    async with rig.serving():
        assert await rig.status(tls=rig.trusting("one")) == 200
        with pytest.raises(NO_TLS):
            await rig.status(tls=rig.trusting("two"))


async def test_a_client_that_is_too_old_is_cut_off(rig: Secured) -> None:
    async with with_tls(rig, min_version="TLS13").serving():
        assert (await connected(rig, rig.trusting())).version() == "TLSv1.3"
        with pytest.raises(CUT_OFF):
            await connected(rig, rig.trusting(newest=TLS12))


async def test_no_newer_version_than_allowed_is_spoken(rig: Secured) -> None:
    async with with_tls(rig, max_version="TLS12").serving():
        assert (await connected(rig, rig.trusting())).version() == "TLSv1.2"


@pytest.mark.parametrize(("server_first", "chosen"), [(True, "AES128"), (False, "AES256")])
async def test_ciphers_are_those_named_in_the_order_of_whom_it_is_said(
    rig: Secured, server_first: bool, chosen: str
) -> None:
    names = [f"TLS_ECDHE_ECDSA_WITH_AES_{n}" for n in ("128_GCM_SHA256", "256_GCM_SHA384")]
    with_tls(rig, cipher_suites=names, prefer_server_cipher_suites=server_first)
    client = rig.trusting(newest=TLS12)
    client.set_ciphers("ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256")
    other = rig.trusting(newest=TLS12)
    other.set_ciphers("ECDHE-ECDSA-CHACHA20-POLY1305")
    async with rig.serving():
        agreed = (await connected(rig, client)).cipher()
        assert agreed is not None
        assert agreed[0].startswith(f"ECDHE-ECDSA-{chosen}")
        with pytest.raises(CUT_OFF):
            await connected(rig, other)


async def test_with_ciphers_of_tls_1_3_alone_nothing_else_is_spoken(rig: Secured) -> None:
    async with with_tls(rig, cipher_suites=["TLS_AES_128_GCM_SHA256"]).serving():
        assert (await connected(rig, rig.trusting())).version() == "TLSv1.3"
        with pytest.raises(CUT_OFF):
            await connected(rig, rig.trusting(newest=TLS12))


async def test_a_client_of_another_curve_is_cut_off(rig: Secured) -> None:
    fitting, other = rig.trusting(), rig.trusting()
    fitting.set_ecdh_curve("secp521r1")
    other.set_ecdh_curve("prime256v1")
    async with with_tls(rig, curve_preferences=["CurveP521"]).serving():
        await connected(rig, fitting)
        with pytest.raises(CUT_OFF):
            await connected(rig, other)


@pytest.mark.parametrize("curve", CURVES)
async def test_a_curve_is_used_where_python_can_set_it_and_refused_with_those_it_can_elsewhere(
    rig: Secured, curve: str
) -> None:
    settable = [name for name in CURVES if can_set(CURVES[name])]
    with_tls(rig, curve_preferences=[curve])
    if curve in settable:
        async with rig.serving():
            assert await rig.status() == 200
        return
    with pytest.raises(ConfigError) as caught:
        async with rig.serving():
            pass
    said = f"cannot set {curve}; allowed here: {', '.join(settable)}"
    (line,) = caught.value.lines
    assert line.endswith(f": tls_server_config.curve_preferences: this machine's Python {said}")


def can_set(curve: str) -> bool:
    """As this Python says itself."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).set_ecdh_curve(curve)
    except (ssl.SSLError, ValueError):
        return False
    return True


async def test_a_client_that_would_rather_speak_http_2_speaks_http_1_1(rig: Secured) -> None:
    tls = rig.trusting()
    tls.set_alpn_protocols(["h2", "http/1.1"])
    async with with_tls(rig).serving():
        assert (await connected(rig, tls)).selected_alpn_protocol() == "http/1.1"
