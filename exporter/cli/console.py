"""Where commands print tables."""

from rich.console import Console

PIPE_WIDTH = 1000
"""Columns when nobody looks."""


def console() -> Console:
    """As wide as it takes where nobody looks: lines are for programs then and must not wrap."""
    terminal = Console()
    return terminal if terminal.is_terminal else Console(width=PIPE_WIDTH)
