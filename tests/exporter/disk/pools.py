"""A pool of three fake hosts with one multipathed SR, and a guest that is only probed."""

from collections.abc import Mapping
from pathlib import Path

from collectors.host import Host
from collectors.inventory import HostInventory
from collectors.xapi.records import PoolState
from collectors.xapi.source import XapiFailed, XapiSource
from exporter.config import Target
from exporter.disk.attempt import Means
from exporter.disk.holds import Holds
from exporter.fleet import Fleet
from exporter.hosts.settings import Recorded
from tests.collectors.pool_readings import STATE
from tests.exporter.fleets import MAP
from tests.fake_sources import FakeSource
from tests.fakes import Answer, FakeClock, FakeHost

LIST = "multipath -ll"
GUEST = "debian6"
SOUND: Mapping[str, Answer] = {LIST: MAP}
ONE_FAILED = MAP.replace("sdb 8:16 [active][ready]", "sdb 8:16 [failed][faulty]")
WRONG_CONTROLLER = MAP.replace("[prio=50][active]", "[prio=50][enabled]").replace(
    "[prio=1][enabled]", "[prio=1][active]"
)


class Machines:
    """The fake machines behind a fleet, by name."""

    def __init__(
        self, state: PoolState | XapiFailed | None = STATE, **answers: Mapping[str, Answer]
    ) -> None:
        self.hosts = {name: FakeHost({**SOUND, **answers.get(name, {})}, name) for name in "abc"}
        self.hosts[GUEST] = FakeHost(answers.get(GUEST, {}), GUEST)
        self.xapi = FakeSource(state)
        self.fleet = self._made()

    def again(self) -> "Machines":
        """With a fleet of the hosts that are there now."""
        self.fleet = self._made()
        return self

    def _made(self) -> Fleet:
        targets = list(map(target_of, self.hosts))
        return Fleet(targets, FakeClock(), self._open, None, self._ways)

    def _open(self, name: str, settings: object) -> Host:
        return self.hosts[name]

    def _ways(self, target: Target, host: Host) -> tuple[XapiSource, ...]:
        return (self.xapi,) if target.name == "a" else ()

    def means(self, folder: Path, *, anyway: bool = False, patience: float = 1.0) -> Means:
        """What an attempt needs, with little patience."""
        return Means(self.fleet, Holds(), folder, 2.0, patience, anyway)


def target_of(name: str) -> Target:
    """One of the machines in the inventory."""
    settings = Recorded(Path("none"))
    return Target(name, "modular", settings, HostInventory(), guest=name == GUEST)
