"""The ways to a pool's XAPI: what is in effect for each host, and what https needs."""

from pathlib import Path

import pytest
import yaml

from exporter.config import ConfigError, Configuration, Target, XapiSettings, load
from exporter.config.load import loads
from exporter.config.secrets import Variable
from exporter.config.show import effective
from exporter.hosts.settings import Local

EVERYTHING = Path(__file__).parent.parent / "fixtures" / "config" / "valid" / "everything.yml"
DIGEST = "0123456789abcdef" * 4
COLONS = ":".join(DIGEST.upper()[at : at + 2] for at in range(0, 64, 2))

HTTPS = f"""\
pools:
  modular:
    xapi: {{ways: [https, xe], user: 'EXAMPLE\\xenlens', password_file: secret}}
    hosts:
      by_ssh: {{ssh: 192.0.2.11, xapi: {{certificate_sha256: "{COLONS}"}}}}
      here: {{local: {{}}, xapi: {{port: 8443, certificate_sha256: {DIGEST}}}}}
      elsewhere:
        ssh: 192.0.2.12
        xapi: {{address: 2001:db8::1, certificate_sha256: {DIGEST}}}
      old: {{recorded: secret}}
"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.touch(mode=0o600)
    return file


def written(folder: Path, text: str) -> Path:
    file = folder / "xenlens.yml"
    file.write_text(text)
    return file


def xapi_of(found: Configuration) -> dict[str, XapiSettings]:
    return {target.name: target.xapi for target in found.targets()}


def refused(file: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(file)
    return caught.value.lines


def test_a_pool_that_says_nothing_is_asked_by_its_socket_and_then_by_xe() -> None:
    text = "pools: {p: {hosts: {a: {local: {}}, b: {ssh: 192.0.2.11}}}}"
    found = xapi_of(loads(text.encode(), Path("xenlens.yml")))
    assert found == {"a": XapiSettings(), "b": XapiSettings(("socket", "xe"))}


def test_the_password_may_be_in_a_variable_but_not_in_two_places(tmp_path: Path) -> None:
    text = HTTPS.replace("password_file: secret", "password_env: XAPI_PASSWORD")
    found = xapi_of(loads(text.replace("old:", "#").encode(), tmp_path / "xenlens.yml"))
    assert found["here"].password == Variable("XAPI_PASSWORD")
    both = HTTPS.replace("password_file: secret", "password_file: secret, password_env: P")
    (tmp_path / "secret").touch(mode=0o600)
    (line,) = refused(written(tmp_path, both))
    assert "both password_file and password_env; allowed: one of the two" in line


def test_a_target_made_without_ways_has_the_usual_ones() -> None:
    found = load(EVERYTHING).find("22")
    assert Target("22", "no", Local(), found.inventory) == found


def test_ways_are_kept_in_the_order_of_preference() -> None:
    assert load(EVERYTHING).find("xenserver2").xapi == XapiSettings(("xe", "socket"), "monitor")


def test_https_knows_the_address_port_and_certificate_of_every_host(
    tmp_path: Path, secret: Path
) -> None:
    def https(address: str, port: int) -> XapiSettings:
        return XapiSettings(("https", "xe"), "EXAMPLE\\xenlens", secret, address, port, DIGEST)

    assert xapi_of(load(written(tmp_path, HTTPS))) == {
        "by_ssh": https("192.0.2.11", 443),
        "here": https("127.0.0.1", 8443),
        "elsewhere": https("2001:db8::1", 443),
        "old": XapiSettings(("xe",)),
    }


def test_captured_outputs_are_only_ever_asked_by_xe() -> None:
    text = "pools: {p: {xapi: {ways: [socket]}, hosts: {h: {recorded: .}}}}"
    found = loads(text.encode(), EVERYTHING)
    assert found.find("h").xapi == XapiSettings(("xe",))


def test_https_of_captured_outputs_needs_no_certificate(tmp_path: Path, secret: Path) -> None:
    text = f"pools: {{p: {{xapi: {{ways: [https], user: u, password_file: {secret}}}, hosts: "
    found = load(written(tmp_path, text + "{h: {recorded: .}}}}"))
    assert found.find("h").xapi == XapiSettings(("xe",))


def test_each_host_asked_by_https_without_a_certificate_is_told(
    tmp_path: Path, secret: Path
) -> None:
    lines = [
        "pools:",
        "  modular:",
        f"    xapi: {{ways: [https], user: xenlens, password_file: {secret}}}",
        "    hosts:",
        "      by_ssh: {ssh: 192.0.2.11}",
        f"      known: {{ssh: 192.0.2.12, xapi: {{certificate_sha256: {DIGEST}}}}}",
        "      here:",
        "        local: {}",
        "        xapi: {port: 8443}",
        "      old: {recorded: .}",
    ]
    file = written(tmp_path, "\n".join(lines))
    said = (
        "no certificate_sha256 to know the host by;"
        " give xapi: {certificate_sha256: …}, or take https off the pool's xapi.ways"
    )
    assert refused(file) == (
        f"{file}:5: pools.modular.hosts.by_ssh: {said}",
        f"{file}:9: pools.modular.hosts.here.xapi: {said}",
    )


def test_a_certificate_may_be_there_before_https_is(tmp_path: Path) -> None:
    text = (
        f"pools: {{p: {{hosts: {{h: {{local: {{}}, xapi: {{certificate_sha256: {DIGEST}}}}}}}}}}}"
    )
    assert load(written(tmp_path, text)).find("h").xapi == XapiSettings(certificate_sha256=DIGEST)


def test_a_password_open_to_others_is_refused_with_the_command_that_closes_it(
    tmp_path: Path, secret: Path
) -> None:
    secret.chmod(0o640)
    file = written(tmp_path, HTTPS)
    said = f"{secret}: open to other users; run: chmod 600 {secret}"
    assert refused(file) == (f"{file}:3: pools.modular.xapi.password_file: {said}",)


def test_the_password_itself_is_never_shown(tmp_path: Path, secret: Path) -> None:
    secret.write_text("correct horse\n")
    shown = effective(load(written(tmp_path, HTTPS)).document)
    assert str(secret) in shown
    assert "correct horse" not in shown


def test_what_is_shown_of_https_reads_back_to_the_same(tmp_path: Path, secret: Path) -> None:
    found = load(written(tmp_path, HTTPS))
    shown = effective(found.document)
    assert xapi_of(loads(shown.encode(), Path("elsewhere.yml"))) == xapi_of(found)
    hosts = yaml.safe_load(shown)["pools"]["modular"]["hosts"]
    assert hosts["by_ssh"]["xapi"] == {
        "address": "192.0.2.11",
        "port": 443,
        "certificate_sha256": DIGEST,
    }
    assert hosts["old"]["xapi"] == {}
