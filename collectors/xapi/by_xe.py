"""XAPI asked by its command line, `xe`: the way for hosts whose sockets cannot be had."""

import asyncio
from collections import Counter
from collections.abc import Mapping

from collectors.host import DeadlineExceeded, Host, HostError, Output, Stuck
from collectors.parsing import Parsed, ParseError
from collectors.xapi.records import PoolState
from collectors.xapi.source import Inquiry, XapiFailed
from collectors.xapi.xe_failures import failure_of, host_failure, not_a_list, without_secrets
from collectors.xapi.xe_lists import (
    CLEAN,
    HOSTS,
    LISTS,
    PATCHES,
    PBDS,
    ROLLING_UPGRADE,
    UPDATES,
    Lookup,
    XeAnswers,
    XeList,
)
from collectors.xapi.xe_maps import lookups
from collectors.xapi.xe_records import hotfix_uuids
from collectors.xapi.xe_state import state_from_xe
from collectors.xapi.xe_values import is_uuid, text
from collectors.xe_complete import END, Record, complete_records
from collectors.xe_errors import xe_error

Lists = Mapping[str, Parsed[Record]]
MOST_LOOKUPS = 10
"""Keys of maps that one read looks up, each by an xe of its own. What is beyond is left out, and
the next reads go on with it."""


class XeXapi:
    """XAPI behind one host's `xe`, which forwards to the coordinator where it is a member.

    Commands run one after the other, and after one that gave no answer in time the next read
    begins with that same one: with the coordinator gone xe waits for ever, and the host starts
    no second run of a command that still hangs. So at most one xe hangs on a member.
    """

    via = "xe"

    def __init__(self, host: Host) -> None:
        self._host = host
        self._late: tuple[str, ...] | None = None
        """The command that has not ended, also where the reader was cancelled meanwhile."""
        self._looked_up: dict[tuple[Lookup, str], str | None] = {}
        """By what was asked and the text that made it necessary."""
        self._answered = 0
        """How many commands of this read XAPI answered."""

    async def read(self, inquiry: Inquiry) -> PoolState:
        """The pool's data as this member tells it. Raises XapiFailed."""
        self._answered = 0
        if self._late is not None:
            await self._run(inquiry, self._late)
        lists = {each.kind: await self._list(inquiry, each) for each in LISTS}
        answers = XeAnswers(
            lists,
            await self._hotfix_names(inquiry, lists["host"]),
            await self._rolling_upgrade(inquiry, lists["pool"]),
            await self._keys(inquiry, lists),
        )
        return await asyncio.to_thread(state_from_xe, answers)

    def stuck(self) -> Mapping[str, float]:
        """Nothing: the host itself names commands that hang."""
        return {}

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _list(self, inquiry: Inquiry, asked: XeList) -> Parsed[Record]:
        output = await self._run(inquiry, asked.words)
        _raise_failure(output, asked.command)
        told = output.stdout
        try:
            parsed = await asyncio.to_thread(complete_records, told, frozenset(asked.fields))
        except ParseError as error:
            raise not_a_list(told, error, asked.command) from None
        if told.strip() and not told.endswith(END):
            raise XapiFailed("lost_connection", f"xe {asked.command}: its answer is cut off")
        return parsed

    async def _hotfix_names(
        self, inquiry: Inquiry, hosts: Parsed[Record]
    ) -> Mapping[str, str] | None:
        """Names by uuid; asked for only when something is applied somewhere."""
        if not any(hotfix_uuids(record) for record in hosts.records):
            return {}
        is_new = any("updates" in record for record in hosts.records)
        try:
            found = await self._list(inquiry, UPDATES if is_new else PATCHES)
        except XapiFailed as failure:
            if failure.reason != "method_unknown":
                raise
            return None
        named = [each for each in found.records if is_uuid(each)]
        times = Counter(each["uuid"] for each in named)
        return {
            each["uuid"]: text(each, "name-label") for each in named if times[each["uuid"]] == 1
        }

    async def _rolling_upgrade(self, inquiry: Inquiry, pools: Parsed[Record]) -> bool:
        uuid = next((record["uuid"] for record in pools.records if is_uuid(record)), None)
        if uuid is None:
            return False
        asked = Lookup("pool", uuid, "other-config", ROLLING_UPGRADE)
        return await self._key(inquiry, asked) is not None

    async def _keys(self, inquiry: Inquiry, lists: Lists) -> Mapping[Lookup, str | None]:
        """What the texts of maps do not tell, from earlier reads or from xe; hosts come first."""
        wanted = {
            need
            for kind in (HOSTS.kind, PBDS.kind)
            for record in lists[kind].records
            for need in lookups(kind, record)
        }
        self._looked_up = {need: self._looked_up[need] for need in wanted & self._looked_up.keys()}
        for asked, of_map in sorted(wanted - self._looked_up.keys(), key=str)[:MOST_LOOKUPS]:
            self._looked_up[asked, of_map] = await self._key(inquiry, asked)
        return {asked: value for (asked, _), value in self._looked_up.items()}

    async def _key(self, inquiry: Inquiry, asked: Lookup) -> str | None:
        """One key of a map, None where it has no such key (or the object is gone by now)."""
        output = await self._run(inquiry, asked.words)
        error = xe_error(output.stderr) if output.exit_status else None
        if error is not None and error.kind == "no-such-object":
            return None
        _raise_failure(output, asked.words[0])
        return output.stdout.removesuffix("\n")

    async def _run(self, inquiry: Inquiry, words: tuple[str, ...]) -> Output:
        argv = (*CLEAN, "xe", *words)
        self._late = words
        try:
            output = await self._host.run(argv, deadline=inquiry.deadline)
        except HostError as error:
            if not isinstance(error, DeadlineExceeded | Stuck):
                self._late = None
            heard = error.output or Output(argv, exit_status=None, failure=str(error))
            inquiry.trace(await asyncio.to_thread(without_secrets, heard))
            raise host_failure(error, words[0], self._answered) from None
        self._late = None
        self._answered += output.exit_status == 0
        inquiry.trace(await asyncio.to_thread(without_secrets, output))
        return output


def _raise_failure(output: Output, command: str) -> None:
    failure = failure_of(output, command)
    if failure is not None:
        raise failure
