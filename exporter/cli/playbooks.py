"""`xenlens playbooks`: what remediation may do and within which limits, listed or written."""

from rich.table import Table
from rich.text import Text

from alerts import bundle
from exporter.cli.bundled import Output, Overwrite, write_all
from exporter.cli.console import console


def playbooks(output: Output = None, overwrite: Overwrite = False) -> None:
    """List the playbooks of remediation, or write them as YAML to be read.

    xenlens uses those that it brings along, not the files. Modes and limits are set in its
    configuration, under remediation: playbooks:. What each playbook proves and does is in
    docs/remediation.md.

    Where a playbook in DIR differs nothing is written: after an update of xenlens add --overwrite.

    Exits 1 when something cannot be written.
    """
    if output is None:
        console().print(_table())
    else:
        files = bundle.playbook_files()
        texts = {file.name: file.read_text(encoding="utf-8") for file in files}
        write_all(output, texts, overwrite)


def _table() -> Table:
    table = Table("playbook", "object", "mode", "what", box=None, pad_edge=False)
    for name, playbook in bundle.playbooks().items():
        row = (name, playbook.target[-1], str(playbook.mode), playbook.summary)
        table.add_row(*map(Text, row))
    return table
