"""What xenlens runs on hosts: files of their own, streamed to the host or installed there."""

from functools import cache
from importlib.resources import files

HOST, DISK, GATE = "xenlens_host", "xenlens_disk", "xenlens_gate"
READS = "xenlens_reads"
KEY = "xenlens_key"
"""Never streamed: the forced command of a key, installed with the others beside it."""


@cache
def program(name: str = HOST) -> str:
    """The text of one of the programs."""
    return files(__name__).joinpath(f"{name}.py").read_text(encoding="ascii")
