"""Records a drill: samples, I/O, log lines, metrics and marks, all at once, until told to end.

None of them waits for another: a read that hangs for minutes delays no sample.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence

from prometheus_client.core import Metric

from collectors.host import DeadlineExceeded, HostError, loop_time
from exporter.drill.lanes import Look
from exporter.drill.plan import Heading, Plan
from exporter.drill.record import Drill, Io, Note
from exporter.drill.subject import Subject
from exporter.drill.tape import MARK, SELF, Chunk, Judge, Tape, drill_of

Scraper = Callable[[], Awaitable[Sequence[Metric]]]
ROUNDING = 0.1
"""Seconds by which a timer may be early."""


class Recorder:
    """Records one drill, which begins now. `unix` gives Unix time, and is asked only now."""

    def __init__(
        self, subject: Subject, scrape: Scraper, plan: Plan, unix: Callable[[], float]
    ) -> None:
        self.plan = plan
        self.tape = Tape(unix())
        self.ending = False
        """Whether only I/O under way is waited for."""
        self._subject = subject
        self._scrape = scrape
        self._began = loop_time()
        self._ended: float | None = None
        self._stopped, self._hurried = asyncio.Event(), asyncio.Event()

    def now(self) -> float:
        """Seconds since the drill began; stands still once it has ended."""
        return loop_time() - self._began if self._ended is None else self._ended

    def mark(self, text: str) -> None:
        """Note what a person says, now."""
        self.tape.said.append(Note(self.now(), MARK, text))

    def stop(self) -> None:
        """End the drill once I/O under way is back; called again, at once."""
        (self._hurried if self._stopped.is_set() else self._stopped).set()

    @property
    def hanging(self) -> float | None:
        """For how many seconds, at least, an operation has not come back; None: none hangs."""
        if self.tape.pending is None:
            return None
        over = self.now() - self.tape.pending - self.plan.chunk
        return over if over >= self.plan.patience else None

    def drill(self, heading: Heading, judge: Judge) -> Drill:
        """What was recorded up to now, or to the end."""
        return drill_of(self.tape, heading, self.now(), judge)

    async def record(self) -> None:
        """Record until the time is over or `stop` is called. Lives through every HostError."""
        tasks = [asyncio.create_task(one) for one in (self._over(), *self._loops())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._ended = self.now()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()
        self._settle()

    def _loops(self) -> Iterator[Coroutine[None, None, None]]:
        plan = self.plan
        yield self._every(plan.every, "samples", self._look)
        yield self._every(plan.logs_every, "log lines", self._read_logs)
        yield self._every(plan.scrape_every, "metrics", self._read_metrics)
        if plan.with_io:
            yield self._every(plan.again, "I/O", self._measure, lambda: self.ending)

    async def _over(self) -> None:
        """Until the drill is over: what is under way then may come back, but need not."""
        await _within(self._stopped, self.plan.seconds)
        self._stopped.set()
        self.ending = True
        if self.tape.pending is not None:
            due = self.tape.pending + self.plan.chunk + self.plan.patience + ROUNDING
            await _within(self._hurried, due - self.now())

    async def _every(
        self,
        seconds: float,
        what: str,
        step: Callable[[], Awaitable[None]],
        over: Callable[[], bool] = lambda: False,
    ) -> None:
        """Do `step` again and again: `seconds` from begin to begin, later where it takes longer."""
        while not over():
            due = loop_time() + seconds
            try:
                await step()
            except HostError as error:
                self._failed(what, str(error))
            else:
                self._came(what)
            await asyncio.sleep(max(0.0, due - loop_time()))

    def _failed(self, what: str, why: str) -> None:
        """Noted once for each time without: reasons may count seconds down."""
        if what not in self.tape.trouble:
            self.tape.said.append(Note(self.now(), SELF, f"no {what}: {why}"))
        self.tape.trouble[what] = why

    def _came(self, what: str) -> None:
        if self.tape.trouble.pop(what, None) is not None:
            self.tape.said.append(Note(self.now(), SELF, f"{what} again"))

    async def _look(self) -> None:
        sample = await self._subject.sample()
        self.tape.looks.append(Look(self.now(), sample))

    async def _read_logs(self) -> None:
        lines = await self._subject.log_lines()
        self.tape.lines += [(self.now(), line) for line in lines]

    async def _read_metrics(self) -> None:
        at = self.now()
        self.tape.pages.append((at, await self._scrape()))

    async def _measure(self) -> None:
        """One chunk of I/O. Cancelled, it stays pending: it has not come back."""
        began = self.tape.pending = self.now()
        try:
            measured = await self._subject.io(self.plan.chunk)
        except HostError as error:
            self.tape.pending = None
            if isinstance(error, DeadlineExceeded):
                self.tape.lost.append(Io(began, self.now() - began, str(error)))
            raise
        self.tape.pending = None
        self.tape.chunks.append(Chunk(began, measured))

    def _settle(self) -> None:
        """What never came back is kept; I/O that nobody waited for is said."""
        pending = self.tape.pending
        if pending is None:
            return
        if self.hanging is not None:
            self.tape.lost.append(Io(pending, None))
            text = f"I/O begun at {pending:.1f} s had not come back when the drill ended"
        else:
            text = f"I/O begun at {pending:.1f} s was not waited for"
        self.tape.said.append(Note(self.now(), SELF, text))
        self.tape.pending = None


async def _within(event: asyncio.Event, seconds: float) -> None:
    """Wait for `event`, but no longer than `seconds`."""
    waiting = asyncio.ensure_future(event.wait())
    await asyncio.wait({waiting}, timeout=max(0.0, seconds))
    waiting.cancel()
