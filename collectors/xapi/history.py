"""XAPI's messages of the last day, so that every read needs to ask only for the newest."""

from collections.abc import Iterable

from collectors.xapi.records import Message
from collectors.xapi.source import MESSAGES_OF


class MessageHistory:
    """Messages by uuid, with when they were heard. Times are Unix time.

    A message's own time is by the pool's clock, which may be wrong; what is kept goes by ours.
    """

    def __init__(self) -> None:
        self._heard: dict[str, tuple[Message, float]] = {}

    def since(self, now: float) -> float:
        """From when messages are to be asked for: the newest known, else a day ago.

        Never later than now: the pool's clock may have been ahead and set right since.
        """
        known = (message.timestamp for message, _ in self._heard.values())
        return min(now, max(known, default=now - MESSAGES_OF))

    def merged(self, new: Iterable[Message] | None, now: float) -> tuple[Message, ...] | None:
        """All heard within a day, sorted by uuid; None when this read could not tell."""
        if new is None:
            return None
        for message in new:
            self._heard.setdefault(message.uuid, (message, now))
        self._forget(now)
        return tuple(message for _, (message, _) in sorted(self._heard.items()))

    def _forget(self, now: float) -> None:
        """What was heard over a day ago, but for the newest: from it on we ask."""
        newest = max((m.timestamp for m, _ in self._heard.values()), default=0.0)
        self._heard = {
            uuid: (message, heard)
            for uuid, (message, heard) in self._heard.items()
            if now - heard <= MESSAGES_OF or message.timestamp == newest
        }
