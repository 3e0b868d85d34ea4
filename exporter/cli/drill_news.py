"""What is new in a drill since one looked last, as lines for people."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from exporter.drill.lanes import ABSENT, Look
from exporter.drill.record import Io, State
from exporter.drill.recorder import Recorder
from exporter.drill.report_words import plain
from exporter.drill.tape import Tape
from exporter.words import seconds_text

SLOW = 1.0
"""Seconds from which on an operation is worth a line."""
BEGINNING: Mapping[str, State] = {}


def shown_time(at: float) -> str:
    """Minutes and seconds into the drill: `2:05.3`."""
    tenths = round(max(0.0, at) * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


def states_in(look: Look, serving: str) -> dict[str, State]:
    """Every lane of a look, what serves first."""
    return {serving: look.sample.serving, **look.sample.lanes}


def is_good(one: Io) -> bool:
    """Whether it ended without an error."""
    return one.seconds is not None and not one.error


class News:
    """Follows a drill. Every call of `lines` gives what came since the one before."""

    def __init__(self, recorder: Recorder, serving: str) -> None:
        self.slowest: Io | None = None
        """By the drill's clock, as it was known then."""
        self.failed = 0
        """Operations without a good end."""
        self._recorder = recorder
        self._serving = serving
        self._states: Mapping[str, State] = BEGINNING
        self._looks = self._said = self._logged = self._chunks = 0
        self._hanging = False

    @property
    def states(self) -> Mapping[str, State]:
        """What every lane seen so far last showed, what serves first."""
        return self._states

    def lines(self) -> list[str]:
        """One line for each change: states, hanging and slow I/O, marks and log lines."""
        tape = self._recorder.tape
        return [*self._changes(tape), *self._io(tape), *self._notes(tape)]

    def _changes(self, tape: Tape) -> Iterator[str]:
        new, self._looks = tape.looks[self._looks :], len(tape.looks)
        for look in new:
            now = states_in(look, self._serving)
            now |= {name: ABSENT for name in self._states if name not in now}
            for name, state in now.items():
                before = self._states.get(name)
                if before is None or before.text != state.text:
                    was = f"{before.text} → " if before else ""
                    yield _line(look.at, f"{name}: {was}{state.text}")
            self._states = now

    def _io(self, tape: Tape) -> Iterator[str]:
        new, self._chunks = tape.chunks[self._chunks :], len(tape.chunks)
        shift = tape.began + tape.ahead
        for chunk in new:
            yield from self._operations(chunk.measured.io, shift)
        hanging = self._recorder.hanging
        if (hanging is not None) != self._hanging:
            self._hanging = hanging is not None
            text = "has not come back in time" if self._hanging else "is no longer waited for"
            yield _line(self._recorder.now(), f"I/O {text}")

    def _operations(self, measured: Sequence[Io], shift: float) -> Iterator[str]:
        """Failures by what was said of them, each when it was first; slow ones singly."""
        failed = [one for one in measured if not is_good(one)]
        self.failed += len(failed)
        for error, count in Counter(one.error or "never ended" for one in failed).items():
            first = next(one.at for one in failed if one.error in (error, ""))
            yield _line(first - shift, f"I/O failed: {error} ({count})")
        for one in measured:
            seconds = one.seconds or 0.0
            if self.slowest is None or seconds > (self.slowest.seconds or 0.0):
                self.slowest = Io(one.at - shift, seconds, one.error)
            if seconds >= SLOW:
                yield _line(one.at - shift, f"I/O took {seconds_text(seconds)}")

    def _notes(self, tape: Tape) -> Iterator[str]:
        shift = tape.began + tape.ahead
        said, self._said = tape.said[self._said :], len(tape.said)
        logged, self._logged = tape.lines[self._logged :], len(tape.lines)
        for note in said:
            yield _line(note.at, f"{note.source}: {note.text}")
        for _, line in logged:
            yield _line(line.unix - shift, f"{line.source}: {line.text}")


def _line(at: float, text: str) -> str:
    return f"{shown_time(at):>7}  {plain(text)}"
