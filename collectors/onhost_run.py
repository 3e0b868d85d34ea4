"""Runs xenlens_host.py on a host: streamed to its Python, or from where it is installed."""

from collectors.host import NOT_FOUND, Output
from collectors.onhost import program
from collectors.registry import CollectorFailed, Look

PYTHONS = ("python3", "python")
"""XenServer 6 and XCP-ng 8.2 have Python 2 only, as `python`."""
SWITCHES = ("-S", "-E")
"""Neither site-packages nor PYTHON… variables of the host: they cost time and may do anything."""


class OnHost:
    """One host's Python, found once."""

    def __init__(self) -> None:
        self._pythons: tuple[str, ...] = PYTHONS

    async def run(self, look: Look, *words: str) -> str:
        """What a verb printed. Raises HostError, and CollectorFailed where it cannot be run."""
        for python in self._pythons:
            output = await self._with(python, look, words)
            if output.exit_status != NOT_FOUND:
                self._pythons = (python,)
                return _text_of(output, look.inventory.probing.program)
        tried, self._pythons = " nor ".join(self._pythons), PYTHONS
        raise CollectorFailed("no_python", f"the host has no {tried}: nothing can be probed")

    async def _with(self, python: str, look: Look, words: tuple[str, ...]) -> Output:
        installed = look.inventory.probing.program
        if installed is not None:
            return await look.run(python, *SWITCHES, installed, *words)
        return await look.run(python, *SWITCHES, "-", *words, stdin=program())


def _text_of(output: Output, installed: str | None) -> str:
    if output.exit_status == 0:
        return output.stdout
    lines = (output.stderr or output.stdout).strip().splitlines()
    said = lines[-1] if lines else "it said nothing"
    text = f"xenlens_host.py exited {output.exit_status}: {said}"
    if installed is not None and "can't open file" in said:
        text += "; copy it there, or leave probe.program out"
    raise CollectorFailed("exit_status", text)
