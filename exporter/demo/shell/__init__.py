"""The login shell of a simulated dom0."""

from exporter.demo.shell.process import Shell

__all__ = ["Shell"]
