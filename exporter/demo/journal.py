"""What a host's programs said since it booted, before it becomes lines of log files."""

from dataclasses import dataclass

KEPT = 1000
"""Lines; with more, all logs of a host are rotated."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a program said at a moment of the model's clock, in seconds."""

    at: float
    program: str
    """`kernel`, `multipathd` or `ovs-vswitchd`."""
    text: str


@dataclass(frozen=True, slots=True)
class Journal:
    """The entries since the last rotation."""

    entries: tuple[Entry, ...] = ()
    rotations: int = 0

    def with_entries(self, *new: Entry) -> "Journal":
        """The journal after more was said; one that is full begins anew."""
        if len(self.entries) + len(new) > KEPT:
            return Journal(new, self.rotations + 1)
        return Journal((*self.entries, *new), self.rotations)
