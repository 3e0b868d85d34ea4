"""What is asked of `xe`: lists with explicit fields, and single keys of maps.

Only lists of fields that XAPI has in its database are asked for: neither expensive fields nor
`*-param-list`, which evaluates them, nor `message-list`, which reads every message from disk. An
older xe drops the names of fields it does not have (cli_operations.ml, select_fields).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.parsing import Parsed
from collectors.xe_complete import Record

CLEAN = ("env", "-i", "HOME=/nonexistent", "PATH=/usr/bin:/bin:/opt/xensource/bin")
"""Arguments in ~/.xe and in XE_EXTRA_ARGS would change what xe does (newcli.ml)."""


@dataclass(frozen=True, slots=True)
class XeList:
    """A list: the kind of its records, the command, and the fields that are asked for."""

    kind: str
    command: str
    fields: tuple[str, ...]

    @property
    def words(self) -> tuple[str, str]:
        """The command line behind `xe`."""
        return self.command, f"params={','.join(self.fields)}"


@dataclass(frozen=True, slots=True)
class Lookup:
    """One key of one map of one object, where the map's text does not tell it beyond doubt."""

    kind: str
    uuid: str
    field: str
    key: str

    @property
    def words(self) -> tuple[str, ...]:
        """The command line behind `xe`."""
        what = (f"uuid={self.uuid}", f"param-name={self.field}", f"param-key={self.key}")
        return f"{self.kind}-param-get", *what


POOL = XeList(
    "pool",
    "pool-list",
    (
        "uuid",
        "name-label",
        "master",
        "ha-enabled",
        "ha-host-failures-to-tolerate",
        "ha-plan-exists-for",
        "ha-overcommitted",
    ),
)
HOSTS = XeList(
    "host",
    "host-list",
    (
        "uuid",
        "name-label",
        "current-operations",
        "enabled",
        "software-version",
        "hostname",
        "address",
        "host-metrics-live",
        "patches",
        "updates",
    ),
)
SRS = XeList(
    "sr",
    "sr-list",
    (
        "uuid",
        "name-label",
        "current-operations",
        "virtual-allocation",
        "physical-utilisation",
        "physical-size",
        "type",
        "content-type",
        "shared",
    ),
)
PBDS = XeList(
    "pbd",
    "pbd-list",
    ("uuid", "host-uuid", "sr-uuid", "device-config", "currently-attached", "other-config"),
)
VMS = XeList(
    "vm",
    "vm-list",
    (
        "uuid",
        "name-label",
        "is-control-domain",
        "power-state",
        "current-operations",
        "resident-on",
        "dom-id",
    ),
)
"""xe leaves out templates, and snapshots, which are templates; control domains are there."""
TASKS = XeList("task", "task-list", ("uuid", "name-label", "status", "progress", "created"))
LISTS = (POOL, HOSTS, SRS, PBDS, VMS, TASKS)
"""The pool first: one short question tells whether the coordinator answers."""

UPDATES = XeList("update", "update-list", ("uuid", "name-label"))
PATCHES = XeList("patch", "patch-list", ("uuid", "name-label"))

ROLLING_UPGRADE = "rolling_upgrade_in_progress"


@dataclass(frozen=True, slots=True)
class XeAnswers:
    """Everything that one read of a pool heard."""

    lists: Mapping[str, Parsed[Record]]
    """By kind of record; one for each of `LISTS`."""
    hotfix_names: Mapping[str, str] | None
    """Names of updates or patches by uuid; None where xe has no list of them."""
    rolling_upgrade: bool
    keys: Mapping[Lookup, str | None]
    """What was looked up; None is a key that the map does not have."""
