"""A simulated chassis on a clock that tests set, and a shell on each of its hosts."""

from exporter.demo.command import Dom0, Result
from exporter.demo.faults import parse_fault
from exporter.demo.model import Model
from exporter.demo.modular import modular_chassis
from exporter.demo.shell import Shell

HOSTS = ("xenserver1", "xcp82", "xcp83")


class Simulated:
    """Three hosts. `now` is the clock, in seconds."""

    def __init__(self, *, shared_disk: bool = True) -> None:
        self.now = 1000.0
        self.model = Model(modular_chassis(shared_disk=shared_disk), lambda: self.now)

    def fault(self, *texts: str) -> None:
        """Let faults happen, one after the other."""
        for text in texts:
            self.model.apply(parse_fault(text, self.model.chassis.faults()))

    def dom0(self, host: str) -> Dom0:
        """A host, as its own tools see it."""
        return Dom0(self.model, host)

    def run(self, host: str, line: str) -> Result:
        """What a login shell of a host answers to a line."""
        return Shell(self.dom0(host), 4000).run(line)

    def printed(self, host: str, line: str) -> str:
        """Standard output of a line that succeeds; multipath 0.4.7 exits 1 after listing."""
        result = self.run(host, line)
        lists_with_0_4_7 = host == "xenserver1" and line.startswith("multipath ")
        assert result.status == (1 if lists_with_0_4_7 else 0), result
        return result.stdout

    def active(self, host: str, bond: str) -> str | None:
        """The active member of a bond."""
        found = self.model.chassis.hosts[host].bond(bond)
        assert found is not None
        return found.active
