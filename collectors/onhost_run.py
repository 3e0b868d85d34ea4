"""Runs xenlens's own programs on a host: streamed to its Python, or from where one is installed."""

from collectors.host import NOT_FOUND, Output
from collectors.onhost import HOST, program
from collectors.registry import CollectorFailed, Look

PYTHONS = ("python3", "python")
"""XenServer 6 and XCP-ng 8.2 have Python 2 only, as `python`."""
SWITCHES = ("-S", "-E")
"""Neither site-packages nor PYTHON… variables of the host: they cost time and may do anything."""


class OnHost:
    """One host's Python, found once, for one of the programs."""

    def __init__(self, name: str = HOST) -> None:
        self._name = name
        self._pythons: tuple[str, ...] = PYTHONS

    async def run(self, look: Look, *words: str) -> str:
        """What a verb printed. Raises HostError, and CollectorFailed where it cannot be run."""
        for python in self._pythons:
            output = await self._with(python, look, words)
            if output.exit_status != NOT_FOUND:
                self._pythons = (python,)
                return self._text_of(output, self._installed(look))
        tried, self._pythons = " nor ".join(self._pythons), PYTHONS
        raise CollectorFailed("no_python", f"the host has no {tried}: nothing can be probed")

    async def _with(self, python: str, look: Look, words: tuple[str, ...]) -> Output:
        installed = self._installed(look)
        if installed is not None:
            return await look.run(python, *SWITCHES, installed, *words)
        return await look.run(python, *SWITCHES, "-", *words, stdin=program(self._name))

    def _installed(self, look: Look) -> str | None:
        return look.inventory.probing.program if self._name == HOST else None

    def _text_of(self, output: Output, installed: str | None) -> str:
        if output.exit_status == 0:
            return output.stdout
        lines = (output.stderr or output.stdout).strip().splitlines()
        said = lines[-1] if lines else "it said nothing"
        text = f"{self._name}.py exited {output.exit_status}: {said}"
        if installed is not None and "can't open file" in said:
            text += "; copy it there, or leave probe.program out"
        raise CollectorFailed("exit_status", text)
