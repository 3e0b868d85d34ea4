"""Level `probe` as well: what playbooks look at, also where they only observe."""

from collections.abc import Iterator

from alerts.remediation.tools.coordinator_facts import POOL_CONF
from alerts.remediation.tools.multipath_calm import CONFIG, MARGINAL, RUNNING, STATUS
from alerts.remediation.tools.multipath_device import DEVICE, read_argv, state_file
from alerts.remediation.tools.multipath_returned import ADAPTERS, DISKS
from alerts.remediation.tools.storage_saved import PBD, SR, VDI
from exporter.keys.patterns import NAME, REPEATED, UUID, Shape, exactly, one_of, xe

_ALWAYS = (POOL_CONF, CONFIG, MARGINAL, RUNNING, STATUS, ("ls", DISKS), ("ls", ADAPTERS))
"""Command lines in which nothing varies."""
_PARAMS = one_of(
    dict.fromkeys(
        (
            *(*SR, *PBD, *VDI, "sr-uuid", "vm-uuid", "vm-name-label", "vdi-uuid", "empty"),
            *("ha-restart-priority", "ha-always-run", "ha-statefiles"),
        )
    )
)
_FIELDS = f"params=({_PARAMS})(,({_PARAMS}))*"
_KEYS = (
    ("pool", "ha-statefiles|ha-configuration"),
    ("vm", "ha-restart-priority"),
)


def shapes() -> Iterator[Shape]:
    """Every command line that the level adds for playbooks."""
    yield from map(exactly, _ALWAYS)
    yield from _multipath()
    yield from _open_vswitch()
    yield ("stat", "-c", "%s", rf"/var/xapi/xenlens-{UUID}\.dump")
    yield from _xapi()


def _multipath() -> Iterator[Shape]:
    yield ("cat", state_file(DEVICE))
    yield read_argv(DEVICE)
    yield ("grep", "-H", "", f"{DISKS}/{DEVICE}/device/wwid", REPEATED)
    yield ("grep", "-H", "", f"{ADAPTERS}/host[0-9]{{1,4}}/proc_name", REPEATED)


def _open_vswitch() -> Iterator[Shape]:
    yield ("ovs-appctl", "fdb/show", NAME)
    yield ("ovs-vsctl", "--version")
    yield ("ovs-vsctl", "--timeout=5", "port-to-br", NAME)
    yield ("ovs-vsctl", "--timeout=5", "get", "Port", NAME, "other_config")
    yield ("ovs-vsctl", "--timeout=5", "get", "Interface", NAME, "ofport")


def _xapi() -> Iterator[Shape]:
    yield xe("(vbd|vm|pool)-list", _FIELDS)
    yield xe("(sr|pbd|vdi)-list", f"(sr-)?uuid={UUID}", _FIELDS)
    yield xe("vdi-list", "params=sr-uuid", "--minimal", f"uuid={UUID}")
    for kind, names in _KEYS:
        yield xe(f"{kind}-param-get", f"uuid={UUID}", f"param-name=({names})")
