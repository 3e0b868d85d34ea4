"""One pool, read once for all who ask, by whichever member answers."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from collectors.host import DeadlineExceeded, HostError, Output, loop_time
from collectors.xapi.access import MemberAnswer, PoolReading
from collectors.xapi.history import MessageHistory
from collectors.xapi.identities import Identities
from collectors.xapi.members import Attempt, Member, attempts, names_of
from collectors.xapi.race import Race, Refusal
from collectors.xapi.records import PoolState
from collectors.xapi.source import Inquiry, XapiSource

SHARED_SECONDS = 10.0
"""A reading is shared with everyone who asks within so many seconds: sixteen hosts and their pool,
scraped in turn, cost one read."""
ALIKE = 1.2
"""Who has up to so many times the time of a read that failed would hear the same."""
MARGIN = 0.03
LEAST_MARGIN = 0.1
"""Share of the time kept back, so that why no member answered is known before the asker leaves, and
seconds at least of a longer one than half a second: the event loop may be late itself."""


@dataclass(frozen=True, slots=True)
class Run:
    """A read under way, or done at `ended` (event loop's clock); it had `seconds` for it."""

    task: asyncio.Task[PoolReading]
    seconds: float
    ended: float = 0.0

    def serves(self, seconds: float) -> bool:
        """Whether who has so many seconds may take its result: data serve everyone, but a
        failure may only mean that the time was short."""
        return self.task.result().state is not None or seconds <= ALIKE * self.seconds


class PoolReader:
    """The members of a pool and the last reading. `clock` gives Unix time."""

    def __init__(
        self,
        members: Sequence[Member],
        clock: Callable[[], float],
        shared_seconds: float = SHARED_SECONDS,
    ) -> None:
        self._members = tuple(members)
        self._clock = clock
        self._shared_seconds = shared_seconds
        self._identities = Identities()
        self._addresses: dict[str, str] = {}
        self._worked: Attempt | None = None
        self._pool: str | None = None
        self._coordinator: str | None = None
        self._history = MessageHistory()
        self._kept: Run | None = None
        self._running: Run | None = None

    async def read(self, deadline: float) -> PoolReading:
        """The pool's data, until `deadline` (event loop's clock). Raises HostError."""
        seconds = deadline - loop_time()
        while True:
            kept = self._kept
            if kept and loop_time() - kept.ended < self._shared_seconds and kept.serves(seconds):
                return kept.task.result()
            run = self._running or self._start(deadline, seconds)
            await asyncio.wait({run.task}, timeout=max(0.0, deadline - loop_time()))
            if not run.task.done():
                raise DeadlineExceeded("the pool's XAPI gave no answer in time")
            if run.task.cancelled():
                raise HostError("the pool is no longer watched")
            if run.serves(seconds):
                return run.task.result()

    async def fresh(self, deadline: float) -> PoolReading:
        """The same from a read that begins after now: none that others share. Raises HostError."""
        if self._running is not None:
            patience = max(0.0, deadline - loop_time())
            await asyncio.wait({self._running.task}, timeout=patience)
        self._kept = None
        return await self.read(deadline)

    def follow(self, members: Sequence[Member]) -> list[XapiSource]:
        """Ask these members from now on; gives the sources to close, of those that are gone."""
        kept = {id(member) for member in members}
        gone = [member for member in self._members if id(member) not in kept]
        self._members = tuple(members)
        self._kept = None
        return [source for member in gone for source in member.sources]

    def member(self, name: str) -> Member | None:
        """The member of that name, or None."""
        return next((member for member in self._members if member.name == name), None)

    def stuck(self) -> Mapping[str, float]:
        """Requests to XAPI that outlived their deadline, by member, with their age in seconds."""
        return {
            f"{member.name}: {request}": age
            for member in self._members
            for source in member.sources
            for request, age in source.stuck().items()
        }

    async def close(self) -> None:
        """Log out everywhere. The hosts are their watches' own."""
        if self._running is not None:
            self._running.task.cancel()
        sources = [source for member in self._members for source in member.sources]
        await asyncio.gather(*(source.close() for source in sources))

    def _start(self, deadline: float, seconds: float) -> Run:
        left = max(0.0, deadline - loop_time())
        kept_back = max(MARGIN * left, min(LEAST_MARGIN, left / 5))
        task = asyncio.create_task(self._read(deadline - kept_back))
        self._running = run = Run(task, seconds)
        task.add_done_callback(lambda done: self._finished(run))
        return run

    def _finished(self, run: Run) -> None:
        self._running = None
        if not run.task.cancelled() and run.task.exception() is None:
            self._kept = replace(run, ended=loop_time())

    async def _read(self, deadline: float) -> PoolReading:
        members, heard = self._members, list[Output]()
        answers, (won, refusals) = await asyncio.gather(
            self._identities.ask(members, deadline, heard.append),
            self._ask(members, deadline, heard.append),
        )
        self._worked, state = won or (None, None)
        known = self._identities.names(members)
        names = names_of(state.hosts if state else (), members, known)
        if state is not None:
            state = self._learned(state, names)
        worked = self._worked
        return PoolReading(
            state,
            f"{worked.member.name}, {worked.source.via}" if worked else "",
            self._clock(),
            {m.name: self._answer(m, answers[m.name], refusals.get(m.name)) for m in members},
            names,
            tuple(heard),
            worked.member.name if worked else None,
            self._coordinator,
        )

    def _learned(self, state: PoolState, names: Mapping[str, str]) -> PoolState:
        self._pool = state.pool.uuid
        self._coordinator = names.get(state.pool.coordinator or "")
        self._addresses = {host.address: names[host.uuid] for host in state.hosts}
        return replace(state, messages=self._history.merged(state.messages, self._clock()))

    def _answer(
        self, member: Member, answers: bool | None, refusal: Refusal | None
    ) -> MemberAnswer:
        uuid = self._identities.uuid(member.name)
        if refusal is None:
            return MemberAnswer(uuid, answers)
        return MemberAnswer(uuid, answers, refusal.text, refusal.reason, refusal.waited)

    async def _ask(
        self, members: Sequence[Member], deadline: float, trace: Callable[[Output], None]
    ) -> tuple[tuple[Attempt, PoolState] | None, Mapping[str, Refusal]]:
        """The first state that a member gives and whose it is, and who refused it."""
        inquiry = Inquiry(deadline, self._history.since(self._clock()), trace)
        race = Race(attempts(members, self._worked), self._addresses, self._foreign)
        return await race.run(inquiry), race.refusals

    def _foreign(self, state: PoolState) -> str | None:
        """Why a state is another pool's: of a host that was ejected, or is in the wrong list."""
        hosts = {host.uuid for host in state.hosts}
        known = set(self._identities.names(self._members))
        inside, changed = len(known & hosts), self._pool not in (None, state.pool.uuid)
        if not known or "host" in state.damaged_kinds or 2 * inside > len(known):
            return None
        if 2 * inside == len(known) and not changed:
            return None
        pool = state.pool.name or state.pool.uuid
        return f"speaks for pool {pool}, which has {inside} of {len(known)} hosts of the inventory"
