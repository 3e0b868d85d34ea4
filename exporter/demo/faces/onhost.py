"""What xenlens_host.py prints when it runs on a simulated host."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from exporter.demo.command import Dom0, Result
from exporter.demo.faces.onhost_options import UsageError, probe_options
from exporter.demo.faces.onhost_round import Prober
from exporter.demo.faces.onhost_rows import Heard, Round, Row

_FORMAT = 1
_MOST_FRAMES = 400
_CPU, _CPU_PER_ROW = 0.018, 0.0004
_HELP = ("-h", "--help", "help")


def xenlens_host(dom0: Dom0, program: str, words: Sequence[str], python: str) -> Result:
    """Run a verb of the program; its own text is needed where it prints how it is used."""
    if not words or words[0] in _HELP:
        return Result(f"{_documentation(program)}\n")
    try:
        if words[0] != "probe":
            raise UsageError(f"no verb {words[0]}; there is: probe")
        options = probe_options(words[1:])
    except UsageError as error:
        return Result(stderr=f"xenlens_host: {error}\n", status=2)
    done = Prober(dom0.model.chassis, dom0.state, options).round()
    return Result(_document(done, options.count, python))


def _documentation(program: str) -> str:
    _, _, rest = program.partition('"""')
    return rest.partition('"""')[0].strip()


def _document(done: Round, count: int, python: str) -> str:
    """One row or frame a line, so that people can read it as well."""
    head = {
        "xenlens_host": _FORMAT,
        "python": python,
        "seconds": round(done.seconds, 6),
        "cpu_seconds": round(_CPU + _CPU_PER_ROW * len(done.rows), 6),
    }
    frames = sorted(frame for row in done.rows for frame in _frames(row, count))[:_MOST_FRAMES]
    rows = _list("rows", (_as_json(row) for row in done.rows))
    shown = _list("frames", (f"{at:.6f} {text}" for at, text in frames))
    return f"{json.dumps(head)[:-1]},\n{rows},\n{shown}}}\n"


def _list(name: str, entries: Iterable[Any]) -> str:
    lines = ",\n  ".join(json.dumps(entry) for entry in entries)
    return f' "{name}": [\n  {lines}\n ]'


def _as_json(row: Row) -> dict[str, Any]:
    return {
        "bond": row.bond,
        "member": row.member,
        "destination": row.destination.address,
        "vlan": row.destination.vlan,
        "way": row.way,
        "device": row.device,
        "sender": row.sender,
        "mac": row.mac,
        "sent": len(row.sent),
        "answers": list(_answers(row)),
        "neighbour": row.neighbour,
        "reason": row.reason,
        "text": row.text,
    }


def _answers(row: Row) -> Iterator[dict[str, Any]]:
    """By MAC. OpenFlow only counts, and knows the MAC only where it was asked for that one."""
    for mac, found in groupby(row.heard, lambda one: one.mac):
        rtts = [round(one.seconds, 6) for one in found]
        if row.way == "openflow":
            known = mac if mac == row.target else None
            yield {"mac": known, "received": len(rtts), "rtts": []}
        else:
            yield {"mac": mac, "received": len(rtts), "rtts": rtts}


def _frames(row: Row, count: int) -> Iterator[tuple[float, str]]:
    address = row.destination.address
    tag = "" if row.tag is None else f" vlan {row.tag}"
    for number, at in enumerate(row.sent, 1):
        to = row.asked(at, last=1 < number == count)
        said = f"{row.mac} > {to}{tag} ARP who-has {address} tell {row.sender}"
        yield at, f"{row.device} sent {said}"
    yield from (_heard(row, one) for one in row.heard if row.way != "openflow")


def _heard(row: Row, one: Heard) -> tuple[float, str]:
    said = f"{one.mac} > {row.mac} ARP {row.destination.address} is-at {one.mac}"
    return one.at, f"{row.device} heard {said}"
