"""What xenlens_host.py prints when it runs on a simulated host."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from exporter.demo.command import Dom0, Result
from exporter.demo.faces.onhost_program import (
    FORMAT,
    MOST_FRAMES,
    Usage,
    asks_for_help,
    json_of,
    read_command,
    told,
)
from exporter.demo.faces.onhost_round import Prober
from exporter.demo.faces.onhost_rows import Heard, Round, Row

_CPU, _CPU_PER_ROW = 0.018, 0.0004


def xenlens_host(dom0: Dom0, program: str, words: Sequence[str], python: str) -> Result:
    """Run a verb of the program; its own text is needed where it prints how it is used."""
    if asks_for_help(words):
        return Result(f"{_documentation(program)}\n")
    try:
        options = read_command(words)
    except Usage as error:
        return Result(stderr=f"xenlens_host: {error}\n", status=2)
    done = Prober(dom0.model.chassis, dom0.state, options).round()
    return Result(_document(done, options.count, python))


def _documentation(program: str) -> str:
    _, _, rest = program.partition('"""')
    return rest.partition('"""')[0].strip()


def _document(done: Round, count: int, python: str) -> str:
    """One row or frame a line, so that people can read it as well."""
    head = {
        "xenlens_host": FORMAT,
        "python": python,
        "seconds": done.seconds,
        "cpu_seconds": _CPU + _CPU_PER_ROW * len(done.rows),
    }
    frames = sorted(frame for row in done.rows for frame in _frames(row, count))[:MOST_FRAMES]
    rows = _list("rows", (_as_json(row) for row in done.rows))
    shown = _list("frames", (f"{at:.6f} {text}" for at, text in frames))
    return f"{json_of(head)[:-1]},\n{rows},\n{shown}}}\n"


def _list(name: str, entries: Iterable[Any]) -> str:
    lines = ",\n  ".join(json_of(entry) for entry in entries)
    return f' "{name}": [\n  {lines}\n ]'


def _as_json(row: Row) -> object:
    """OpenFlow only counts, and knows a MAC only where it has a rule for that one."""
    by_flow = row.way == "openflow"
    known = Counter(
        one.mac if one.mac in (row.target, row.neighbour) else None for one in row.heard
    )
    return told(
        row.bond,
        row.member,
        row.destination,
        heard=[] if by_flow else [(one.at, one.mac) for one in row.heard],
        counted=list(known.items()) if by_flow else [],
        sent=row.sent,
        way=row.way,
        device=row.device,
        sender=row.sender,
        mac=row.mac,
        neighbour=row.neighbour,
        reason=row.reason,
        text=row.text,
    )


def _frames(row: Row, count: int) -> Iterator[tuple[float, str]]:
    address = row.destination.address
    tag = "" if row.tag is None else f" vlan {row.tag}"
    for number, at in enumerate(row.sent):
        to = row.asked(number, count)
        said = f"{row.mac} > {to}{tag} ARP who-has {address} tell {row.sender}"
        yield at, f"{row.device} sent {said}"
    yield from (_heard(row, one) for one in row.heard if row.way != "openflow")


def _heard(row: Row, one: Heard) -> tuple[float, str]:
    said = f"{one.mac} > {row.mac} ARP {row.destination.address} is-at {one.mac}"
    return one.at, f"{row.device} heard {said}"
