"""Level `read`: what a scrape asks of a host, apart from probes that send or measure."""

from collections.abc import Iterable, Iterator

from collectors.backends_connect import SCRIPT
from collectors.bonds import NETWORK_BACKEND
from collectors.domains import COMMANDS
from collectors.hostconfig_asking import QUERY
from collectors.hostconfig_facts import LVM_CONF, MULTIPATH_CONF
from collectors.linux_bonds import LINUX_BONDS
from collectors.multipath import LISTING
from collectors.multipathd import DAEMON, MAPS_JSON, RAW_PATHS, TOPOLOGY, ask
from collectors.proc_mounts import PROC_MOUNTS
from collectors.reachability_layout import LINUX_PORTS
from collectors.routes import PROC_NET_ROUTE
from collectors.unixctl import RUNDIR
from collectors.xapi.members import IDENTITY
from collectors.xapi.records import DEVICE_CONFIG_KEYS
from collectors.xapi.rules import MPATH
from collectors.xapi.xe_lists import LISTS, PATCHES, ROLLING_UPGRADE, UPDATES
from exporter.keys.patterns import ADDRESS, NAME, UUID, Shape, exactly, literal, one_of, xe

_PACKAGE = "[A-Za-z0-9_][A-Za-z0-9_.+-]{0,120}"
_INITRD = r"/boot/initrd-[A-Za-z0-9_.+~-]{1,120}\.img"
_FILES = (f"{RUNDIR}/ovs-vswitchd.pid", MULTIPATH_CONF, LVM_CONF)
_ASKED = (MAPS_JSON, RAW_PATHS, TOPOLOGY, DAEMON)
_ALWAYS = (
    *(("cat", file) for file in _FILES),
    *(NETWORK_BACKEND, PROC_MOUNTS, PROC_NET_ROUTE, IDENTITY, LINUX_BONDS, LINUX_PORTS, LISTING),
    *(ask(*words) for words in _ASKED),
    *((command,) for command in COMMANDS),
    ("uname", "-r"),
    ("uname", "-sr"),
)
"""Command lines in which nothing varies."""
_MAPS = (
    ("pool", "other-config", literal(ROLLING_UPGRADE)),
    ("host", "software-version", "product_(brand|version)"),
    ("pbd", "device-config", one_of(sorted(DEVICE_CONFIG_KEYS))),
    ("pbd", "other-config", rf"multipathed|{MPATH}[\x21-\x39\x3c-\x7e]{{1,200}}"),
)
"""Kind, field and keys of the maps of which single keys are asked."""


def shapes() -> Iterator[Shape]:
    """Every command line of the level."""
    yield from map(exactly, _ALWAYS)
    yield from _open_vswitch()
    yield ("bash", "-c", literal(SCRIPT), ADDRESS, "[0-9]{1,5}")
    yield (*exactly(("rpm", "-q", "--qf", QUERY)), _PACKAGE)
    yield ("stat", "-c", "%Y", _INITRD)
    yield from _xapi()


def _open_vswitch() -> Iterable[Shape]:
    yield ("ovs-appctl", "bond/(show|list)|lacp/show")
    yield ("ovs-appctl", "bond/show", NAME)
    yield ("ovs-vsctl", "port-to-br|br-to-parent|br-to-vlan", NAME)


def _xapi() -> Iterable[Shape]:
    for each in (*LISTS, UPDATES, PATCHES):
        yield xe(*exactly(each.words))
    for kind, field, keys in _MAPS:
        named = (f"uuid={UUID}", f"param-name={field}", f"param-key=({keys})")
        yield xe(f"{kind}-param-get", *named)
