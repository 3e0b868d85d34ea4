"""What xenlens writes to standard error: one line per event, repeats held back."""

from exporter.logs.setup import Logs, logs_on, set_level

__all__ = ["Logs", "logs_on", "set_level"]
