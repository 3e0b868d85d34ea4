"""The configuration: read it with `load`."""

from exporter.config.load import default_path, load
from exporter.config.problems import ConfigError
from exporter.config.targets import Configuration, Target, UnknownTarget

__all__ = [
    "ConfigError",
    "Configuration",
    "Target",
    "UnknownTarget",
    "default_path",
    "load",
]
