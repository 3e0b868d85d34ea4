"""detach-iso-library: unmount and unplug an ISO library whose server is dead, on every host.

The mount goes first, lazily: on 6.x an unplug of a dead server's SR never returns (`soft,timeo=600,
retrans=2147483647`), and without a mount it returns at once (sm: ISOSR.detach).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from alerts.remediation.records import Diagnosis, Facts, Mode, Plan, Refusal, Step, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import UUID, Shape
from alerts.remediation.tools.storage_library import (
    Library,
    attached_fact,
    look_at_library,
    mounted_fact,
)
from alerts.remediation.tools.storage_mounts import check_mount
from alerts.remediation.tools.storage_pool import check_quiet, coordinator
from alerts.remediation.tools.storage_saved import saved
from alerts.remediation.tools.storage_servers import Servers, servers_of_sr
from alerts.remediation.tools.storage_users import check_unused

UMOUNT_SECONDS, UNPLUG_SECONDS = 30.0, 90.0
_SCANS = frozenset({"scan", "update"})
"""What hangs on every dead library: XAPI scans it every 30 s."""


@dataclass(frozen=True, slots=True)
class DetachIsoLibrary:
    """The tool."""

    name: str = "detach-iso-library"
    target: tuple[str, ...] = ("pool", "sr")
    most: Mode = Mode.AUTO
    by_alert: bool = True
    effects: tuple[Shape, ...] = (
        ("umount", "-l", "-f", f"(/var)?/run/sr-mount/{UUID}"),
        ("xe", "pbd-unplug", f"uuid={UUID}"),
    )

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        """Whether it is attached and its server dead from every host.

        Raises Unreadable, and Refusal: `unknown_sr` and those of `look_at_library`.
        """
        library, servers = await _look(target, sight)
        return _diagnosis(library, servers)

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        """Unmounts, then unplugs, of the coordinator last. Raises Refusal and Unreadable."""
        library, servers = await _look(target, sight)
        now = _diagnosis(library, servers)
        if now.verdict != "faulty":
            raise Refusal(now.reason or "not_faulty", now.text, now.evidence)
        if now.facts != found.facts:
            raise Refusal("changed", f"{library.sr.name} changed meanwhile: look at it again")
        check_quiet(library.pool, library.sr, harmless=_SCANS)
        first = coordinator(library.pool)
        kept = await saved(library, first, sight)
        await check_unused(library.pool.state, library.sr, first, sight)
        _check_mounts(library)
        return _plan(library, first, {"servers": servers.words, "saved": kept})


async def _look(target: Target, sight: Sight) -> tuple[Library, Servers]:
    library = await look_at_library(target, sight)
    if library is None:
        raise Refusal("unknown_sr", f"XAPI of pool {target.pool} knows no SR {target.labels['sr']}")
    return library, await servers_of_sr(library.sr, list(library.mounts), sight)


def _diagnosis(library: Library, servers: Servers) -> Diagnosis:
    name, answers = library.sr.name, servers.answers
    facts = {**library.facts, "server": answers}
    if library.detached:
        return Diagnosis("healthy", f"{name} is attached and mounted nowhere.", facts)
    whole = all(library.mounts[host] for host, pbd in library.pbds.items() if pbd.attached)
    evidence = servers.words
    if answers == "dead":
        text = f"The server of {name} answers no host, and the library is attached."
        return Diagnosis("faulty", text, facts, evidence=evidence)
    if answers == "answers" and whole:
        return Diagnosis("healthy", f"The server of {name} answers every host.", facts)
    if answers == "unknown":
        text = f"Whether the server of {name} is dead is not known of every host: look at each."
        return Diagnosis("unclear", text, facts, "server_unknown", evidence)
    text = f"The server of {name} answers some host: it is not dead, repair it or the network."
    return Diagnosis("unclear", text, facts, "server_answers", evidence)


def _check_mounts(library: Library) -> None:
    """That what would be unmounted is the library. Raises Refusal `other_mount`."""
    for host, mount in library.mounts.items():
        if mount is None:
            continue
        if host not in library.pbds:
            text = f"{host} has {mount.point} mounted and no PBD: find out who did that"
            raise Refusal("other_mount", text)
        check_mount(host, mount, library.pbds[host])


def _plan(library: Library, first: str, evidence: Facts) -> Plan:
    name, hosts = library.sr.name, len(library.pbds)
    gone: dict[str, object] = {mounted_fact(host): "" for host in library.mounts}
    gone |= {attached_fact(host): False for host in library.pbds}
    summary = (
        f"Detach the ISO library {name}, whose server is dead, from {hosts} hosts. XAPI keeps its "
        "records: it can be plugged again."
    )
    return Plan(summary, tuple(_steps(library, first)), gone, evidence, first)


def _steps(library: Library, first: str) -> Iterator[Step]:
    """No step has an undo: with the server dead nothing can be mounted or plugged again.

    Members come before the coordinator, whose SM works for the whole pool.
    """
    hosts = sorted(library.mounts, key=lambda host: (host == first, host))
    for host in hosts:
        mount = library.mounts[host]
        if mount is not None:
            unmount = ("umount", "-l", "-f", mount.point)
            what = f"Take the mount of {library.sr.name} off {host}."
            yield Step(what, host, unmount, UMOUNT_SECONDS, {mounted_fact(host): ""})
    for host in hosts:
        pbd = library.pbds.get(host)
        if pbd is not None and pbd.attached:
            unplug = ("xe", "pbd-unplug", f"uuid={pbd.uuid}")
            what = f"Unplug the PBD of {library.sr.name} on {host}."
            yield Step(what, first, unplug, UNPLUG_SECONDS, {attached_fact(host): False})
