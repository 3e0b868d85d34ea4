"""How the time of every reader grows with its input: of a text four times as long, as a ratio.

4 is in step with the length, 16 would be with its square. The texts are real outputs one after
the other, the same on one line, and what regular expressions stumble over.
"""

import asyncio
import gc
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.bench.measure import Line, Say
from tests.fuzz.seeds import seeds
from tests.fuzz.subjects import Subject, subjects

SIZE, TIMES = 24_000, 4
"""Bytes of the shorter text, and how much longer the other is."""
RUNS = 5
LEAST = 0.002
"""Seconds: a time below that says nothing of growth."""
TARGET = 8.0


@dataclass(frozen=True, slots=True)
class Growth:
    """The times of two texts of one shape, in seconds of CPU."""

    subject: str
    shape: str
    short: float
    long: float

    @property
    def ratio(self) -> float:
        """Of the longer one; what is too quick to be timed counts as the least that is not."""
        return self.long / max(self.short, LEAST / TIMES)


Make = Callable[[bytes, int], bytes]
SHAPES: Mapping[str, Make] = {
    "outputs": lambda text, size: (text * (size // len(text) + 1))[:size],
    "one line": lambda text, size: (text.replace(b"\n", b" ") * (size // len(text) + 1))[:size],
    "digits": lambda text, size: b"1" * size,
    "blanks": lambda text, size: b" " * size,
    "colons": lambda text, size: b": " * (size // 2),
    "brackets": lambda text, size: b"[" * size,
    "quotes": lambda text, size: b'"' * size,
    "empty lines": lambda text, size: b"\n" * size,
}


async def measure(say: Say) -> list[Line]:
    """The worst shape of every subject, and the worst of them all."""
    found = []
    for subject in subjects().values():
        say(f"growth: {subject.name}")
        # In a thread: one of them asks a socket, with an event loop of its own.
        found += await asyncio.to_thread(list, _of(subject))
    worst = max(found, key=lambda each: each.ratio)
    times = f"{worst.short * 1000:.1f} and {worst.long * 1000:.1f} ms"
    note = f"{worst.subject}, {worst.shape}: {times}"
    what = f"time of a text {TIMES} times as long, worst of {len(subjects())} readers"
    slowest = max(found, key=lambda each: each.long)
    size = f"{SIZE * TIMES / 1000:.0f} kB"
    return [
        Line(what, worst.ratio, "", TARGET, note=note),
        Line(
            f"slowest text of {size}",
            slowest.long * 1000,
            "ms",
            note=f"{slowest.subject}, {slowest.shape}",
        ),
    ]


def _of(subject: Subject) -> Iterator[Growth]:
    text = max((seed for seed in seeds(subject.name) if seed), key=len)
    for shape, make in SHAPES.items():
        short, long = (
            min(_time(subject, make(text, size)) for _ in range(RUNS))
            for size in (SIZE, SIZE * TIMES)
        )
        yield Growth(subject.name, shape, short, long)


def _time(subject: Subject, raw: bytes) -> float:
    """Without the garbage collector, which looks through all that this process has."""
    gc.disable()
    try:
        began = time.process_time()
        subject.try_to(raw)
        return time.process_time() - began
    finally:
        gc.enable()
