"""A guest that is only probed: whether it answers, and what it runs."""

from collections.abc import Iterable
from dataclasses import dataclass

from collectors.metrics import Family, Page
from collectors.registry import CollectorFailed, Finding, Look, Reading, Scope, View, collector

INFO = Family(
    "xenlens_guest_info", "A guest that answers, and its kernel (uname -sr).", ("kernel",)
)


@dataclass(frozen=True, slots=True)
class Guest:
    """What `uname -sr` prints, such as `Linux 6.1.0`."""

    kernel: str


@collector
class Guests:
    """Asks a guest for its kernel, because nothing else is asked of it between its probes."""

    name = "guest"
    scope: Scope = "guest"
    families = (INFO,)

    async def read(self, look: Look) -> Reading[Guest]:
        """The kernel. Raises HostError, and CollectorFailed where there is no `uname`."""
        output = await look.run("uname", "-sr")
        if output.exit_status != 0 or not output.stdout.strip():
            said = (output.stderr or output.stdout).strip()
            raise CollectorFailed("exit_status", f"uname exited {output.exit_status}: {said}")
        return Reading((Guest(output.stdout.strip()),), "uname")

    def fill(self, page: Page, reading: Reading[Guest], view: View) -> None:
        """One series, while it answers."""
        for guest in reading.records:
            page.add(INFO, 1, kernel=guest.kernel)

    def findings(self, reading: Reading[Guest], view: View) -> Iterable[Finding]:
        """None: a guest that does not answer is down, and that is told already."""
        return ()

    async def close(self) -> None:
        """Nothing is kept."""
