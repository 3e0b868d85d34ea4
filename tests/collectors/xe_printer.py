"""xe's printer (cli_printer.ml) for tests: the same text for the same records."""

from collections.abc import Mapping, Sequence

SET, MAP, TEXT, WRITABLE = "(SRO)", "(MRW)", "( RO)", "( RW)"
_MARKS = {
    "name-label": WRITABLE,
    "name-description": WRITABLE,
    "device-config": "(MRO)",
    "other-config": MAP,
    "software-version": "(MRO)",
    "current-operations": SET,
    "patches": "(SRO) [DEPRECATED]",
}
MARGIN = 4


def printed(records: Sequence[Mapping[str, str]]) -> str:
    """What `xe CLASS-list` prints for these records."""
    return "".join(_record(record) for record in records)


def _record(record: Mapping[str, str]) -> str:
    keys = {name: f"{name} {_MARKS.get(name, TEXT)}" for name in record}
    width = MARGIN + max(len(key) for key in keys.values())
    lines: list[str] = []
    for name, value in record.items():
        key = keys[name]
        lines.append(f"{key.rjust(width) if lines else key.ljust(width)}: {value}")
    return "\n".join(lines) + "\n\n\n"


def minimal(values: Sequence[str]) -> str:
    """What `--minimal` prints for the first fields of some records."""
    return ",".join(v.replace("\\", "\\\\").replace(",", "\\,") for v in values) + "\n"
