"""What an example in the documentation stands for on the demo pool."""

import re
from collections.abc import Mapping
from pathlib import PurePath

from exporter.demo.modular import modular_chassis
from exporter.demo.pool.modular import NFS_SERVER
from exporter.demo.pool.names import uuid_of

HOST, ANOTHER = "xcp83", "xcp82"
_CHASSIS = modular_chassis()
_POOL = _CHASSIS.pool
_WWID = next(d.wwid for d in _CHASSIS.hosts[HOST].storage.disks if not d.boots)
_SR = uuid_of("SR", "NFS VHDs/")
_LIBRARY = uuid_of("SR", "NFS ISO library/")
_PBDS = {pbd.sr: pbd.uuid for pbd in _POOL.pbds_of(HOST)}
_HOST_NAMES = {"POOL": _POOL.name, "HOST": HOST, "NAME": HOST, "xcp1": HOST, "xcp81": HOST}
_STORAGE = {"WWID": _WWID, "PATH": "sdb", "sdX": "sdb", "ADDRESS": NFS_SERVER}
_UUIDS = {"SR": _SR, "UUID": _SR, "PBD": _PBDS[_SR], "VM": uuid_of("VM", "db3")}
_NETWORK = {"BOND": "bond0", "BRIDGE": "xapi0"}
CAPTURED = "multipath/healthy.txt"
"""A file of tests/fixtures, as FILE."""
_FILES = {"FILE": "multipath.txt", "DIR": "drill-multipath-*", "RUN": "1", "12": "1"}
WORDS = {**_HOST_NAMES, **_STORAGE, **_UUIDS, **_NETWORK, **_FILES}
OF_PAGES: Mapping[str, Mapping[str, str]] = {
    "DiskProbeSlow": {"NAME": "ssd-random-read-aio"},
    "disk-probes": {
        "ssd-random-read": "ssd-random-read-aio",
        "sas-random-read": "sas-random-read-aio",
    },
    "IsoLibraryDead": {"SR": _LIBRARY, "UUID": _LIBRARY, "PBD": _PBDS[_LIBRARY]},
    "VmHung": {"UUID": WORDS["VM"]},
    "VmLost": {"UUID": WORDS["VM"]},
    "VmZombieDomain": {"UUID": WORDS["VM"]},
}
"""By page, before all others."""
_SHORTER = {"xenlens drill multipath": " --time 5s", "xenlens drill bond": " --time 5s"}
"""Drills go on until their time is over."""
_ORDERED_AS = {"HOST": uuid_of("host", HOST)}
"""`xe` knows hosts by uuid."""


def stand_in(page: str, command: str, places: Mapping[str, str]) -> str:
    """A page's command with the demo's names, and with the places of addresses and files."""
    words = {**WORDS, **OF_PAGES.get(PurePath(page).stem, {})}
    if command.lstrip("(").startswith("xe "):
        words |= _ORDERED_AS
    command += next((short for what, short in _SHORTER.items() if command.startswith(what)), "")
    for example, place in places.items():
        command = command.replace(example, place)
    whole = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.sub(rf"(?<![\w.$-])({whole})(?![\w-])", lambda found: words[found[1]], command)
