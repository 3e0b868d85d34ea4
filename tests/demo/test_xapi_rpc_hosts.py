"""XAPI of the simulated hosts: through SSH where its OpenSSH can, by HTTPS where its TLS is new."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from exporter.demo.pool.database import tables
from exporter.demo.server import DemoPool
from tests.demo.test_server import connected
from tests.demo.xapi_pool import Http, Json, Xml

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
SOCKET = "/var/lib/xcp/xapi"
LOGIN = "session.login_with_password"


@pytest.fixture
async def pool() -> AsyncIterator[DemoPool]:
    """A running pool of three hosts."""
    async with DemoPool(login_delay=0.0) as running:
        yield running


@asynccontextmanager
async def forwarded(pool: DemoPool, host: str, folder: Path) -> AsyncIterator[Path]:
    """A host's XAPI socket, forwarded by SSH to one of this machine."""
    path = folder / host
    async with connected(pool, host) as connection:
        listener = await connection.forward_local_path(str(path), SOCKET)
        yield path
        listener.close()


def by_https(pool: DemoPool, host: str) -> HTTPSConnection:
    """A connection that trusts whom it finds."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    port = pool.https_ports[host]
    return HTTPSConnection("127.0.0.1", port, context=context, timeout=20)


async def logged_in(pool: DemoPool, host: str) -> tuple[Json, str]:
    """A client by HTTPS, and its session."""
    client = Json(by_https(pool, host))
    return client, await client.call(LOGIN, "root", pool.password, "1.0", "tests")


@pytest.mark.parametrize("host", ["xcp82", "xcp83"])
async def test_the_socket_of_xapi_can_be_forwarded(
    pool: DemoPool, tmp_path: Path, host: str
) -> None:
    async with forwarded(pool, host, tmp_path) as path:
        client = Json(path)
        session = await client.login()
        hosts = await client.call("host.get_all_records", session)
        client.close()
    assert {record["name_label"] for record in hosts.values()} == set(pool.ports)


async def test_openssh_4_3_forwards_no_socket(pool: DemoPool) -> None:
    async with connected(pool, "xenserver1") as connection:
        with pytest.raises(asyncssh.ChannelOpenError, match="unknown channel type"):
            await connection.open_unix_connection("/var/xapi/xapi")


async def test_members_answer_by_https_where_the_coordinator_is(pool: DemoPool) -> None:
    assert set(pool.https_ports) == {"xcp82", "xcp83"}
    client = Json(by_https(pool, "xcp83"))
    refusal = await client.refusal(LOGIN, "root", pool.password)
    address = pool.model.chassis.hosts["xenserver1"].address
    assert refusal == ["HOST_IS_SLAVE", address]


async def test_the_coordinator_answers_by_https_who_knows_the_password(pool: DemoPool) -> None:
    pool.apply("coordinator.moved")
    client, session = await logged_in(pool, "xcp82")
    pools = await client.call("pool.get_all_records", session)
    assert [record["name_label"] for record in pools.values()] == ["modular"]
    refusal = await client.refusal(LOGIN, "root", "guess")
    assert refusal[:2] == ["SESSION_AUTHENTICATION_FAILED", "root"]


async def test_every_certificate_has_its_own_fingerprint(pool: DemoPool) -> None:
    seen = {
        host: await asyncio.to_thread(certificate_sha256, pool, host) for host in pool.https_ports
    }
    assert seen == pool.fingerprints
    assert len(set(seen.values())) == 2


def certificate_sha256(pool: DemoPool, host: str) -> str:
    """The fingerprint of the certificate a host shows."""
    connection = by_https(pool, host)
    connection.connect()
    assert isinstance(connection.sock, ssl.SSLSocket)
    assert connection.sock.version() in {"TLSv1.2", "TLSv1.3"}
    der = connection.sock.getpeercert(binary_form=True)
    connection.close()
    assert der is not None
    return hashlib.sha256(der).hexdigest()


async def test_only_8_3_has_a_page_for_people(pool: DemoPool) -> None:
    answers = {
        host: (await Http(by_https(pool, host)).send("GET", "/")).status
        for host in pool.https_ports
    }
    assert answers == {"xcp82": 404, "xcp83": 200}


async def test_with_the_coordinator_lost_xapi_hangs_until_it_is_back(
    pool: DemoPool, tmp_path: Path
) -> None:
    pool.apply("coordinator.lost")
    async with forwarded(pool, "xcp82", tmp_path) as path:
        client = Json(path)
        waiting = asyncio.create_task(client.login())
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
        pool.apply("coordinator.back")
        assert await waiting
        client.close()


async def test_a_lost_host_answers_no_call(pool: DemoPool) -> None:
    pool.apply("xcp83.lost")
    client = Json(by_https(pool, "xcp83"))
    waiting = asyncio.create_task(client.refusal(LOGIN, "root", pool.password))
    done, _ = await asyncio.wait({waiting}, timeout=0.3)
    assert not done
    pool.apply("xcp83.returned")
    assert (await waiting)[0] == "HOST_IS_SLAVE"


async def test_a_fault_is_an_event(pool: DemoPool) -> None:
    pool.apply("coordinator.moved")
    client, session = await logged_in(pool, "xcp82")
    first = await client.call("event.from", session, ["pbd"], "", 0.0)
    assert {event["operation"] for event in first["events"]} == {"add"}
    wait = client.call("event.from", session, ["pbd"], first["token"], 20.0)
    waiting = asyncio.create_task(wait)
    await asyncio.sleep(0.1)
    pool.apply("pbd.unplugged")
    events: list[dict[str, Any]] = (await waiting)["events"]
    assert [event["operation"] for event in events] == ["mod"]
    assert events[0]["snapshot"]["currently_attached"] is False


async def test_every_class_travels_both_ways(pool: DemoPool, tmp_path: Path) -> None:

    async with forwarded(pool, "xcp83", tmp_path) as path:
        json_client, xml_client = Json(path), Xml(path)
        session = await json_client.login()
        for kind in tables(pool.model, "xcp83"):
            by_json = await json_client.call(f"{kind}.get_all_records", session)
            by_xml = await xml_client.call(f"{kind}.get_all_records", session)
            assert set(by_json) == set(by_xml)
            for ref, record in by_json.items():
                assert plain(by_xml[ref]) == record
        json_client.close()


def plain(record: dict[str, Any]) -> dict[str, Any]:
    """A record with its times as text, as JSON has them."""
    return {key: getattr(value, "value", value) for key, value in record.items()}
