"""What xenlens runs on hosts: one file, streamed to the host or installed there."""

from functools import cache
from importlib.resources import files


@cache
def program() -> str:
    """The text of xenlens_host.py."""
    return files(__name__).joinpath("xenlens_host.py").read_text(encoding="ascii")
