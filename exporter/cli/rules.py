"""`xenlens rules`: the alert rules, listed or written for Prometheus."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from alerts import bundle
from alerts.bundle import Alert
from alerts.words import title
from exporter.cli.bundled import Output, Overwrite, Url, base_of, write_all
from exporter.cli.console import console

STYLES = {"critical": "bold red", "warning": "yellow", "info": "cyan"}


def rules(
    output: Output = None,
    url: Url = None,
    overwrite: Overwrite = False,
    alertmanager: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a configuration of Alertmanager, to fill in."),
    ] = None,
) -> None:
    """List the alerts, or write their rules for Prometheus.

    DIR is for the rule_files of Prometheus, as DIR/*.yml, and so for nothing but rules. Where a
    rule there differs nothing is written: after an update of xenlens add --overwrite. Other files
    stay as they are.

    FILE names who is told what. It is yours to fill in: once it is there it is not overwritten.

    Exits 1 when something cannot be written, 2 when an option is wrong.
    """
    base = base_of(url, output)
    if output is not None:
        write_all(output, contents(base), overwrite)
    if alertmanager is not None:
        text = bundle.alertmanager_config().read_text(encoding="utf-8")
        write_all(alertmanager.parent, {alertmanager.name: text})
    if output is None and alertmanager is None:
        console().print(_table())


def contents(base: str) -> dict[str, str]:
    """Every file of rules by name, with links to the runbooks at `base`."""
    return {
        file.name: file.read_text(encoding="utf-8").replace(bundle.RUNBOOKS, f"{base}/runbooks/")
        for file in bundle.rule_files()
    }


def _table() -> Table:
    table = Table("alert", "severity", "for", "playbook (after)", "what", box=None, pad_edge=False)
    for alert in bundle.alerts():
        if not alert.for_machine:
            table.add_row(*_row(alert))
    return table


def _row(alert: Alert) -> tuple[Text, ...]:
    after = bundle.waits_for_machine().get(alert.name)
    playbook = f"{alert.playbook} ({after})" if after else ""
    severity = Text(alert.severity, style=STYLES[alert.severity])
    return Text(alert.name), severity, Text(alert.wait or "0s"), Text(playbook), Text(title(alert))
