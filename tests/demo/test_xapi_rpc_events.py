"""event.from of the simulated XAPI: everything once, then only what changed, as soon as it does."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from exporter.demo.xapi_rpc.xapi import XapiPool
from tests.demo.xapi_pool import FakeDatabase, Json, Xml, pool_of, served

CLASSES = ["pool", "host", "pbd", "message"]


@dataclass
class Listening:
    """A client that follows the events of a pool."""

    client: Json
    session: str
    database: FakeDatabase
    pool: XapiPool
    token: str = ""

    async def hear(self, *classes: str, timeout: float = 0.0) -> list[dict[str, Any]]:
        """What happened since the last call."""
        wanted = list(classes or CLASSES)
        told = await self.client.call("event.from", self.session, wanted, self.token, timeout)
        self.token = told["token"]
        return list(told["events"])


@pytest.fixture
async def listening(tmp_path: Path) -> AsyncIterator[Listening]:
    """A client that has not asked yet."""
    database = FakeDatabase()
    pool = pool_of(database)
    async with served(tmp_path, pool=pool) as path:
        client = Json(path)
        yield Listening(client, await client.login(), database, pool)
        client.close()


async def test_the_first_answer_is_everything(listening: Listening) -> None:
    events = await listening.hear("PBD", "host")
    assert [(event["class"], event["operation"], event["ref"]) for event in events] == [
        ("host", "add", "OpaqueRef:a"),
        ("host", "add", "OpaqueRef:b"),
        ("pbd", "add", "OpaqueRef:x"),
    ]
    assert events[1]["snapshot"]["uuid"] == "host-b"


async def test_objects_are_counted_class_by_class(listening: Listening) -> None:
    told = await listening.client.call("event.from", listening.session, ["pool"], "", 0)
    assert told["valid_ref_counts"] == {"pool": 1, "host": 2, "pbd": 1, "task": 1, "message": 2}


async def test_later_only_changes_are_told(listening: Listening) -> None:
    await listening.hear()
    assert await listening.hear() == []
    objects = listening.database.objects
    objects["host"]["OpaqueRef:a"] = {"uuid": "host-a", "enabled": False}
    objects["PBD"]["OpaqueRef:y"] = {"uuid": "pbd-2"}
    objects["task"].clear()
    del objects["message"]["OpaqueRef:m"]
    events = await listening.hear()
    assert [(event["operation"], event["ref"]) for event in events] == [
        ("add", "OpaqueRef:y"),
        ("mod", "OpaqueRef:a"),
        ("del", "OpaqueRef:m"),
    ]
    assert "snapshot" not in events[-1]
    assert await listening.hear() == []


async def test_what_came_and_went_unseen_is_not_told(listening: Listening) -> None:
    await listening.hear()
    pbds = listening.database.objects["PBD"]
    pbds["OpaqueRef:y"] = {"uuid": "pbd-2"}
    await listening.client.call("event.from", listening.session, ["task"], listening.token, 0)
    del pbds["OpaqueRef:y"]
    assert await listening.hear() == []


async def test_one_object_can_be_followed(listening: Listening) -> None:
    events = await listening.hear("host/OpaqueRef:b")
    assert [event["ref"] for event in events] == ["OpaqueRef:b"]
    listening.token = ""
    assert len(await listening.hear("*")) == 7


async def test_a_call_waits_for_a_change(listening: Listening) -> None:
    await listening.hear()
    waiting = asyncio.create_task(listening.hear(timeout=20.0))
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    listening.database.objects["pool"].clear()
    assert [event["operation"] for event in await waiting] == ["del"]


async def test_a_call_ends_with_its_timeout(listening: Listening) -> None:
    await listening.hear()
    token, loop = listening.token, asyncio.get_running_loop()
    started = loop.time()
    assert await listening.hear(timeout=0.1) == []
    assert loop.time() - started >= 0.1
    assert listening.token == token


async def test_a_waiting_call_ends_with_its_session(listening: Listening) -> None:
    await listening.hear()
    call = ("event.from", listening.session, CLASSES, listening.token, 20.0)
    waiting = asyncio.create_task(listening.client.refusal(*call))
    await asyncio.sleep(0.03)
    listening.pool.sessions.close_all()
    assert await waiting == ["SESSION_INVALID", listening.session]


async def test_a_waiting_call_outlives_its_timeout_without_the_coordinator(
    listening: Listening,
) -> None:
    await listening.hear()
    waiting = asyncio.create_task(listening.hear(timeout=0.05))
    listening.database.silent = True
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    assert not done
    listening.database.silent = False
    assert await waiting == []


async def test_a_token_is_good_at_every_host(listening: Listening, tmp_path: Path) -> None:
    await listening.hear()
    async with served(tmp_path, pool=listening.pool, host="b") as path:
        listening.client = Json(path)
        await listening.hear()
        listening.database.objects["PBD"].clear()
        assert [event["operation"] for event in await listening.hear()] == ["del"]


async def test_a_token_that_is_none_is_refused_since_6_5(
    listening: Listening, tmp_path: Path
) -> None:
    call = ("event.from", listening.session, ["pool"], "rubbish", 0.0)
    refusal = ["EVENT_FROM_TOKEN_PARSE_FAILURE", "rubbish"]
    assert await listening.client.refusal(*call) == refusal
    async with served(tmp_path, pool=listening.pool, host="b", dialect="xml") as path:
        told = await Xml(path).call(*call)
        assert len(told["events"]) == 1
        again = await Xml(path).call(*call[:3], told["token"], 0.0)
    assert again["events"] == []
