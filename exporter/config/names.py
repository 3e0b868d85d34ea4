"""Names of a configuration: those that must differ, and those that must be known.

All of it is told from the plain data, so that a fault elsewhere neither hides nor adds a line.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from exporter.config.disk_probes import STORAGE_CLASSES
from exporter.config.problems import Problem, nearest, readable

MACHINES = {"hosts": "host", "guests": "guest"}
PROBES = {"disk_probes": "disk probe"}
Data = Mapping[str, Any]


def misnamed(data: object) -> Iterator[Problem]:
    """Everything that is wrong with the names in a file, of whatever data it consists."""
    pools = _mapping(data, "pools")
    yield from _repeated(pools, MACHINES)
    yield from _repeated(pools, PROBES)
    yield from _named_like_a_pool(pools)
    for name, pool in pools.items():
        found = (*_empty(pool), *_unknown_machines(pool), *_unknown_classes(data, pool))
        yield from (problem.below(("pools", name)) for problem in found)


def _repeated(pools: Data, kinds: Mapping[str, str]) -> Iterator[Problem]:
    """Names of `kinds`, by key and in words, that stand in two places of the file."""
    owners: dict[str, tuple[str, str]] = {}
    for pool, key, name in _named(pools, kinds):
        at, owner = owners.setdefault(name, (key, pool))
        if (at, owner) != (key, pool):
            said = f"already a {kinds[at]} of pool {readable(owner)}"
            message = f"{said}; each {kinds[key]} has its own name"
            yield Problem(("pools", pool, key, name), message)


def _named_like_a_pool(pools: Data) -> Iterator[Problem]:
    for pool, key, name in _named(pools, MACHINES):
        if name in pools:
            message = f"a pool is named {readable(name)} as well; rename one of them"
            yield Problem(("pools", pool, key, name), message)


def _named(pools: Data, kinds: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """The pool, the key and the name of everything of some kinds."""
    for pool, section in pools.items():
        for key in kinds:
            yield from ((pool, key, name) for name in _mapping(section, key))


def _empty(pool: object) -> Iterator[Problem]:
    if _machines(pool) == {}:
        yield Problem(("hosts",), "none; a pool needs at least one host or guest")


def _unknown_machines(pool: object) -> Iterator[Problem]:
    """Probes of a machine that is not of their pool, or is only recorded."""
    machines = _machines(pool)
    if machines is None:
        return
    usable = [name for name in machines if "recorded" not in _mapping(machines, name)]
    listed = ", ".join(map(readable, usable)) or "none"
    for probe, host in _told(pool, "host"):
        if host not in machines:
            said = f"no host or guest of this pool{nearest(host, usable)}"
            yield Problem(("disk_probes", probe, "host"), f"{said}; allowed: {listed}")
        elif host not in usable:
            said = f"{readable(host)} is recorded, and a recorded host cannot be probed"
            yield Problem(("disk_probes", probe, "host"), f"{said}; allowed: {listed}")


def _machines(pool: object) -> Data | None:
    """The hosts and guests of a pool by name; None where something is no mapping."""
    if not isinstance(pool, dict):
        return None
    found: dict[str, Any] = {}
    for key in MACHINES:
        part = pool.get(key, {})
        if not isinstance(part, dict):
            return None
        found |= part
    return found


def _unknown_classes(data: object, pool: object) -> Iterator[Problem]:
    classes = data.get("storage_classes", STORAGE_CLASSES) if isinstance(data, dict) else None
    if not isinstance(classes, list | tuple):
        return
    known = [name for name in classes if isinstance(name, str)]
    listed = ", ".join(map(readable, known))
    for probe, name in _told(pool, "storage_class"):
        if name not in known:
            said = f"unknown storage class{nearest(name, known)}; add it to storage_classes"
            message = f"{said}, or name one of: {listed}"
            yield Problem(("disk_probes", probe, "storage_class"), message)


def _told(pool: object, key: str) -> Iterator[tuple[str, str]]:
    """The text under `key` of each disk probe that has one."""
    probes = _mapping(pool, "disk_probes")
    for name in probes:
        value = _mapping(probes, name).get(key)
        if isinstance(value, str):
            yield name, value


def _mapping(data: object, key: str) -> Data:
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, dict) else {}
