"""A pool of two hosts with a file SR, a LUN and an ISO library, as a test wants it to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from alerts.remediation.records import Diagnosis, Plan, Refusal, Target
from alerts.remediation.tool import Tool
from collectors.backends_connect import Check, Checks
from collectors.backends_metrics import BackendsReading
from collectors.backends_servers import backends_of, servers_of
from collectors.inventory import HostInventory
from collectors.multipath_reading import MultipathReading
from collectors.multipath_records import Group, Map, Path
from collectors.xapi.access import MemberAnswer, PoolReading
from collectors.xapi.records import PathCount, Pbd, Pool, PoolHost, PoolState, Sr
from collectors.xapi.xe_lists import CLEAN
from exporter.demo.faces.xe_print import table
from tests.alerts.remediation.fakes import Entry, FakeSight

A, B = "11111111-aaaa-bbbb-cccc-000000000001", "11111111-aaaa-bbbb-cccc-000000000002"
HOST = PoolHost(A, "a", "a", "192.0.2.11", True, True, "XCP-ng 8.3.0")
HOSTS = (HOST, replace(HOST, uuid=B, name="b", hostname="b", address="192.0.2.12"))
POOL = Pool("22222222-aaaa-bbbb-cccc-000000000001", "modular", A, ha_enabled=True)
WWID = "22202000155fdb615"
SERVER, LOCATION = "192.0.2.9", "192.0.2.9:/export/iso"
VHDS = Sr("33333333-aaaa-bbbb-cccc-000000000001", "VHDs", "nfs", "", True)
LUN = Sr("33333333-aaaa-bbbb-cccc-000000000002", "LUN0", "lvmohba", "", True)
ISOS = Sr("33333333-aaaa-bbbb-cccc-000000000003", "ISOs", "iso", "iso", True)
SCSI = Sr("33333333-aaaa-bbbb-cccc-000000000004", "SCSI", "lvmoiscsi", "", True)
TOOLS = Sr("33333333-aaaa-bbbb-cccc-000000000005", "Tools", "iso", "iso", True)
CONFIGS: Mapping[str, Mapping[str, str]] = {
    VHDS.uuid: {"server": SERVER, "serverpath": "/export/vhd"},
    LUN.uuid: {"SCSIid": WWID},
    ISOS.uuid: {"location": LOCATION, "type": "nfs_iso"},
    SCSI.uuid: {"SCSIid": WWID, "target": "192.0.2.21", "multihomelist": "192.0.2.22:3260"},
    TOOLS.uuid: {"location": "/opt/xensource/packages/iso", "legacy_mode": "true"},
}
DISC, VM, VBD = (f"44444444-aaaa-bbbb-cccc-00000000000{n}" for n in (1, 2, 3))


def pbd(sr: Sr, host: str, attached: bool = True, paths: tuple[int, int] | None = None) -> Pbd:
    """The PBD of an SR on a host, one of a LUN with two paths of two."""
    is_lun = "SCSIid" in CONFIGS[sr.uuid]
    counts = {WWID: PathCount(*(paths or (2, 2)))} if is_lun and attached else {}
    uuid = f"55555555-aaaa-bbbb-{sr.uuid[-4:]}-{host[-12:]}"
    return Pbd(uuid, sr.uuid, host, attached, CONFIGS[sr.uuid], is_lun, counts)


SRS = (VHDS, LUN, ISOS, SCSI, TOOLS)
STATE = PoolState(POOL, HOSTS, SRS, tuple(pbd(sr, host) for sr in SRS for host in (A, B)))


def with_pbds(state: PoolState, *pbds: Pbd) -> PoolState:
    """The state with these PBDs in the place of those that it has."""
    changed = {each.uuid: each for each in pbds}
    return replace(state, pbds=tuple(changed.get(each.uuid, each) for each in state.pbds))


def with_sr(state: PoolState, sr: Sr, **facts: Any) -> PoolState:
    """The state with an SR changed."""
    changed = replace(sr, **facts)
    return replace(state, srs=tuple(changed if e.uuid == sr.uuid else e for e in state.srs))


def line(kind: str, fields: tuple[str, ...], *filters: str) -> str:
    """The command line that asks xe for a list."""
    return " ".join((*CLEAN, "xe", f"{kind}-list", *filters, f"params={','.join(fields)}"))


def printed(*records: Mapping[str, str]) -> str:
    """What xe prints for a list of records."""
    return table([(f"{name} ( RO)", value) for name, value in record.items()] for record in records)


def own_map(*checkers: str) -> MultipathReading:
    """A host's only map, one path for each checker state; none for no map. It had two paths."""
    paths = tuple(
        Path(f"0:0:{n}:0", f"sd{n}", 8, n, "active", state, None)
        for n, state in enumerate(checkers)
    )
    group = Group("round-robin 0", 50, "active", paths)
    one = Map(WWID, None, "dm-0", None, None, None, (), None, None, None, (group,))
    return MultipathReading((one,) if checkers else (), "multipath -ll", seen={WWID: 2})


def mounts_text(device: str = LOCATION, kind: str = "nfs", sr: Sr = ISOS) -> str:
    """/proc/mounts with an SR mounted."""
    return f"rootfs / rootfs rw 0 0\n{device} /run/sr-mount/{sr.uuid} {kind} ro,soft 0 0\n"


@dataclass
class Storage:
    """What a test changes of the pool before it looks."""

    state: PoolState = STATE
    answers: dict[str, bool | None] = field(default_factory=dict)
    """By host, or host and address (`a 192.0.2.21`), whether a server is reached; else yes."""
    maps: MultipathReading = field(default_factory=lambda: own_map("ready", "ready"))
    mounts: str = field(default_factory=mounts_text)
    watched: tuple[str, ...] = ("a", "b")
    silent: tuple[str, ...] = ()
    """Members that do not answer."""
    asks: dict[str, Entry] = field(default_factory=dict)
    inventory: HostInventory = field(default_factory=HostInventory)

    def backends(self, host: str) -> BackendsReading:
        """How a host's servers answer it."""
        found = backends_of(self.state, A if host == "a" else B)
        checks = {}
        for server in servers_of(found):
            asked = f"{host} {server.address}"
            reachable = self.answers.get(asked, self.answers.get(host, True))
            checks[server] = Check(server, reachable, "" if reachable else "no answer within 2.0 s")
        return BackendsReading(found, "told", checks=Checks(checks, None))

    @property
    def sight(self) -> FakeSight:
        """The pool as a tool sees it."""
        members = {n: MemberAnswer(u, n not in self.silent) for n, u in (("a", A), ("b", B))}
        names = {A: "a", B: "b"}
        reading = PoolReading(self.state, "a, told", 0.0, members, names, told_by="a")
        reads: dict[tuple[str, str], Entry] = {(h, "backends"): self.backends(h) for h in "ab"}
        reads |= {(host, "multipath"): self.maps for host in "ab"}
        inventories = dict.fromkeys(self.watched, self.inventory)
        asks = {"cat /proc/mounts": self.mounts, **self.asks}
        return FakeSight(inventories, reads, {"modular": reading}, asks)


def unplugged(sr: Sr = VHDS, *hosts: str, **facts: Any) -> Storage:
    """The pool with an SR unplugged on host b, or on these hosts."""
    state = with_pbds(STATE, *(pbd(sr, host, attached=False) for host in hosts or (B,)))
    return Storage(replace(state, **facts))


async def found(tool: Tool, target: Target, storage: Storage) -> Diagnosis:
    """What a tool says of the pool."""
    return await tool.diagnose(target, storage.sight)


async def planned(tool: Tool, target: Target, storage: Storage) -> Plan:
    """What a tool would do."""
    sight = storage.sight
    return await tool.plan(target, await tool.diagnose(target, sight), sight)


async def refused(tool: Tool, target: Target, storage: Storage) -> str:
    """Why a tool plans nothing."""
    with pytest.raises(Refusal) as refusal:
        await planned(tool, target, storage)
    return refusal.value.reason
