"""`multipathd show maps json`, in the fields of the version that XCP-ng ships (0.4.9-136).

The template is that of libmultipath/print.h of 0.6.2, which was taken back: strings are not
escaped, columns not padded.
"""

from collections.abc import Iterable

from exporter.demo.disks import Disk
from exporter.demo.faces.wildcards import fill, group_rows, map_row
from exporter.demo.storage import Group, Storage

_MAP = """{
      "name" : "%n",
      "uuid" : "%w",
      "sysfs" : "%d",
      "failback" : "%F",
      "queueing" : "%Q",
      "paths" : %N,
      "write_prot" : "%r",
      "dm_st" : "%t",
      "features" : "%f",
      "hwhandler" : "%h",
      "action" : "%A",
      "path_faults" : %0,
      "vend" : "%v",
      "prod" : "%p",
      "rev" : "%e",
      "switch_grp" : %1,
      "map_loads" : %2,
      "total_q_time" : %3,
      "q_timeouts" : %4,
      "path_groups": ["""
_PATH = """{
            "dev" : "%d",
            "dev_t" : "%D",
            "dm_st" : "%t",
            "dev_st" : "%o",
            "chk_st" : "%T",
            "checker" : "%c",
            "pri" : %p,
            "host_wwnn" : "%N",
            "target_wwnn" : "%n",
            "host_wwpn" : "%R",
            "target_wwpn" : "%r",
            "host_adapter" : "%a"
         }"""


def maps_json(storage: Storage) -> str:
    """Every map of a host."""
    maps = ",".join(_map(storage, disk) for disk in storage.disks)
    head = '{\n   "major_version": 0,\n   "minor_version": 1,\n   "maps": ['
    return f"{head}{maps}]\n}}\n"


def _map(storage: Storage, disk: Disk) -> str:
    groups = ",".join(_groups(storage.groups(disk), disk))
    return f"{fill(_MAP, map_row(storage, disk))}{groups}]\n   }}"


def _groups(groups: Iterable[Group], disk: Disk) -> Iterable[str]:
    for number, group in enumerate(groups, start=1):
        paths = ",".join(fill(_PATH, row) for row in group_rows(group, disk))
        yield (
            '{\n         "selector" : "service-time 0",\n'
            f'         "pri" : {group.priority},\n'
            f'         "dm_st" : "{group.state}",\n'
            f'         "group" : {number},\n'
            f'         "paths": [{paths}]\n      }}'
        )
