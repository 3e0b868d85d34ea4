"""multipathd's command language: `multipathd -k'…'` of 0.4.7 and 0.4.9.

What it does not understand it answers with its help text and exit status 0 (multipathd/cli.c).
"""

import shlex
from collections.abc import Sequence

from exporter.demo.command import Dom0, Result
from exporter.demo.config_files import multipath_conf
from exporter.demo.faces.maps_json import maps_json
from exporter.demo.faces.multipathd_help import HELP
from exporter.demo.faces.topology import topology
from exporter.demo.faces.wildcards import MAP_HEADERS, PATH_HEADERS, map_row, path_rows, table

_PATHS = "%i %d %D %p %t %T %o %C"
_MAPS = "%n %d %w"
_MAPS_STATUS = "%n %F %Q %N %t %r"
_MAPS_STATS = "%n %0 %1 %2 %3 %4"
DAEMON_PID = 1305
_ALIASES = {
    "list": "show",
    "multipath": "map",
    "multipaths": "maps",
    "remove": "del",
    "switch": "switchgroup",
}


def multipathd(dom0: Dom0, argv: Sequence[str]) -> Result:
    """The command `multipathd`, asked with `-k'QUERY'`, `-k QUERY` or, from 0.4.9 on, as words.

    Without `-k` 0.4.7 knows no queries: it would start a second daemon, which says nothing.
    """
    if argv[1:2] == ["-k"]:
        query = " ".join(argv[2:])
    elif len(argv) > 1 and argv[1].startswith("-k"):
        query = argv[1][2:]
    elif dom0.state.flavour.multipath == "0.4.7":
        return Result()
    else:
        query = " ".join(f'"{word}"' if " " in word else word for word in argv[1:])
    return Result(ask(dom0, query))


def ask(dom0: Dom0, query: str) -> str:
    """The daemon's answer to one query."""
    try:
        words = shlex.split(query)
    except ValueError:
        words = []
    words = [_ALIASES.get(word, word) for word in words]
    answer = _answer_both(dom0, words)
    if answer is None and dom0.state.flavour.multipath == "0.4.9":
        answer = _answer_0_4_9(dom0, words)
    if answer is None:
        return HELP[dom0.state.flavour.multipath]
    return answer


def _answer_both(dom0: Dom0, words: list[str]) -> str | None:
    match words:
        case ["show", "topology"] | ["show", "maps", "topology"]:
            storage = dom0.state.storage
            return "".join(topology(dom0.state.flavour, storage, disk) for disk in storage.disks)
        case ["show", "map", name, "topology"]:
            return _one(dom0, name)
        case ["show", "paths"]:
            return _paths(dom0, _PATHS, raw=False)
        case ["show", "maps"]:
            return _maps(dom0, _MAPS, raw=False)
        case ["show", "maps", "status"]:
            return _maps(dom0, _MAPS_STATUS, raw=False)
        case ["show", "maps", "stats"]:
            return _maps(dom0, _MAPS_STATS, raw=False)
        case ["switchgroup", "map", name, "group", number]:
            known = number.isdigit() and dom0.model.switch_group(dom0.name, name, int(number))
            return "ok\n" if known else "fail\n"
        case ["fail" | "reinstate" | "add" | "del" as verb, "path", device]:
            return "ok\n" if dom0.model.order_path(dom0.name, verb, device) else "fail\n"
        case ["show", "config"]:
            return multipath_conf(dom0)
    return None


def _answer_0_4_9(dom0: Dom0, words: list[str]) -> str | None:
    match words:
        case ["show", "daemon"]:
            return f"pid {DAEMON_PID} running\n"
        case ["show", "maps", "json"]:
            return maps_json(dom0.state.storage)
        case ["show", "paths", "raw", "format", style]:
            return _paths(dom0, style, raw=True)
        case ["show", "paths", "format", style]:
            return _paths(dom0, style, raw=False)
        case ["show", "maps", "raw", "format", style]:
            return _maps(dom0, style, raw=True)
        case ["show", "maps", "format", style]:
            return _maps(dom0, style, raw=False)
    return None


def _one(dom0: Dom0, name: str) -> str:
    disk = dom0.state.storage.disk(name)
    return topology(dom0.state.flavour, dom0.state.storage, disk) if disk else "fail\n"


def _paths(dom0: Dom0, style: str, *, raw: bool) -> str:
    return table(style, path_rows(dom0.state.storage), PATH_HEADERS, raw=raw)


def _maps(dom0: Dom0, style: str, *, raw: bool) -> str:
    storage = dom0.state.storage
    rows = [map_row(storage, disk) for disk in storage.disks]
    return table(style, rows, MAP_HEADERS, raw=raw) or "ok\n"
