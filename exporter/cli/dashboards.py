"""`xenlens dashboards`: the Grafana dashboards, listed or written."""

import json
from importlib.resources import files

from rich.table import Table
from rich.text import Text

from exporter.cli.bundled import BASE, Output, Overwrite, Url, base_of, write_all
from exporter.cli.console import console


def dashboards(
    output: Output = None,
    url: Url = None,
    overwrite: Overwrite = False,
) -> None:
    """List the Grafana dashboards, or write them as JSON for Grafana's provisioning.

    Where a dashboard in DIR differs nothing is written: after an update of xenlens add
    --overwrite. Other files stay as they are.

    Exits 1 when something cannot be written, 2 when an option is wrong.
    """
    base = base_of(url, output)
    if output is None:
        console().print(_table())
    else:
        write_all(output, contents(base), overwrite)


def contents(base: str = BASE) -> dict[str, str]:
    """Every dashboard's JSON by the name of its file, with links to xenlens at `base`."""
    folder = files("dashboards") / "json"
    found = folder.iterdir() if folder.is_dir() else ()
    texts = {file.name: file.read_text(encoding="utf-8").replace(BASE, base) for file in found}
    return {name: texts[name] for name in sorted(texts) if name.endswith(".json")}


def _table() -> Table:
    table = Table("file", "dashboard", "uid", box=None, pad_edge=False)
    for name, text in contents().items():
        dashboard = json.loads(text)
        table.add_row(*map(Text, (name, dashboard["title"], dashboard["uid"])))
    return table
