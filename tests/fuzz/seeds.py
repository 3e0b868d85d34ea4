"""Real outputs, or such as a real program would print, for every reader to begin with."""

import json
import xmlrpc.client
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from collectors.lacp_show import LacpBond, LacpMember
from collectors.multipathd import MAPS_JSON, RAW_PATHS, ask
from collectors.proc_bonding import LinuxBond, LinuxMember
from exporter.demo.command import Dom0
from exporter.demo.faces.multipathd import multipathd
from exporter.demo.faults import Fault
from exporter.demo.model import Model
from exporter.demo.modular import modular_chassis
from tests.collectors.test_lacp_show import LAYOUTS
from tests.collectors.test_lacp_show import printed as lacp_shown
from tests.collectors.test_proc_bonding import printed as bonding_file
from tests.collectors.xapi.rpc_tables import tables
from tests.collectors.xapi.xe_pool import lists
from tests.collectors.xe_printer import printed
from tests.real import CORPUS
from tests.synthetic import multipath_listing

TESTS = Path(__file__).parent.parent
FIXTURES = TESTS / "fixtures"
LONGEST = 20_000
"""Bytes of a seed: longer ones say nothing new and take long."""
_FOLDERS = {
    "bond-list": ("bond-show", "ovs-errors"),
    "bond-show": ("bond-show", "ovs-bond-show", "ovs-errors"),
    "fio": ("fio",),
    "hdparm": ("hdparm",),
    "lacp-show": ("ovs-lacp-show", "ovs-errors"),
    "list-domains": ("list_domains",),
    "multipath": ("multipath", "multipath/*", "multipath-ll", "multipath-live/*"),
    "multipath-json": ("multipathd-json",),
    "multipath-raw": ("multipathd-raw-format", "multipathd-show-paths", "multipathd-errors"),
    "proc-net-bonding": ("proc-net-bonding",),
    "xe": ("xe",),
    "xe-minimal": ("xe",),
    "xe-complete": ("xe",),
    "dmsetup-status": ("dmsetup",),
    "transcript": ("recorded", "bond-show", "multipath"),
    "alertmanager": ("alertmanager",),
}
"""Folders of tests/fixtures, and of the corpus where it is there."""
_ROUTES = """\
Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
xenbr0\t00000000\tFE0200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
xenbr0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
"""
_MOUNTS = """\
/dev/sda1 / ext3 rw,noatime,barrier=0 0 0
nfs:/iso\\040library /var/run/sr-mount/a nfs rw,soft,timeo=133 0 0
"""
_LISTED = """\
22202000155fdb615|mpath-22202000155fdb615|253|0
VG_XenStorage--1-LV|LVM-abc|253|5
"""
_LVM = """\
devices {
    filter = [ "a|^/dev/mapper/|", "r|^/dev/sd|", "r/.*/" ]  # of multipath only
    global_filter = [ "r|^/dev/nbd|" ]
}
"""
_SEEK = "seeks 4 0.021\n5100 4900 5300 5020\n"
_ROW = {
    "bond": "bond0",
    "member": "eth0",
    "destination": "192.0.2.1",
    "way": "raw",
    "sender": "0.0.0.0",
    "sent": 3,
    "neighbour": None,
    "reason": None,
    "text": "",
    "answers": [{"mac": "02:00:00:00:00:01", "received": 3, "rtts": [0.0004, 0.0003, 0.0005]}],
}
_REPORT = {"xenlens_host": 1, "rows": [_ROW], "seconds": 0.61, "cpu_seconds": 0.04}
_DISK = (
    "xenlens_disk 1\nfact type ext4\ntook measure 0.5\nended status 0\n"
    "stdout 5\nhello\nstderr 0\n\nend\n"
)


@cache
def seeds(name: str) -> list[bytes]:
    """The seeds of a subject; at least one."""
    found = [*_written(name), *_of_folders(_FOLDERS.get(name, ()))]
    return [seed for seed in found if len(seed) <= LONGEST]


def _of_folders(folders: tuple[str, ...]) -> Iterator[bytes]:
    for root in (FIXTURES, CORPUS):
        for folder in folders:
            for file in sorted(root.glob(f"{folder}/*")):
                if file.suffix in (".txt", ".json") and not file.name.endswith(".yaml"):
                    yield file.read_bytes()


def _written(name: str) -> Iterator[bytes]:
    """Those that stand in no file."""
    texts = {
        "routes": _ROUTES,
        "proc-mounts": _MOUNTS,
        "dmsetup-listed": _LISTED,
        "lvm-filter": _LVM,
        "disk-seek": _SEEK,
        "disk-answer": _DISK,
        "reachability": json.dumps(_REPORT),
        "bond-list": "bond\ttype\tslaves\nbond0\tactive-backup\teth0, eth2\n",
        "list-domains": " id |                                 uuid |  state\n"
        "  0 | 00000000-0000-0000-0000-000000000000 |     R \n",
        "unixctl": '{"id":0,"result":"---- bond0 ----\\n","error":null}',
        "multipath": multipath_listing(3, 4) + multipath_listing(2, 4, "0.4.7"),
        "xapi-tables": json.dumps(tables()),
    }
    yield from (text.encode() for key, text in texts.items() if key == name)
    yield from _of_xapi(name)
    yield from _of_demo(name)
    yield from _of_bonds(name)
    if name == "configuration":
        folders = (FIXTURES / "config", TESTS / "config")
        yield from (file.read_bytes() for f in folders for file in sorted(f.rglob("*.yml")))
    if name in ("xe", "xe-complete"):
        yield from (printed(records).encode() for records in lists().values())


def _of_xapi(name: str) -> Iterator[bytes]:
    for table in tables().values():
        if name == "json-rpc":
            yield json.dumps({"jsonrpc": "2.0", "id": 1, "result": table}).encode()
            yield json.dumps({"result": {"Status": "Success", "Value": table}}).encode()
        if name == "xml-rpc":
            value = {"Status": "Success", "Value": table}
            yield xmlrpc.client.dumps((value,), methodresponse=True, allow_none=True).encode()
    if name == "json-rpc":
        failure = {"Status": "Failure", "ErrorDescription": ["HOST_IS_SLAVE", "192.0.2.1"]}
        yield json.dumps({"result": failure}).encode()


def _of_demo(name: str) -> Iterator[bytes]:
    """multipathd's answers in the demo pool, with all its paths and with a controller pulled."""
    words = {"multipath-json": MAPS_JSON, "multipath-raw": RAW_PATHS}.get(name)
    if words is None:
        return
    for faults in ((), (Fault("scm2", "pulled"),)):
        model = Model(modular_chassis(), lambda: 0.0)
        for fault in faults:
            model.apply(fault)
        yield multipathd(Dom0(model, "xcp83"), ask(*words)).stdout.encode()


def _of_bonds(name: str) -> Iterator[bytes]:
    """Bonds with one member that is well and one that is not, in every layout."""
    if name == "lacp-show":
        members = (LacpMember("eth0", True, True, True), LacpMember("eth1", False, False, False))
        bond = LacpBond("bond0", "active negotiated", members)
        yield from (lacp_shown(bond, version).encode() for version in LAYOUTS)
    if name == "proc-net-bonding":
        mode = "fault-tolerance (active-backup)"
        good, bad = (
            LinuxMember(nic, up, None, f"02:00:00:00:00:0{up:d}")
            for nic, up in (("eth0", True), ("eth1", False))
        )
        yield bonding_file(LinuxBond(mode, 1, "eth0", "eth0", (good, bad))).encode()
        yield bonding_file(LinuxBond(mode, 1, "eth0", None, (bad, good))).encode()
