"""The layout of `xe`: fixed columns, two empty lines after every record (XAPI's cli_printer.ml)."""

from collections.abc import Iterable, Sequence

Pair = tuple[str, str]
"""Name with marker, value."""


def table(records: Iterable[Sequence[Pair]]) -> str:
    """Records, each with columns of its own."""
    return "".join(_record(record) + "\n\n" for record in records)


def _record(pairs: Sequence[Pair]) -> str:
    width = 4 + max((len(label) for label, _ in pairs), default=0)
    lines = [
        f"{label:>{width}}: {value}" if place else f"{label:<{width}}: {value}"
        for place, (label, value) in enumerate(pairs)
    ]
    return "".join(f"{line}\n" for line in lines) or "\n"


def minimal(values: Iterable[str]) -> str:
    """`--minimal`: one line, commas and backslashes escaped."""
    escaped = (value.replace("\\", "\\\\").replace(",", "\\,") for value in values)
    return ",".join(escaped) + "\n"
