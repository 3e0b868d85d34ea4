"""The configuration: read it with `load`."""

from exporter.config.configuration import Configuration
from exporter.config.load import default_path, load
from exporter.config.problems import ConfigError
from exporter.config.targets import (
    POOL_PREFIX,
    PoolTarget,
    Target,
    UnknownTarget,
    pools_of,
)
from exporter.config.xapi import XapiSettings

__all__ = [
    "POOL_PREFIX",
    "ConfigError",
    "Configuration",
    "PoolTarget",
    "Target",
    "UnknownTarget",
    "XapiSettings",
    "default_path",
    "load",
    "pools_of",
]
