"""A pasted record of xe while it is read, and what makes it damaged."""

from dataclasses import dataclass, field

from collectors.parsing import Noise
from collectors.xe_line import MARGIN, Key


@dataclass(slots=True, eq=False)
class Draft:
    """A record being read. `column` is where its colons stand, None where that is lost."""

    line: Noise
    first: Key
    column: int | None
    record: dict[str, str] = field(default_factory=dict)
    pending: list[Noise] = field(default_factory=list)
    """Lines since the last field: of its value, or of nothing."""
    goes_on: bool = False
    """A value has further lines."""
    twice: bool = False
    lost: bool = False
    """xe said that it lost the connection before the record had its end."""
    cut: bool = False
    """The text ends inside the record's last line."""
    ended_by_blank: bool = False
    _name: str = ""

    def __post_init__(self) -> None:
        self._name = self.first.name
        self.record[self._name] = self.first.value

    def takes(self, key: Key) -> bool:
        """Whether this line is a further field of the record."""
        if self.column is None:
            return True
        least = MARGIN + (0 if self.first.is_further else self.first.indent)
        return key.column == self.column and not key.pad and key.indent >= least

    def add(self, line: Noise, key: Key) -> None:
        """Add a field; what was pending belongs to the value before it."""
        self._flush(self.pending)
        self.pending = []
        self.twice = self.twice or key.name in self.record
        self._name = key.name
        self.record[key.name] = key.value

    @property
    def is_apart(self) -> bool:
        """Whether a blank line stands after the last field's value."""
        return bool(self.pending) and not self.pending[-1].text.strip()

    @property
    def is_ended(self) -> bool:
        """Whether two blank lines stand there, as at every record's end."""
        return len(self.pending) > 1 and not any(line.text.strip() for line in self.pending[-2:])

    def finish(self) -> list[Noise]:
        """End the record. Gives the lines behind it that belong to nothing."""
        self.ended_by_blank = self.is_apart
        ended = self.is_ended
        while self.is_apart:
            self.pending.pop()
        cut = len(self.pending) if ended else self._end_in(self.pending)
        self._flush(self.pending[:cut])
        behind = [line for line in self.pending[cut:] if line.text.strip()]
        self.pending = []
        return behind

    @staticmethod
    def _end_in(lines: list[Noise]) -> int:
        """How many of the lines stand before the first two blank ones."""
        blank = [not line.text.strip() for line in lines]
        pairs = (at for at in range(1, len(lines)) if blank[at - 1] and blank[at])
        return next(pairs, len(lines) + 1) - 1

    def _flush(self, lines: list[Noise]) -> None:
        if lines:
            self.goes_on = True
            more = (line.text for line in lines)
            self.record[self._name] = "\n".join([self.record[self._name], *more])
