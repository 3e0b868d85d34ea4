"""`xe`'s text of 16 hosts, 200 SRs, 3,200 PBDs and 2,000 VMs: how fast it is read."""

from collections.abc import Callable, Mapping
from statistics import median

from collectors.parsing import Parsed
from collectors.xapi.records import PoolState
from collectors.xapi.xe_lists import LISTS, XeAnswers
from collectors.xapi.xe_state import state_from_xe
from collectors.xe_complete import Record, complete_records
from collectors.xe_text import parse_xe
from tests.bench.measure import Line, Say, stopwatch
from tests.collectors.xapi.xe_pool import Lists, lists, uuid
from tests.collectors.xe_printer import printed

HOSTS, SRS, VMS = 16, 200, 2000
RUNS = 15
TARGET = 300.0
"""Milliseconds, for the six lists of one read together."""


async def measure(say: Say) -> list[Line]:
    """Read the text strictly, as the source does, leniently, as `parse` does, and all of it."""
    texts = {kind: printed(records) for kind, records in _pool().items()}
    size = f"{sum(map(len, texts.values())) / 1e6:.2f} MB"
    say("xe's text of a large pool: parsing")
    return [
        _line("parse xe as printed", lambda: _as_printed(texts), size),
        _line("parse xe as pasted", lambda: _as_pasted(texts), size),
        _line("xe's text to records", lambda: _state(texts), size),
    ]


def _line(what: str, run: Callable[[], object], size: str) -> Line:
    times = []
    for _ in range(RUNS):
        with stopwatch() as taken:
            run()
        times.append(taken() * 1000)
    note = f"{size}; best of {RUNS}: {min(times):.0f} ms"
    return Line(what, median(times), "ms", TARGET, note=note)


def _as_printed(texts: Mapping[str, str]) -> dict[str, Parsed[Record]]:
    return {each.kind: complete_records(texts[each.kind], frozenset(each.fields)) for each in LISTS}


def _as_pasted(texts: Mapping[str, str]) -> dict[str, Parsed[Record]]:
    return {kind: parse_xe(text) for kind, text in texts.items()}


def _state(texts: Mapping[str, str]) -> PoolState:
    state = state_from_xe(XeAnswers(_as_printed(texts), {}, False, {}))
    assert (len(state.pbds), len(state.vms), state.damaged) == (HOSTS * SRS, VMS, 0)
    return state


def _pool() -> Lists:
    pool = lists()
    host, sr, pbd, vm = (pool[kind][0] for kind in ("host", "sr", "pbd", "vm"))
    hosts = [uuid(f"c{number:04x}") for number in range(HOSTS)]
    srs = [uuid(f"a{number:04x}") for number in range(SRS)]
    return pool | {
        "host": [host | {"uuid": of} for of in hosts],
        "sr": [sr | {"uuid": of} for of in srs],
        "pbd": [
            pbd | {"uuid": uuid(f"b{one:04x}{other:04x}"), "host-uuid": hosts[one], "sr-uuid": of}
            for one in range(HOSTS)
            for other, of in enumerate(srs)
        ],
        "vm": [
            vm | {"uuid": uuid(f"d{number:04x}"), "resident-on": hosts[number % HOSTS]}
            for number in range(VMS)
        ],
    }
