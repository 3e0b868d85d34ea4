"""The xenlens configuration that fits the demo pool."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import yaml

from exporter.demo.config_disks import disk_probes
from exporter.demo.config_files import operators_multipath_conf
from exporter.demo.flavours import XENSERVER_602
from exporter.demo.model import Chassis
from exporter.demo.modular import BONDS, CONTROLLERS
from exporter.demo.switches import GATEWAYS

DRIVER = "scsi_dh_alua_CBVTrak"
"""The multipath driver package that the operator built."""
DESTINATIONS = {"bond0": "auto", "bond1": GATEWAYS["bond1"]}
"""What should answer behind each bond: only the first is on the default route."""
_HEAD = "# The demo pool: a simulated Intel Modular Server chassis. Made at its start.\n"


def configuration_text(
    chassis: Chassis,
    ports: Mapping[str, int],
    key: Path,
    known_hosts: Path,
    listen: str,
    remediation: Mapping[str, object],
) -> str:
    """YAML for `xenlens serve`: eth0 and eth1, on switch 1, are the preferred members."""
    pool = {
        "bonds": {name: _bond(name, nics) for name, nics in BONDS.items()},
        "multipath": {"paths": len(CONTROLLERS)},
        "hostconfig": {
            "driver": "device-mapper-multipath",
            "lvm_filter": True,
            "mount_options": {"/": ["nobarrier"]},
        },
        "hosts": {name: _host(chassis, name, port) for name, port in ports.items()},
        "disk_probes": dict(disk_probes(chassis, list(ports))),
    }
    document = {
        "listen": listen,
        "ssh": {"user": "root", "key": str(key), "known_hosts": str(known_hosts)},
        "pools": {"modular": pool},
        "remediation": dict(remediation),
    }
    return _HEAD + yaml.safe_dump(document, sort_keys=False, default_flow_style=None, width=100)


def _bond(name: str, members: Sequence[str]) -> dict[str, object]:
    return {
        "members": list(members),
        "preferred": members[0],
        "destinations": [DESTINATIONS[name]],
    }


def _host(chassis: Chassis, name: str, port: int) -> dict[str, dict[str, object]]:
    flavour = chassis.hosts[name].flavour
    ssh: dict[str, object] = {"address": "127.0.0.1", "port": port}
    if flavour.legacy:
        ssh["legacy"] = True
    written = operators_multipath_conf(flavour).encode()
    config: dict[str, object] = {"multipath_conf_sha256": sha256(written).hexdigest()}
    if flavour is XENSERVER_602:
        config |= {"driver": DRIVER, "hotfixes": ["XS602E005"]}
    return {"ssh": ssh, "hostconfig": config}
