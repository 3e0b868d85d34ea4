"""Asking multipathd: the argv that never starts a daemon, its paths, and its refusals."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from collectors.host import Output
from collectors.multipath_errors import is_chatter, text_error, tool_error
from collectors.multipath_lines import size_bytes
from collectors.multipath_records import Group, Map, Path
from collectors.parsing import Noise, Parsed, ParseError, ToolError

RAW_PATHS_FORMAT = "%i|%d|%D|%t|%T|%o|%p|%w|%m|%S"
"""Address, device, number, three states, priority, WWID, map, size.

`raw format` came with 0.6.0 and is in XCP-ng's 0.4.9-136; %o came with 0.4.9, %m with 0.5.0, the
others are as old as 0.4.7 (libmultipath/print.c, `pd[]`). An unknown wildcard prints nothing.
The words behind each other need no quotes: the format has no blank, quote, brace, `!` or `#`,
at which multipathd would split it (libmultipath/parser.c, `alloc_strvec`).
"""

RAW_PATHS = ("show", "paths", "raw", "format", RAW_PATHS_FORMAT)
MAPS_JSON = ("show", "maps", "json")
TOPOLOGY = ("show", "topology")
DAEMON = ("show", "daemon")

_NUMBER = re.compile(r"(\d+):(\d+)$|#:#$")
_NO_MAP = frozenset({"[orphan]", "[offline]", "[unknown]", "[undef]"})
_DAEMON = re.compile(r"(?:multipathd>\s*)*pid (\d+) \S+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RawPath:
    """One path as the daemon knows it, in a map or not (`map` None). None: not asked or empty."""

    hctl: str | None = None
    device: str | None = None
    major: int | None = None
    minor: int | None = None
    dm_state: str | None = None
    checker_state: str | None = None
    device_state: str | None = None
    priority: int | None = None
    wwid: str | None = None
    map: str | None = None
    size_bytes: int | None = None


def ask(*words: str) -> tuple[str, ...]:
    """The argv that asks the daemon and never starts one: `multipathd -k"show maps json"`.

    multipathd up to 0.4.8 knows no words after its options: it ignores them and becomes a daemon
    (multipathd/main.c of 0.4.7; words came with 8f0cb733, 0.4.9). `-k` is known to all versions
    from 0.4.7 to 0.14 and ends in the client; its argument is optional to getopt (`k::`), so it
    must be glued, or a prompt would wait for input.
    """
    quoted = (f'"{word}"' if " " in word else word for word in words)
    return ("multipathd", "-k" + " ".join(quoted))


def refusal(output: Output) -> ToolError | None:
    """The error in what multipathd printed, whatever its exit status; None for an answer."""
    return tool_error(output.stdout, output.stderr, output.exit_status)


def daemon_pid(text: str) -> int | None:
    """The process id in `show daemon`'s answer: the sign of life where there are no maps."""
    match = _DAEMON.search(text)
    return int(match[1]) if match else None


def parse_raw_paths(text: str, fmt: str = RAW_PATHS_FORMAT) -> Parsed[RawPath]:
    """The paths of `show paths raw format FMT`, FMT being wildcards between `|`.

    A row with too few or too many columns is left out and counted. Raises ToolError, ParseError.
    """
    wildcards = fmt.split("|")
    rows, noise, damaged = [], [], 0
    for number, line in enumerate(text.split("\n"), 1):
        row = None if is_chatter(line) else _row(line, wildcards)
        if row is not None:
            rows.append(row)
        elif line.strip():
            noise.append(Noise(number, line.rstrip()))
            damaged += "|" in line and not is_chatter(line)
    if not rows:
        _refuse(text, noise)
    return Parsed(tuple(rows), tuple(noise), damaged)


def _refuse(text: str, noise: Iterable[Noise]) -> None:
    error = text_error(text)
    if error is not None:
        raise error
    for line in noise:
        if not is_chatter(line.text):
            raise ParseError(line.line, "a path as columns between '|'", line.text)


def _row(line: str, wildcards: list[str]) -> RawPath | None:
    columns = [column.strip() for column in line.split("|")]
    if len(columns) != len(wildcards):
        return None
    column = dict(zip(wildcards, columns, strict=True))
    number = _NUMBER.match(column.get("%D", "#:#"))
    if number is None:
        return None
    return RawPath(
        _known(column, "%i"),
        _known(column, "%d"),
        int(number[1]) if number[1] else None,
        int(number[2]) if number[2] else None,
        _known(column, "%t"),
        _known(column, "%T"),
        _known(column, "%o"),
        _priority(column.get("%p", "")),
        _known(column, "%w"),
        None if column.get("%m") in _NO_MAP else _known(column, "%m"),
        size_bytes(column.get("%S")),
    )


def _known(column: Mapping[str, str], wildcard: str) -> str | None:
    text = column.get(wildcard)
    return None if text in ("", "-") else text


def _priority(text: str) -> int | None:
    return int(text) if text.removeprefix("-").isdecimal() else None


def complete(maps: Iterable[Map], raw_paths: Iterable[RawPath]) -> tuple[Map, ...]:
    """Add to maps from JSON what it lacks: each path's address, and the size.

    A path is the same when device and number are: a letter may be another disk's by now. A map's
    size is that of its paths, and None where these disagree (a LUN being grown).
    """
    known = {(raw.device, raw.major, raw.minor): raw for raw in raw_paths}
    return tuple(_completed(one, known) for one in maps)


Known = Mapping[tuple[str | None, int | None, int | None], RawPath]


def _completed(map_: Map, known: Known) -> Map:
    sizes = {
        raw.size_bytes
        for path in map_.paths
        if (raw := known.get((path.device, path.major, path.minor))) and raw.wwid == map_.wwid
    }
    size = sizes.pop() if len(sizes) == 1 else None
    groups = tuple(_with_addresses(group, known) for group in map_.groups)
    return replace(map_, size_bytes=map_.size_bytes or size, groups=groups)


def _with_addresses(group: Group, known: Known) -> Group:
    return replace(group, paths=tuple(_with_address(path, known) for path in group.paths))


def _with_address(path: Path, known: Known) -> Path:
    raw = known.get((path.device, path.major, path.minor))
    return path if raw is None or path.hctl is not None else replace(path, hctl=raw.hctl)
