"""The classes whose commands the demo's `xe` has: `sr-list`, `pbd-param-get` …"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from exporter.demo.faces.xe_class_tables import MESSAGE, PATCH, PBD, SR, TASK, UPDATE
from exporter.demo.faces.xe_disc_tables import VBD, VDI
from exporter.demo.faces.xe_fields import Field, Special, fields_of
from exporter.demo.faces.xe_host_table import HOST
from exporter.demo.faces.xe_pool_table import POOL
from exporter.demo.faces.xe_values import Database
from exporter.demo.faces.xe_vm_table import VM
from exporter.demo.pool.snapshot import Record, Version
from exporter.demo.pool.updates_tables import UPDATES_SINCE


@dataclass(frozen=True, slots=True)
class Class:
    """A class: its API name, fields, what a list shows by default and how it is filtered."""

    api: str
    table: str
    shown: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    special: Mapping[str, Special] = field(default_factory=dict)

    def fields(self, version: Version) -> tuple[Field, ...]:
        """What a version knows, in the order in which it prints them."""
        return fields_of(self.table, version, self.special)


def _sr_host(database: Database, record: Record) -> str:
    """Costs XAPI a call per SR."""
    pbds = record["PBDs"]
    if len(pbds) > 1:
        return "<shared>"
    return database.text(database.follow(pbds[0], ["host", "name_label"]) if pbds else None)


_LABELS = ("uuid", "name-label", "name-description")
_PATCH = (*_LABELS, "size", "hosts", "after-apply-guidance")
_UPDATE = (*_LABELS, "version", "installation-size", "hosts", "after-apply-guidance")
_PBD = ("uuid", "host-uuid", "sr-uuid", "device-config", "currently-attached")
_VBD = ("uuid", "vm-uuid", "vm-name-label", "vdi-uuid", "empty", "device")
_NO_TEMPLATE = (("is-a-template", "false"),)
_TEMPLATE = (("is-a-template", "true"), ("is-a-snapshot", "false"))
_ALL: Mapping[str, Class] = {
    "host": Class("host", HOST, _LABELS),
    "message": Class("message", MESSAGE),
    "pbd": Class("PBD", PBD, _PBD),
    "pool": Class("pool", POOL, (*_LABELS, "master", "default-SR")),
    "sr": Class("SR", SR, (*_LABELS, "host", "type", "content-type"), special={"host": _sr_host}),
    "task": Class("task", TASK, (*_LABELS, "status", "progress")),
    "template": Class("VM", VM, _LABELS, _TEMPLATE),
    "vbd": Class("VBD", VBD, _VBD),
    "vdi": Class("VDI", VDI, (*_LABELS, "sr-uuid", "virtual-size", "sharable", "read-only")),
    "vm": Class("VM", VM, ("name-label", "uuid", "power-state"), _NO_TEMPLATE),
    "snapshot": Class("VM", VM, _LABELS, (("is-a-snapshot", "true"),)),
    "patch": Class("pool_patch", PATCH, _PATCH),
}
_UPDATES = {"update": Class("pool_update", UPDATE, _UPDATE)}


def classes_of(version: Version) -> Mapping[str, Class]:
    """The classes of a version, by the word that commands begin with."""
    return {**_ALL, **(_UPDATES if version >= UPDATES_SINCE else {})}
