"""Hotfixes: pool_patch and host_patch up to 7.0, pool_update since 7.1."""

from exporter.demo.pool.entries import Hotfix
from exporter.demo.pool.names import NULL_REF, ref_of, uuid_of
from exporter.demo.pool.records import Pool
from exporter.demo.pool.snapshot import Snapshot, Table, refs

UPDATES_SINCE = (7, 1, 0)
_GUIDANCE = ["restartHost"]
_VERSION = "1.0"


def hotfixes_of(pool: Pool, host: str) -> list[Hotfix]:
    """What is applied to a host."""
    return [hotfix for hotfix in pool.hotfixes if host in hotfix.hosts]


def patch_uuid(hotfix: Hotfix) -> str:
    """The uuid of its pool_patch."""
    return uuid_of("pool_patch", hotfix.name)


def host_patch_uuid(hotfix: Hotfix, host: str) -> str:
    """The uuid of its host_patch on a host."""
    return uuid_of("host_patch", f"{hotfix.name}/{host}")


def update_uuid(hotfix: Hotfix) -> str:
    """The uuid of its pool_update."""
    return uuid_of("pool_update", hotfix.name)


def pool_patches(snapshot: Snapshot) -> Table:
    """The class pool_patch."""
    return {ref_of(patch_uuid(hotfix)): _patch(hotfix) for hotfix in snapshot.pool.hotfixes}


def _patch(hotfix: Hotfix) -> dict[str, object]:
    return {
        "uuid": patch_uuid(hotfix),
        "name_label": hotfix.name,
        "name_description": hotfix.description,
        "version": _VERSION,
        "size": str(hotfix.size),
        "pool_applied": False,
        "host_patches": refs([host_patch_uuid(hotfix, host) for host in hotfix.hosts]),
        "after_apply_guidance": list(_GUIDANCE),
        "other_config": {},
    }


def host_patches(snapshot: Snapshot) -> Table:
    """The class host_patch: a hotfix on a host."""
    table = {}
    for hotfix in snapshot.pool.hotfixes:
        for host in hotfix.hosts:
            uuid = host_patch_uuid(hotfix, host)
            table[ref_of(uuid)] = {
                "uuid": uuid,
                "name_label": hotfix.name,
                "name_description": hotfix.description,
                "version": _VERSION,
                "host": snapshot.host_ref(host),
                "applied": True,
                "timestamp_applied": snapshot.time_of(-86400.0),
                "size": str(hotfix.size),
                "pool_patch": ref_of(patch_uuid(hotfix)),
                "other_config": {},
            }
    return table


def pool_updates(snapshot: Snapshot) -> Table:
    """The class pool_update."""
    return {
        ref_of(update_uuid(hotfix)): {
            "uuid": update_uuid(hotfix),
            "name_label": hotfix.name,
            "name_description": hotfix.description,
            "version": _VERSION,
            "installation_size": str(hotfix.size),
            "key": "",
            "after_apply_guidance": list(_GUIDANCE),
            "vdi": NULL_REF,
            "hosts": [snapshot.host_ref(host) for host in hotfix.hosts],
            "other_config": {},
            "enforce_homogeneity": False,
        }
        for hotfix in snapshot.pool.hotfixes
    }
