"""A pool as `xe` prints it: what a host with it answers, for a fake host; ways to ask it."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from collectors.host import Output
from collectors.xapi.by_xe import XeXapi
from collectors.xapi.records import PoolState
from collectors.xapi.source import Inquiry, XapiFailed, XapiSource
from collectors.xapi.xe_lists import CLEAN, LISTS, PATCHES, ROLLING_UPGRADE, UPDATES, Lookup
from tests.collectors.xe_printer import printed
from tests.fakes import Answer, FakeHost, refused

Record = dict[str, str]
Lists = dict[str, list[Record]]


def uuid(of: str) -> str:
    """A uuid that ends with something short and hexadecimal."""
    return f"5f2c0e0a-0000-4000-8000-{of:0>12}"


POOL, UPDATE = uuid("90"), uuid("99")
FIRST, SECOND = uuid("c1"), uuid("c2")
LUN, ISO = uuid("a1"), uuid("a2")
LUN_PBD, ISO_PBD = uuid("b1"), uuid("b2")
DOM0, GUEST = uuid("d0"), uuid("d1")
TASK = uuid("e1")
VERSION = (
    "product_version: 8.3.0; product_version_text: 8.3; platform_name: XCP; "
    "product_brand: XCP-ng; xapi: 26.1; xs:main: XenServer Pack, version 8.3, build 1"
)


def lists() -> Lists:
    """Two hosts, a LUN and an ISO library, a guest, its host's control domain, a task."""
    return {
        "pool": [
            {
                "uuid": POOL,
                "name-label": "modular",
                "master": FIRST,
                "ha-enabled": "true",
                "ha-host-failures-to-tolerate": "1",
                "ha-plan-exists-for": "1",
                "ha-overcommitted": "false",
            }
        ],
        "host": [_host(SECOND, 2, ""), _host(FIRST, 1, UPDATE)],
        "sr": [
            _sr(LUN, "IMS LUN0", "lvmohba", "") | {"physical-size": "100"},
            _sr(ISO, "NFS ISO library", "iso", "iso") | {"current-operations": "PBD.create; scan"},
        ],
        "pbd": [
            _pbd(LUN_PBD, LUN, "SCSIid: 222be000155b3f1c2")
            | {"other-config": "mpath-222be000155b3f1c2: [1, 2]; multipathed: true"},
            _pbd(ISO_PBD, ISO, "location: 192.0.2.9:/export/iso; type: nfs_iso"),
        ],
        "vm": [
            _vm(GUEST, "web: a; b") | {"current-operations": "hard_shutdown"},
            _vm(DOM0, "Control domain on host: xenserver1")
            | {"is-control-domain": "true", "dom-id": "0"},
        ],
        "task": [
            {
                "uuid": TASK,
                "name-label": "Async.VM.hard_shutdown",
                "status": "pending",
                "progress": "0.25",
                "created": "20250319T04:16:24Z",
            }
        ],
    }


def _host(of: str, number: int, updates: str) -> Record:
    return {
        "uuid": of,
        "name-label": f"xenserver{number}",
        "current-operations": "",
        "enabled": "true",
        "software-version": VERSION,
        "hostname": f"xenserver{number}.example",
        "address": f"192.0.2.1{number}",
        "host-metrics-live": "true",
        "patches": "",
        "updates": updates,
    }


def _sr(of: str, name: str, kind: str, content: str) -> Record:
    return {
        "uuid": of,
        "name-label": name,
        "current-operations": "",
        "virtual-allocation": "30",
        "physical-utilisation": "40",
        "physical-size": "-1",
        "type": kind,
        "content-type": content,
        "shared": "true",
    }


def _pbd(of: str, sr: str, config: str) -> Record:
    return {
        "uuid": of,
        "host-uuid": FIRST,
        "sr-uuid": sr,
        "device-config": config,
        "currently-attached": "true",
        "other-config": "",
    }


def _vm(of: str, name: str) -> Record:
    return {
        "uuid": of,
        "name-label": name,
        "is-control-domain": "false",
        "power-state": "running",
        "current-operations": "",
        "resident-on": FIRST,
        "dom-id": "7",
    }


def as_in_6_0(pool: Lists) -> Lists:
    """The same pool behind an xe that has no updates and does not know the names of later ones."""
    hosts = [
        {name: value for name, value in host.items() if name != "updates"}
        | {"patches": host["updates"]}
        for host in pool["host"]
    ]
    return pool | {"host": hosts}


def line(*words: str) -> str:
    """The whole command line of one xe."""
    return " ".join((*CLEAN, "xe", *words))


def lookup(kind: str, of: str, field: str, key: str) -> str:
    """The whole command line that asks for one key of a map."""
    return line(*Lookup(kind, of, field, key).words)


ROLLING = lookup("pool", POOL, "other-config", ROLLING_UPGRADE)


def no_key(key: str) -> Answer:
    """What xe says where a map has no such key."""
    return refused(f"Error: Key {key} not found in map\n", 1)


def answers(pool: Mapping[str, Sequence[Record]]) -> dict[str, Answer]:
    """What a host with this pool answers."""
    table: dict[str, Answer] = {line(*each.words): printed(pool[each.kind]) for each in LISTS}
    names = printed([{"uuid": UPDATE, "name-label": "XS602E005"}])
    return table | {
        ROLLING: no_key(ROLLING_UPGRADE),
        line(*UPDATES.words): names,
        line(*PATCHES.words): names,
    }


async def read(source: XapiSource, heard: list[Output] | None = None) -> PoolState:
    trace = (heard if heard is not None else []).append
    return await source.read(Inquiry(asyncio.get_running_loop().time() + 2, 0.0, trace))


async def state_of(pool: Lists, **more: Answer) -> PoolState:
    return await read(XeXapi(FakeHost(answers(pool) | more)))


async def failure_of(changed: dict[str, Answer]) -> XapiFailed:
    with pytest.raises(XapiFailed) as caught:
        await read(XeXapi(FakeHost(answers(lists()) | changed)))
    return caught.value
