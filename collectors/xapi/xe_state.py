"""The pool's state from what xe answered. Pure: no I/O, no clock."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar

from collectors.xapi import xe_records
from collectors.xapi.records import Pool, PoolState
from collectors.xapi.rules import Damaged, once
from collectors.xapi.source import XapiFailed
from collectors.xapi.xe_lists import XeAnswers
from collectors.xe_complete import Record

R = TypeVar("R")


def state_from_xe(answers: XeAnswers) -> PoolState:
    """Records sorted by uuid; one that cannot be read beyond doubt is left out and counted.

    Raises XapiFailed where the pool itself is among those.
    """
    reader = _Reader(answers)
    pools = reader.read("pool", lambda r: xe_records.pool(r, answers.rolling_upgrade))
    pool = _only(pools, reader.damaged.get("pool", 0))
    hosts = reader.read("host", lambda r: xe_records.host(r, answers.hotfix_names, answers.keys))
    return PoolState(
        pool=pool,
        hosts=hosts,
        srs=reader.read("sr", xe_records.sr),
        pbds=reader.read("pbd", lambda r: xe_records.pbd(r, answers.keys)),
        vms=reader.read("vm", xe_records.vm),
        tasks=reader.read("task", xe_records.task),
        messages=None,
        damaged=sum(reader.damaged.values()),
        damaged_kinds=tuple(sorted(reader.damaged)),
    )


def _only(pools: tuple[Pool, ...], damaged: int) -> Pool:
    if len(pools) != 1 or damaged:
        found = (str(len(pools)) if pools else "none") + (f" and {damaged} damaged" * (damaged > 0))
        raise XapiFailed("unparsable", f"xe pool-list: expected one whole pool, found {found}")
    return pools[0]


class _Reader:
    def __init__(self, answers: XeAnswers) -> None:
        self._lists = answers.lists
        self.damaged: dict[str, int] = {}
        """Records left out, by kind."""

    def read(self, kind: str, build: Callable[[Record], R]) -> tuple[R, ...]:
        """The records of one kind."""
        parsed = self._lists[kind]
        found: list[Any] = []
        seen: set[str] = set()
        bad = parsed.damaged
        for record in parsed.records:
            try:
                once(record.get("uuid"), seen)
                found.append(build(record))
            except Damaged:
                bad += 1
        if bad:
            self.damaged[kind] = bad
        found.sort(key=attrgetter("uuid"))
        return tuple(found)
