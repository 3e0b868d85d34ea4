"""What happens again and again is written at most so often, with how often it was."""

import copy
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from exporter.logs.lines import CHANGE, error_of, fields_of, message_of, plain

PERIOD = 300.0
MOST = 1000
IDENTIFYING = (
    *("target", "collector", "host", "member", "source", "probe", "task", "reason"),
    *("run", "state", "alert", "alertname", "guard", "path", "key"),
)
"""Fields that make one event another one; the rest only tells more of it."""
Key = tuple[object, ...]


@dataclass(slots=True)
class _Told:
    """An event that was written. `last` is the last one that was held back since."""

    at: float
    held: int = 0
    last: logging.LogRecord | None = None


class Repeats(logging.Handler):
    """Passes an event on to `target`: the first at once, then at most one per `period` seconds.

    A later line has `repeated`: how often it happened since the line before, this time included.
    A record with the field `change`, such as of a host that is up again, is never held back; nor
    is what is logged for debugging.
    No more than `most` events are remembered; one that is forgotten is written first. `clock` is
    in seconds.
    """

    def __init__(
        self,
        target: logging.Handler,
        clock: Callable[[], float] = time.monotonic,
        period: float = PERIOD,
        most: int = MOST,
    ) -> None:
        super().__init__()
        self._target = target
        self._clock = clock
        self._period = period
        self._most = most
        self._told: OrderedDict[Key, _Told] = OrderedDict()

    def emit(self, record: logging.LogRecord) -> None:
        """Write it, or hold it back."""
        if record.levelno <= logging.DEBUG or getattr(record, CHANGE, False):
            self._target.handle(record)
            return
        key = identity(record)
        if (told := self._told.get(key)) is not None:
            told.held, told.last = told.held + 1, _light(record)
        else:
            self._target.handle(record)
            self._told[key] = _Told(self._clock())
        self._write_due()

    def settle(self) -> None:
        """Write what was held back and is due; to be called now and then."""
        self.acquire()
        try:
            self._write_due()
        finally:
            self.release()

    def close(self) -> None:
        """Write everything that was held back."""
        self.acquire()
        try:
            while self._told:
                self._write(self._told.popitem(last=False)[1])
        finally:
            self.release()
        super().close()

    def _write_due(self) -> None:
        now = self._clock()
        while self._told:
            key, oldest = next(iter(self._told.items()))
            due = now - oldest.at >= self._period
            if not due and len(self._told) <= self._most:
                return
            del self._told[key]
            if self._write(oldest) and due:
                self._told[key] = _Told(now)

    def _write(self, told: _Told) -> bool:
        """Write what was held back last; whether there was anything."""
        if told.last is None:
            return False
        told.last.repeated = told.held
        self._target.handle(told.last)
        return True


def identity(record: logging.LogRecord) -> Key:
    """What makes two records the same event: where it is said, of what, and the sort of error."""
    fault = record.exc_info[0] if record.exc_info else None
    given = (getattr(record, name, None) for name in IDENTIFYING)
    return (record.name, str(record.msg), fault, *given)


def _light(record: logging.LogRecord) -> logging.LogRecord:
    """A record to keep: an error in it, as such or as a field, would keep every frame alive."""
    kept = copy.copy(record)
    vars(kept).update({name: plain(value) for name, value in fields_of(record).items()})
    if (error := error_of(record)) is not None:
        kept.error, kept.exc_info = error, None
    kept.msg, kept.args = message_of(record), None
    return kept
