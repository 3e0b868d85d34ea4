"""docs/metrics.md, generated from the families that the code declares."""

from collections.abc import Iterable

from collectors.metrics import Family
from collectors.registry import collectors_by_name
from exporter import status

INTRODUCTION = """\
# Metrics

Generated from the code by `make docs`; a test keeps it true.

Every series of a host carries `pool` and `host`, the names of the inventory; series of a pool
(`/probe?target=pool:NAME`) carry `pool`, and `host` where they are about one. A fact that is
not known has no series. When a collector fails, its data series disappear and its status
series stay, with `xenlens_collector_success` at 0.
"""


def reference() -> str:
    """The whole page."""
    sections = [_section("Status of a target", status.FAMILIES)]
    for name, collector in collectors_by_name().items():
        made = collector()
        title = f"Collector `{name}` (of a {made.scope})"
        sections.append(_section(title, made.families))
    return "\n".join([INTRODUCTION, *sections])


def _section(title: str, families: Iterable[Family]) -> str:
    rows = "".join(
        f"| `{f.name}` | {f.kind} | {', '.join(f'`{x}`' for x in f.labels)} | {f.help} |\n"
        for f in families
    )
    return f"## {title}\n\n| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n{rows}"


if __name__ == "__main__":
    print(reference(), end="")
