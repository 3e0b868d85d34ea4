"""A host `a` with a map of two path groups and its peer `b`, as a test wants them to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from alerts.remediation.records import Diagnosis, Plan, Refusal, Target
from alerts.remediation.tool import Tool
from alerts.remediation.tools.multipath_calm import CONFIG, MARGINAL, RUNNING, STATUS
from alerts.remediation.tools.multipath_device import read_argv, state_file
from collectors.host import Output
from collectors.inventory import HostInventory
from collectors.multipath_reading import MultipathReading
from collectors.multipath_records import Group, Map, Path
from collectors.multipathd import RAW_PATHS, ask
from collectors.xapi.access import PoolReading
from collectors.xapi.records import Pbd, Pool, PoolState, Sr
from tests.alerts.remediation.fakes import Entry, FakeSight
from tests.alerts.remediation.tools.vm_shapes import assert_allowed

LUN, BOOT = "222ac00015543fe63", "22202000155fdb615"
SDA = Path("0:0:0:10", "sda", 8, 0, "active", "ready", "running")
SDB = Path("0:0:1:10", "sdb", 8, 16, "active", "ready", "running")
SDC = Path("0:0:0:0", "sdc", 8, 32, "active", "ready", "running")
"""The boot disk's, behind the same port as sda."""
GOOD, OTHER = Group("rr", 50, "active", (SDA,)), Group("rr", 1, "enabled", (SDB,))
OLD_HELP = " list|show paths\n list|show maps|multipaths\n"
"""What 0.4.7 answers to what it does not know."""
CALM_CONFIG = (
    'defaults {\n\tpolling_interval 5\n\tdelay_watch_checks "no"\n\tsan_path_err_threshold no\n}\n'
)
STATUS_HEAD = "name failback queueing paths dm-st write_prot\n"
READ = Output((), stderr="1+0 records in\n1+0 records out\n")
NOBODY = Output((), exit_status=1)
LINE = {
    "status": " ".join(STATUS),
    "running": " ".join(RUNNING),
    "marginal": " ".join(MARGINAL),
    "config": " ".join(CONFIG),
    "paths": " ".join(ask(*RAW_PATHS)),
}


def map_of(*groups: Group, wwid: str = LUN, alias: str | None = None) -> Map:
    return Map(wwid, alias, "dm-5", "Intel", "Multi-Flex", 1 << 30, (), True, None, "rw", groups)


SWITCHED = map_of(replace(GOOD, state="enabled"), replace(OTHER, state="active"))
"""I/O goes through the worse controller."""
BOOT_MAP = map_of(replace(GOOD, paths=(SDC,)), wwid=BOOT)


def failed(path: Path, checker: str = "ready", device: str = "running") -> Path:
    return replace(path, dm_state="failed", checker_state=checker, device_state=device)


def reading(*maps: Map, running: bool | None = True, seen: int = 2) -> MultipathReading:
    via = "multipathd show topology" if running else "multipath -ll"
    return MultipathReading(maps, via, daemon_running=running, seen={LUN: seen})


def raw(path: Path, map_: str = LUN, wwid: str = LUN) -> str:
    """A row of multipathd's list of paths."""
    number = f"{path.major}:{path.minor}"
    return f"{path.hctl}|{path.device}|{number}|active|ready|running|50|{wwid}|{map_}|420G\n"


def pool_at(*operations: str) -> PoolReading:
    """XAPI with the LUN's SR, at work on it or not."""
    sr = Sr("sr", "LUN0", "lvmohba", "", True, current_operations=operations)
    pbd = Pbd("pbd", "sr", "host", True, {"SCSIid": LUN})
    state = PoolState(Pool("pool", "modular", "host"), srs=(sr,), pbds=(pbd,))
    return PoolReading(state, "xe", 0.0)


@dataclass
class Scene:
    """What there is to see; tests change some of it."""

    maps: tuple[Map, ...] = (SWITCHED, BOOT_MAP)
    here: Entry = None
    """Instead of a reading of `maps`."""
    peer: Entry = field(default_factory=lambda: reading(map_of(GOOD, OTHER)))
    pool: Entry = field(default_factory=pool_at)
    asks: Mapping[str, Entry] = field(default_factory=dict)
    inventory: HostInventory = field(default_factory=lambda: HostInventory(paths_per_map=2))

    def sight(self) -> FakeSight:
        here = reading(*self.maps) if self.here is None else self.here
        reads = {("a", "multipath"): here, ("b", "multipath"): self.peer}
        inventories = {"a": self.inventory, "b": self.inventory}
        asks = self._calm() | dict(self.asks)
        return FakeSight(inventories, reads, {"modular": self.pool}, asks)

    def _calm(self) -> dict[str, Entry]:
        devices = ("sda", "sdb", "sdc")
        name = self.maps[0].alias or LUN
        return {
            LINE[
                "status"
            ]: f"name failback queueing paths dm-st write_prot\n{name} - on 2 active rw\n",
            LINE["running"]: NOBODY,
            LINE["marginal"]: "".join(f"{device}|normal\n" for device in devices),
            LINE["config"]: CALM_CONFIG,
            LINE["paths"]: raw(SDB) + raw(SDC, BOOT, BOOT),
            **{f"cat {state_file(device)}": "running\n" for device in devices},
            **{" ".join(read_argv(device)): READ for device in devices},
        }


def target(tool: Tool, path: str = "sda") -> Target:
    labels = {"pool": "modular", "host": "a", "wwid": LUN, "path": path}
    return Target(tool.name, {name: labels[name] for name in tool.target})


async def diagnosed(tool: Tool, scene: Scene, path: str = "sda") -> Diagnosis:
    return await tool.diagnose(target(tool, path), scene.sight())


async def planned(tool: Tool, scene: Scene) -> Plan:
    """The plan for a fault; the door lets all of it through."""
    sight = scene.sight()
    found = await tool.diagnose(target(tool), sight)
    plan = await tool.plan(target(tool), found, sight)
    assert_allowed(tool, plan)
    return plan


async def refused(tool: Tool, scene: Scene) -> str:
    """Why nothing is done, by diagnosis or plan."""
    with pytest.raises(Refusal) as refusal:
        await planned(tool, scene)
    assert refusal.value.text
    return refusal.value.reason


UNCALM: Mapping[str, tuple[Mapping[str, Entry], str]] = {
    "suspended": ({LINE["status"]: f"{LUN} - on 2 suspend rw\n"}, "map_suspended"),
    "not told": ({LINE["status"]: "other - on 2 active rw\n"}, "unreadable_multipathd"),
    "no daemon": ({LINE["status"]: Output((), exit_status=1)}, "unreadable_multipathd"),
    "timeout": ({LINE["status"]: "timeout\n"}, "unreadable_multipathd"),
    "multipath runs": ({LINE["running"]: "4711\n"}, "multipath_busy"),
    "no pidof": ({LINE["running"]: Output((), exit_status=127)}, "unreadable_processes"),
}
"""What disturbs any of the tools: what is asked and answered, and the reason."""
