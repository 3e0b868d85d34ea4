"""What `xenlens_host.py probe` prints, as records."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from collectors.parsing import ParseError, cleaned

FORMAT = 1
NO_SENDER = "0.0.0.0"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one device answered. `mac` is None where OpenFlow counted without telling whose."""

    mac: str | None
    received: int
    rtts: tuple[float, ...] = ()
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Row:
    """Requests through one member to one destination, and the answers."""

    bond: str
    member: str
    destination: str
    way: str | None
    """`bridge`, `raw` or `openflow`."""
    sender: str
    """The sender address of the requests: 0.0.0.0 but for the control of an active member."""
    sent: int
    answers: tuple[Answer, ...] = ()
    neighbour: str | None = None
    """The host's own ARP entry for the destination."""
    reason: str | None = None
    """Why nothing could be measured."""
    text: str = ""

    @property
    def is_control(self) -> bool:
        """Whether it asked with the host's own address, since 0.0.0.0 stayed unanswered."""
        return self.sender != NO_SENDER


@dataclass(frozen=True, slots=True)
class Report:
    """One round on a host. `cpu_seconds` is what it cost there, Python's start included."""

    rows: tuple[Row, ...]
    seconds: float
    cpu_seconds: float


def parse_report(text: str) -> Report:
    """The document. Raises ParseError for anything else."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        found = text.split("\n")[line - 1]
        raise ParseError(line, "the JSON document of xenlens_host.py", found) from None
    try:
        if document["xenlens_host"] != FORMAT:
            raise ValueError(f"format {document['xenlens_host']}, known: {FORMAT}")
        rows = tuple(_row(row) for row in document["rows"])
        seconds = _number(document, "seconds"), _number(document, "cpu_seconds")
        return Report(rows, *seconds)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ParseError(1, "rows as `probe` prints them", str(error)) from None


def _row(row: Mapping[str, Any]) -> Row:
    return Row(
        _as(str, row["bond"]),
        _as(str, row["member"]),
        _as(str, row["destination"]),
        _known(str, row["way"]),
        _as(str, row["sender"]),
        _count(row["sent"]),
        tuple(_answer(answer) for answer in row["answers"]),
        _known(str, row["neighbour"]),
        _known(str, row["reason"]),
        _as(str, row["text"]),
    )


def _answer(answer: Mapping[str, Any]) -> Answer:
    rtts = tuple(float(rtt) for rtt in answer["rtts"])
    return Answer(_known(str, answer["mac"]), _count(answer["received"]), rtts)


def _count(value: Any) -> int:
    if _as(int, value) < 0:
        raise ValueError(f"{value} where a count is expected")
    return int(value)


def _number(document: Mapping[str, Any], key: str) -> float:
    return float(_as(float, document[key]))


def _known(kind: type[T], value: Any) -> T | None:
    return None if value is None else _as(kind, value)


def _as(kind: type[T], value: Any) -> T:
    if not isinstance(value, kind):
        raise ValueError(f"{value!r} where {kind.__name__} is expected")
    return kind(cleaned(value)) if isinstance(value, str) else value  # type: ignore[call-arg]
