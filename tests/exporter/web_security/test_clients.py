"""xenlens as a client of TLS: of itself on the command line, and of Alertmanager."""

import asyncio
import ssl

import pytest
from aiohttp import ClientConnectorCertificateError
from aiohttp.test_utils import TestServer
from typer.testing import CliRunner, Result

from exporter.cli import app
from exporter.client_tls import ClientTls
from exporter.config import ConfigError, load
from tests.exporter.alertmanager_calls import FakeAlertmanager
from tests.exporter.remedied import until
from tests.exporter.web_security.secured import (
    OWN_CERTIFICATE,
    PASSWORD,
    REQUIRED,
    Secured,
    basic,
    hashed,
)

TOKEN = "canary-ben"
NO_SECRET: dict[str, str | None] = dict.fromkeys(
    ("XENLENS_TOKEN", "XENLENS_PASSWORD", "XENLENS_CONFIG"), None
)


@pytest.fixture
def up(rig: Secured) -> Secured:
    """One with TLS and remediation, and an operator."""
    rig.web["tls_server_config"] = dict(OWN_CERTIFICATE)
    for name, secret in (("ben.token", TOKEN), ("anna.password", PASSWORD), ("old", "old")):
        (rig.folder / name).touch(mode=0o600)
        (rig.folder / name).write_text(secret)
    rig.more["remediation"] = {
        "journal": str(rig.folder / "journal.db"),
        "operators": {"ben": {"token_file": "ben.token"}},
    }
    return rig


async def xenlens(rig: Secured, *words: str, **variables: str) -> Result:
    """`xenlens remediation list` with these options; no secret may ever be said."""
    argv = ["remediation", "list", *words]
    done = await asyncio.to_thread(CliRunner().invoke, app, argv, env={**NO_SECRET, **variables})
    assert not any(secret in done.output for secret in (TOKEN, PASSWORD))
    return done


def listening(rig: Secured) -> str:
    """Write down where it listens; gives the configuration's file."""
    rig.more["listen"] = rig.url.removeprefix("https://")
    return str(rig.write())


async def test_of_a_chain_none_is_believed_but_the_first(rig: Secured) -> None:
    chain = rig.authority.server("own").read_text() + rig.authority.file.read_text()
    rig.web["tls_server_config"] = {"cert_file": "own.crt", "key_file": "own.key"}
    async with rig.serving():
        assert await rig.status(tls=ClientTls(pinned=chain).context()) == 200
    rig.web["tls_server_config"] = dict(OWN_CERTIFICATE)
    async with rig.serving():
        with pytest.raises(ClientConnectorCertificateError):
            await rig.status(tls=ClientTls(pinned=chain).context())


async def test_its_own_certificate_is_believed_without_any_ca(up: Secured) -> None:
    async with up.serving():
        await up.service.start_remediation()
        done = await xenlens(up, "--config", listening(up))
    assert done.exit_code == 0, done.output


async def test_comments_in_its_certificate_do_not_matter(up: Secured) -> None:
    own = up.folder / OWN_CERTIFICATE["cert_file"]
    own.write_text(f"# für den Keller\n{own.read_text()}", encoding="utf-8")
    async with up.serving():
        await up.service.start_remediation()
        done = await xenlens(up, "--config", listening(up))
    assert done.exit_code == 0, done.output


async def test_no_other_certificate_than_its_own_is(up: Secured) -> None:
    async with up.serving():
        up.authority.server("renewed")
        config = listening(up)
        up.file.write_text(up.file.read_text().replace("server.", "renewed."))
        done = await xenlens(up, "--config", config)
    assert done.exit_code == 3
    assert "its certificate is not believed: " in done.output


async def test_elsewhere_the_ca_is_named(up: Secured) -> None:
    token, ca = str(up.folder / "ben.token"), str(up.folder / "ca.crt")
    async with up.serving():
        await up.service.start_remediation()
        url = ("--url", up.url, "--token-file", token)
        done = await xenlens(up, *url, "--ca-file", ca)
        assert done.exit_code == 0, done.output
        done = await xenlens(up, *url)
        assert done.exit_code == 3
        assert "its certificate is not believed: " in done.output
        assert "give --ca-file" in done.output


async def test_a_certificate_is_shown_where_it_is_asked_for(up: Secured) -> None:
    up.authority.client("ben")
    up.web["tls_server_config"] |= REQUIRED
    shown = ("--cert-file", str(up.folder / "ben.crt"), "--key-file", str(up.folder / "ben.key"))
    async with up.serving():
        await up.service.start_remediation()
        config = listening(up)
        done = await xenlens(up, "--config", config, *shown)
        assert done.exit_code == 0, done.output
        done = await xenlens(up, "--url", up.url, "--ca-file", str(up.folder / "ca.crt"))
        assert done.exit_code == 3


async def test_a_password_is_sent_where_a_user_is_named(up: Secured) -> None:
    up.web["basic_auth_users"] = {"anna": hashed()}
    del up.more["remediation"]["operators"]
    async with up.serving():
        await up.service.start_remediation()
        at = ("--config", listening(up), "--user", "anna")
        done = await xenlens(up, *at, "--password-file", str(up.folder / "anna.password"))
        assert done.exit_code == 0, done.output
        assert (await xenlens(up, *at, XENLENS_PASSWORD=PASSWORD)).exit_code == 0
        done = await xenlens(up, *at, XENLENS_PASSWORD="wrong")
        assert (done.exit_code, "a user and a password are needed" in done.output) == (2, True)
        done = await xenlens(up, *at)
        assert "$XENLENS_PASSWORD: no password in it" in done.output


async def test_a_token_is_enough_where_users_have_passwords(up: Secured) -> None:
    up.web["basic_auth_users"] = {"anna": hashed()}
    async with up.serving():
        await up.service.start_remediation()
        done = await xenlens(up, "--config", listening(up), "--as", "ben")
        assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--url", "https://127.0.0.1:1", "--cert-file", "old"), "belong together"),
        (("--url", "http://127.0.0.1:1", "--ca-file", "old"), "are for https://, not for http://"),
        (("--url", "https://127.0.0.1:1", "--ca-file", "old"), "no PEM certificate in it"),
        (("--url", "https://127.0.0.1:1", "--ca-file", "gone"), "No such file or directory"),
        (("--url", "ftp://127.0.0.1"), "allowed: http://HOST:PORT or https://HOST:PORT"),
    ],
)
async def test_options_that_cannot_be_meant_are_one_line(
    up: Secured, words: tuple[str, ...], said: str
) -> None:
    placed = [str(up.folder / word) if word in ("old", "gone") else word for word in words]
    done = await xenlens(up, *placed)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


async def test_alertmanager_is_asked_by_tls_with_a_certificate_and_a_password(
    rig: Secured,
) -> None:
    for name, secret in (("am.password", PASSWORD), ("hook.token", TOKEN)):
        (rig.folder / name).touch(mode=0o600)
        (rig.folder / name).write_text(secret)
    rig.authority.server("alertmanager")
    rig.authority.client("xenlens")
    manager = FakeAlertmanager()
    server = TestServer(manager.app(), scheme="https")
    await server.start_server(ssl=demanding(rig, "alertmanager"))
    try:
        rig.more["remediation"] = {
            "journal": str(rig.folder / "journal.db"),
            "webhook": {"token_file": "hook.token"},
            "alertmanager": {
                "url": str(server.make_url("")).rstrip("/"),
                "user": "anna",
                "password_file": "am.password",
                "ca_file": "ca.crt",
                "cert_file": "xenlens.crt",
                "key_file": "xenlens.key",
            },
        }
        async with rig.serving():
            await rig.service.start_remediation()
            await until(lambda: bool(manager.authorized))
    finally:
        await server.close()
    assert manager.authorized == {basic()["Authorization"]}


def demanding(rig: Secured, name: str) -> ssl.SSLContext:
    """A server's that lets in only whom the CA knows."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=rig.authority.file)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(rig.folder / f"{name}.crt", rig.folder / f"{name}.key")
    return context


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "http://localhost:9093", "ca_file": "ca.crt"}, "allowed: https://HOST:PORT"),
        ({"ca_file": "old"}, "no PEM certificate in it"),
        ({"cert_file": "server.crt"}, "only one of cert_file and key_file"),
        ({"cert_file": "server.crt", "key_file": "ca.key"}, "not the private key of the"),
        ({"cert_file": "server.crt", "key_file": "gone"}, "No such file or directory"),
    ],
)
def test_what_cannot_be_meant_of_alertmanagers_tls_is_refused(
    up: Secured, given: dict[str, str], said: str
) -> None:
    up.more["remediation"]["alertmanager"] = {"url": "https://localhost:9093", **given}
    with pytest.raises(ConfigError) as caught:
        load(up.write())
    (line,) = caught.value.lines
    assert said in line
