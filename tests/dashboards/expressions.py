"""The PromQL of a dashboard: as written, and as Prometheus would be asked."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

Json = dict[str, Any]
VARIABLE = re.compile(r"\$(?:\{([a-z_]\w*)(?::\w+)?\}|([a-z_]\w*))")
"""`$pool`, `${pool:regex}`; not the `$1` of label_replace."""
TIMES = frozenset({"__rate_interval", "__range", "__interval"})


@cache
def committed() -> dict[str, Json]:
    """Every committed dashboard by its uid."""
    folder = files("dashboards") / "json"
    found = sorted(folder.iterdir(), key=lambda file: file.name)
    dashboards = (json.loads(file.read_text(encoding="utf-8")) for file in found)
    return {dashboard["uid"]: dashboard for dashboard in dashboards}


def panels(dashboard: Json) -> Iterator[Json]:
    """Every panel that shows something, those in closed rows too; rows are none."""
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            yield from panel["panels"]
        else:
            yield panel


def queries(dashboard: Json) -> Iterator[tuple[str, str]]:
    """As written: `uid/title of the panel/refId` and its PromQL; annotations as panels."""
    for panel in panels(dashboard):
        for target in panel.get("targets", ()):
            yield f"{dashboard['uid']}/{panel['title']}/{target['refId']}", target["expr"]
    for annotation in dashboard["annotations"]["list"]:
        yield f"{dashboard['uid']}/{annotation['name']}/A", annotation["expr"]


def expressions(dashboard: Json) -> Iterator[tuple[str, str]]:
    """As asked with everything chosen: variables are `.*`, times are `5m`."""
    for key, expr in queries(dashboard):
        yield key, with_everything(expr)


def with_everything(expr: str, time: str = "5m") -> str:
    """The PromQL with its variables replaced."""
    return VARIABLE.sub(lambda found: time if (found[1] or found[2]) in TIMES else ".*", expr)
