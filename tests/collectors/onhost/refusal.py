"""A line that some Python from 2.4 to 3.13 cannot run."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Refusal:
    """What is wrong at a line of the source."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}"
