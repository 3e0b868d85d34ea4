"""What a drill is of, and how it is recorded."""

from dataclasses import dataclass

from exporter.drill.record import Kind
from exporter.drill.subject import Subject
from exporter.words import seconds_text


@dataclass(frozen=True, slots=True)
class Plan:
    """How a drill is recorded; all times in seconds."""

    seconds: float = 600.0
    """The most it takes."""
    every: float = 0.25
    """Between samples."""
    with_io: bool = True
    chunk: float = 5.0
    again: float = 1.0
    """From I/O that failed to the next try."""
    patience: float = 3.0
    """What I/O may take longer than its chunk before it is said to hang."""
    logs_every: float = 1.0
    scrape_every: float = 5.0


@dataclass(frozen=True, slots=True)
class Heading:
    """What a drill is of."""

    kind: Kind
    target: str
    subject: str
    io_name: str
    facts: tuple[tuple[str, str], ...]
    every: float


async def heading_of(subject: Subject, target: str, plan: Plan) -> Heading:
    """What the drill is of, and what stands fixed for all of it. Raises HostError."""
    ran = "none" if not plan.with_io else subject.io_name
    planned = (("samples", f"every {seconds_text(plan.every)}"), ("I/O", ran))
    facts = (*await subject.facts(), *planned)
    return Heading(subject.kind, target, subject.name, subject.io_name, facts, plan.every)
