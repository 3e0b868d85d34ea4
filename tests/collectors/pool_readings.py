"""Readings of a small pool, as its collectors get them, and a pool that hands them out."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from collectors.multipath_reading import MultipathReading
from collectors.multipath_records import Group, Map, Path
from collectors.registry import Collector, Look, View
from collectors.xapi.access import MemberAnswer, PoolReading
from collectors.xapi.records import PathCount, Pbd, Pool, PoolHost, PoolState, Sr
from tests.fakes import FakeHost

NOW = 1_700_000_000.0
LUN = "22202000155fdb615"
NAMES = {"uuid-a": "a", "uuid-b": "b", "uuid-c": "c"}
POOL = Pool("uuid-pool", "modular", "uuid-a")
SHARED = Sr("sr-1", "IMS LUN0", "lvmohba", "", True, size=1000, utilisation=100)
ANSWER = {"a": MemberAnswer("uuid-a", True)}


def host(uuid: str, **facts: Any) -> PoolHost:
    """A host that is well, but for `facts`."""
    name = NAMES.get(uuid, uuid)
    sound = PoolHost(uuid, name, name, "192.0.2.11", True, True, "XCP-ng 8.3.0")
    return replace(sound, **facts)


def pbd(number: str, on: str, **facts: Any) -> Pbd:
    """An attached PBD of the shared SR with two paths of two, but for `facts`."""
    sound = Pbd(
        f"pbd-{number}",
        "sr-1",
        f"uuid-{on}",
        True,
        {"SCSIid": LUN},
        multipathed=True,
        path_counts={LUN: PathCount(2, 2)},
    )
    return replace(sound, **facts)


HOSTS = (host("uuid-a"), host("uuid-b"), host("uuid-c"))
STATE = PoolState(POOL, HOSTS, (SHARED,), tuple(pbd(name, name) for name in "abc"))


def with_pbd(**facts: Any) -> PoolState:
    """The pool with this PBD on host c."""
    return replace(STATE, pbds=(pbd("a", "a"), pbd("b", "b"), pbd("c", "c", **facts)))


def members(**facts: Any) -> dict[str, MemberAnswer]:
    """Every host of the pool as a member that is well, but for those named in `facts`."""
    sound = {name: MemberAnswer(uuid, True) for uuid, name in NAMES.items()}
    return {**sound, **facts}


def reading(state: PoolState | None = STATE, **facts: Any) -> PoolReading:
    """What the members told, `a` speaking."""
    via = "a, JSON-RPC over the unix socket" if state else ""
    told_by = "a" if state else None
    return replace(PoolReading(state, via, NOW, members(), NAMES, told_by=told_by), **facts)


def refused(reason: str, refusal: str = "", answers: bool | None = True) -> MemberAnswer:
    """A member whose XAPI gave nothing."""
    return MemberAnswer(None, answers, refusal or f"XAPI says {reason}", reason)


async def look_at(collector: Collector, told: PoolReading) -> Any:
    """What a pool's collector makes of a reading."""
    deadline = asyncio.get_running_loop().time() + 2
    return await collector.read(Look(FakeHost({}), deadline, pool=FakePool(told)))


@dataclass
class FakePool:
    """A pool that gives a reading prepared before."""

    reading: PoolReading

    async def read(self, deadline: float) -> PoolReading:
        return self.reading


def own_maps(*checkers: str, seen: int | None = None, **facts: Any) -> MultipathReading:
    """A host's multipath reading: one map of the LUN, one path for each checker state."""
    paths = tuple(
        Path(f"0:0:{number}:0", f"sd{number}", 8, number, "active", checker, None)
        for number, checker in enumerate(checkers)
    )
    group = Group("round-robin 0", 50, "active", paths)
    one = Map(LUN, None, "dm-0", None, None, None, (), None, None, None, (group,))
    maps = (one,) if checkers else ()
    remembered = {LUN: len(paths) if seen is None else seen}
    return MultipathReading(maps, "multipath -ll", seen=remembered, **facts)


def state_of_cell(page: dict[str, float], family: str, **labels: str) -> str:
    """The one state of a state set that is 1."""
    inside = ",".join(f'{name}="{value}"' for name, value in labels.items())
    start = f'{family}{{{inside},state="'
    (state,) = (key[len(start) : -2] for key, v in page.items() if key.startswith(start) and v)
    return state


def own(**readings: MultipathReading) -> View:
    """A view of the multipath readings of these hosts."""
    return View(members={"multipath": readings})
