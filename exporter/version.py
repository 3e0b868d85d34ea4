"""Which xenlens this is."""

from importlib.metadata import version

VERSION = version("xenlens")
