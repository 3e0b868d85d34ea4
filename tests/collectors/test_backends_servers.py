"""From a PBD's device-config to the servers behind it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.backends_servers import Backend, Server, backends_of, server_in
from collectors.xapi.records import Pbd, Sr
from tests.collectors.host_in_pool import HERE, STATE


def backend(kind: str, **config: str) -> Backend | None:
    """The back end of an SR of this type with this device-config."""
    sr = Sr("sr", "name", kind, "user", True)
    state = replace(STATE, srs=(sr,), pbds=(Pbd("pbd", "sr", HERE, True, config),))
    return next(iter(backends_of(state, HERE)), None)


def servers(kind: str, **config: str) -> list[str]:
    found = backend(kind, **config)
    assert found is not None
    return [str(server) for server in found.servers]


def test_nfs_is_asked_at_its_port() -> None:
    assert servers("nfs", server="192.0.2.9", serverpath="/x") == ["192.0.2.9:2049"]
    assert servers("nfs", server="2001:db8::9") == ["[2001:db8::9]:2049"]
    assert servers("nfs", server="nas.example.com") == ["nas.example.com:2049"]


def test_an_iso_library_is_on_nfs_or_smb_as_its_location_says() -> None:
    assert servers("iso", location="192.0.2.9:/iso", type="nfs_iso") == ["192.0.2.9:2049"]
    assert servers("iso", location="nas:/iso") == ["nas:2049"]
    assert servers("iso", location="[2001:db8::9]:/iso") == ["[2001:db8::9]:2049"]
    assert servers("iso", location="//nas/iso", type="cifs") == ["nas:445"]
    assert servers("iso", location="//nas/iso") == ["nas:445"]
    assert servers("iso", location=r"\\nas\iso", type="cifs") == ["nas:445"]
    assert servers("smb", server=r"\\nas\vhds") == ["nas:445"]


def test_a_library_in_a_folder_of_the_host_has_no_server() -> None:
    assert backend("iso", location="/opt/xensource/packages/iso", legacy_mode="true") is None
    assert backend("iso", location="/opt/xensource/packages/iso") is None
    assert backend("lvmohba", SCSIid="222be000155b3f1c2") is None


def test_iscsi_has_every_portal_once_with_its_own_port() -> None:
    assert servers("lvmoiscsi", target="192.0.2.7") == ["192.0.2.7:3260"]
    assert servers("iscsi", target="192.0.2.7,192.0.2.8", port="860") == [
        "192.0.2.7:860",
        "192.0.2.8:860",
    ]
    homes = "192.0.2.7:3260,192.0.2.8:3261,[2001:db8::7]:3260"
    assert servers("lvmoiscsi", target="192.0.2.7", multihomelist=homes) == [
        "192.0.2.7:3260",
        "192.0.2.8:3261",
        "[2001:db8::7]:3260",
    ]


@pytest.mark.parametrize("port", ["0", "65536", "x", ""])
def test_a_port_that_is_none_is_the_usual_one(port: str) -> None:
    assert servers("iscsi", target="192.0.2.7", port=port) == ["192.0.2.7:3260"]


@pytest.mark.parametrize(
    ("kind", "config", "unread"),
    [
        ("nfs", {}, ""),
        ("nfs", {"server": "-o proxy"}, "-o proxy"),
        ("nfs", {"server": "a/../b"}, "a/../b"),
        ("nfs", {"server": "[nas]"}, "[nas]"),
        ("nfs", {"server": "nas:99999"}, "nas:99999"),
        ("nfs", {"server": "nas:²"}, "nas:²"),
        ("iso", {"location": "nowhere", "type": "nfs_iso"}, "nowhere:"),
        ("iscsi", {}, ""),
    ],
)
def test_what_looks_like_no_address_is_kept_apart(
    kind: str, config: dict[str, str], unread: str
) -> None:
    found = backend(kind, **config)
    assert found is not None
    if unread == "nowhere:":
        # A location without a path still names a host.
        assert [str(server) for server in found.servers] == ["nowhere:2049"]
    else:
        assert (found.servers, found.unread) == ((), (unread,))


def test_srs_of_other_hosts_and_dangling_pbds_are_left_out() -> None:
    state = replace(STATE, pbds=(Pbd("pbd", "gone", HERE, True), Pbd("other", None, None, True)))
    assert backends_of(state, HERE) == ()


@given(st.text(max_size=40))
def test_no_text_becomes_an_address_that_a_path_or_a_shell_could_mistake(text: str) -> None:
    server = server_in(text, 2049)
    if server is not None:
        assert not set(server.address) & set(" /\\$`\"';&|<>\n\t")
        assert not server.address.startswith("-")
        assert 0 < server.port < 65536


def test_a_server_is_shown_with_brackets_where_a_colon_would_be_two() -> None:
    assert str(Server("2001:db8::9", 2049)) == "[2001:db8::9]:2049"
