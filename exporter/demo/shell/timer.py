"""How long the commands of a line run before they print anything."""

from dataclasses import dataclass


@dataclass(slots=True)
class Timer:
    """A line is run again until it ends; `began` is when it was run first, in seconds."""

    began: float
    _spent: float = 0.0

    def again(self) -> None:
        """The line is run from its start once more."""
        self._spent = 0.0

    def over(self, seconds: float, now: float) -> bool:
        """Whether a command that runs so long, after those before it, has ended by now."""
        self._spent += seconds
        return now >= self.began + self._spent
