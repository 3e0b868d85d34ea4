"""The commands, each imported when it is asked for: together they take longer than most of them."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

COMMANDS: Mapping[str, str] = {
    "serve": "serve",
    "check": "check",
    "parse": "parse",
    "demo": "demo",
    "rules": "rules",
    "runbooks": "runbooks",
    "dashboards": "dashboards",
    "playbooks": "playbooks",
    "health": "health",
    "config": "config_app",
    "hosts": "hosts_app",
    "probe": "probe_app",
    "drill": "drill_app",
    "remediation": "remediation_app",
}
"""What each is in the module of its name, in the order of `--help`."""


class Commands(TyperGroup):
    """The group of all commands."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names: those of COMMANDS, then others."""
        return [*COMMANDS, *(name for name in self.commands if name not in COMMANDS)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name; None where there is none, and then what is like it is told."""
        if cmd_name not in self.commands:
            needed = [cmd_name] if cmd_name in COMMANDS else COMMANDS
            self.commands.update({name: _imported(name) for name in needed})
        return super().get_command(ctx, cmd_name)


def _imported(name: str) -> Any:
    found = getattr(import_module(f"exporter.cli.{name}"), COMMANDS[name])
    around = typer.Typer(rich_markup_mode="markdown")
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
    else:
        around.command(name)(found)
    return get_group(around).commands[name]
