"""What tests look up in the simulated pool."""

import re
from typing import Any

from exporter.demo.pool.database import tables
from exporter.demo.pool.names import uuid_of
from tests.demo.simulated import HOSTS, Simulated

LUN = "222ac00015543fe63"
LAST = HOSTS[-1]


def records(pool: Simulated, kind: str, host: str = "xcp83") -> list[dict[str, Any]]:
    """The objects of a class, as a host's XAPI tells them."""
    return list(tables(pool.model, host)[kind].values())


def lun_pbd(pool: Simulated, host: str = LAST) -> dict[str, Any]:
    """A host's PBD of the shared LUN."""
    hosts = tables(pool.model, "xcp83")["host"]
    (pbd,) = (
        pbd
        for pbd in records(pool, "PBD")
        if "SCSIid" in pbd["device_config"] and hosts[pbd["host"]]["name_label"] == host
    )
    return pbd


def counts(pool: Simulated, host: str = LAST) -> str | None:
    """SM's path counts of the LUN."""
    found = lun_pbd(pool, host)["other_config"].get(f"mpath-{LUN}")
    return None if found is None else str(found)


def messages(pool: Simulated) -> list[tuple[str, str]]:
    """Names and bodies of XAPI's messages."""
    return [(message["name"], message["body"]) for message in records(pool, "message")]


def vm(pool: Simulated, name: str) -> dict[str, Any]:
    (found,) = (vm for vm in records(pool, "VM") if vm["name_label"] == name)
    return found


def state_flags(pool: Simulated, name: str, host: str = LAST) -> str | None:
    """The six flags that list_domains prints for a VM, or None without a domain."""
    listed = pool.printed(host, "list_domains")
    match = re.search(rf"\| {uuid_of('VM', name)} \| (.{{6}})$", listed, re.M)
    return match[1] if match else None
