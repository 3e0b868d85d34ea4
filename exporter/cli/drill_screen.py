"""A drill while it runs: a live display on a terminal, a line for every change elsewhere."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from exporter.cli.drill_news import News, shown_time
from exporter.cli.drill_typing import Typed
from exporter.drill.plan import Heading
from exporter.drill.record import Tone
from exporter.drill.recorder import Recorder
from exporter.drill.report_words import plain
from exporter.drill.tape import SERVING
from exporter.words import period, seconds_text

REFRESH = 0.25
LAST = 8
"""Lines shown of what happened."""
STYLES: dict[Tone, str] = {
    "good": "green",
    "standby": "cyan",
    "bad": "bold red",
    "absent": "red",
    "unknown": "magenta",
}


class Screen:
    """What a terminal shows of a drill."""

    def __init__(self, recorder: Recorder, heading: Heading, typed: Typed) -> None:
        self._recorder = recorder
        self._heading = heading
        self._typed = typed
        self._serving = SERVING[heading.kind]
        self._news = News(recorder, self._serving)
        self._last: deque[str] = deque(maxlen=LAST)

    def frame(self) -> Group:
        """All of it, as it is now."""
        self._last.extend(self._news.lines())
        happened = [_cut(line, "dim") for line in self._last]
        return Group(self._title(), self._lanes(), *happened, Text(f"mark> {self._typed.text}▏"))

    def _title(self) -> Text:
        recorder, heading = self._recorder, self._heading
        most = period(recorder.plan.seconds)
        how = "ending: waiting for I/O" if recorder.ending else "Ctrl-C ends it"
        text = f"{heading.kind} {heading.subject} on {heading.target}"
        return _cut(f"{text}  {shown_time(recorder.now())} of {most}  ({how})", "bold")

    def _lanes(self) -> Table:
        grid = Table.grid(padding=(0, 2))
        for name, state in self._news.states.items():
            style = STYLES[state.tone]
            weight = "bold" if name == self._serving else ""
            grid.add_row(_cut(name, weight), _cut(state.text, style))
        grid.add_row(Text("I/O"), self._io())
        for what, why in self._recorder.tape.trouble.items():
            grid.add_row(Text(f"no {what}"), _cut(why, STYLES["unknown"]))
        return grid

    def _io(self) -> Text:
        slowest, hanging = self._news.slowest, self._recorder.hanging
        if not self._recorder.plan.with_io:
            return Text("none is run")
        if hanging is not None:
            return Text(f"an operation hangs, for {hanging:.0f} s at least", STYLES["bad"])
        if slowest is None:
            waits = self._recorder.tape.pending is not None
            return Text("the first is under way" if waits else "none has come back")
        took = f"slowest {seconds_text(slowest.seconds)}, at {shown_time(slowest.at)}"
        failed = self._news.failed
        return _cut(f"{took}; {failed} failed", STYLES["bad"] if failed else "")

    async def show(self, console: Console) -> None:
        """Show it until cancelled."""
        with Live(console=console, transient=True, auto_refresh=False) as live:
            while True:
                live.update(self.frame(), refresh=True)
                await asyncio.sleep(REFRESH)


async def tell(recorder: Recorder, heading: Heading, console: Console) -> None:
    """Print a line for every change, until cancelled; what came last as well."""
    news = News(recorder, SERVING[heading.kind])
    try:
        while True:
            _print(console, news)
            await asyncio.sleep(REFRESH)
    finally:
        _print(console, news)


def _print(console: Console, news: News) -> None:
    for line in news.lines():
        console.print(line, markup=False, highlight=False, soft_wrap=True, emoji=False)


@asynccontextmanager
async def shown(
    recorder: Recorder, heading: Heading, typed: Typed, console: Console
) -> AsyncIterator[None]:
    """Show the drill while the block runs. A terminal that is gone ends no drill."""
    screen = Screen(recorder, heading, typed)
    showing = screen.show(console) if console.is_terminal else tell(recorder, heading, console)
    task = asyncio.create_task(showing)
    try:
        yield
    finally:
        task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
    if isinstance(ended, Exception) and not isinstance(ended, OSError):
        raise ended


def _cut(text: str, style: str = "") -> Text:
    """On one line, as much of it as the terminal has room for."""
    return Text(plain(text), style=style, no_wrap=True, overflow="ellipsis")
