"""replug-pbd: plug the unplugged PBD of an SR on a host."""

from dataclasses import dataclass

from alerts.remediation.records import Diagnosis, Facts, Mode, Plan, Refusal, Step, Target
from alerts.remediation.sight import Sight
from alerts.remediation.tool import UUID, Shape
from alerts.remediation.tools.storage_paths import NETWORK_BLOCK, check_paths
from alerts.remediation.tools.storage_pbd import PbdSeen, look_at_pbd
from alerts.remediation.tools.storage_pool import check_quiet, coordinator
from alerts.remediation.tools.storage_servers import check_reached
from collectors.backends_servers import backends_of

PLUG_SECONDS = 120.0
"""A plug that waits for a server that died meanwhile would wait for ever on 6.x."""
FILES = frozenset({"iso", "nfs", "smb"})
BLOCK = frozenset({"lvmohba"}) | NETWORK_BLOCK
CONTENTS = frozenset({"", "iso", "user"})


@dataclass(frozen=True, slots=True)
class ReplugPbd:
    """The tool."""

    name: str = "replug-pbd"
    target: tuple[str, ...] = ("pool", "host", "sr")
    most: Mode = Mode.AUTO
    by_alert: bool = True
    effects: tuple[Shape, ...] = (
        ("xe", "pbd-plug", f"uuid={UUID}"),
        ("xe", "pbd-unplug", f"uuid={UUID}"),
    )

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        """Whether it is unplugged though it should not be. Raises Unreadable and Refusal."""
        return _diagnosis(await look_at_pbd(target, sight), target)

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        """`pbd-plug` on the coordinator. Raises Refusal and Unreadable."""
        seen = await look_at_pbd(target, sight)
        now = _diagnosis(seen, target)
        if now.verdict != "faulty":
            raise Refusal(now.reason or "not_faulty", now.text)
        if now.facts != found.facts:
            raise Refusal("changed", f"{target} changed meanwhile: look at it again")
        _check_host(seen, target.host)
        _check_kind(seen)
        check_quiet(seen.pool, seen.sr)
        first = coordinator(seen.pool)
        _check_coordinator_has_it(seen, first)
        return _plan(seen, target, first, await _backend(seen, target.host, sight))


def _diagnosis(seen: PbdSeen, target: Target) -> Diagnosis:
    name, facts = seen.sr.name, seen.facts
    if not seen.pbd.attached:
        if seen.sr.content_type == "iso" and not seen.attached_on:
            text = f"{name} is attached on no host: an ISO library is detached on purpose."
            return Diagnosis("unclear", text, facts, "detached")
        return Diagnosis("faulty", f"{name} is not attached on {target.host}.", facts)
    if seen.paths in ("none", "whole"):
        return Diagnosis("healthy", f"{name} is attached on {target.host}.", facts)
    text = f"{name} is attached on {target.host}, and XAPI does not count all paths of its LUN."
    return Diagnosis("unclear", text, facts, f"paths_{seen.paths}")


def _check_host(seen: PbdSeen, host: str) -> None:
    if not seen.pool.is_live(seen.host.uuid):
        raise Refusal("host_not_live", f"{host} does not answer: bring it back first")
    if not seen.host.enabled:
        raise Refusal("host_disabled", f"{host} is disabled, so in maintenance: enable it first")
    if seen.host.current_operations:
        said = ", ".join(seen.host.current_operations)
        raise Refusal("host_busy", f"{host} is at work ({said}): wait for its end")


def _check_kind(seen: PbdSeen) -> None:
    """That it is known how to prove that the SR's backend is there."""
    sr = seen.sr
    is_file = sr.type in FILES and any(
        backend.sr == sr.uuid for backend in backends_of(seen.pool.state, seen.host.uuid)
    )
    is_block = sr.type in BLOCK and bool(seen.lun)
    if not (is_file or is_block) or sr.content_type not in CONTENTS:
        text = (
            f"How to prove that the backend of {sr.name} (type {sr.type}, content "
            f"{sr.content_type or 'user'}) is there is not known: plug it by hand"
        )
        raise Refusal("sr_not_understood", text)


def _check_coordinator_has_it(seen: PbdSeen, first: str) -> None:
    """What the coordinator has not attached works on no other host: SM's pool work is there."""
    uuid = seen.pool.state.pool.coordinator or ""
    if not seen.sr.shared or uuid == seen.host.uuid:
        return
    own = seen.others.get(uuid)
    if own is None or not own.attached:
        text = f"{seen.sr.name} is not attached on the coordinator {first}: plug it there first"
        raise Refusal("coordinator_first", text)


async def _backend(seen: PbdSeen, host: str, sight: Sight) -> Facts:
    """The evidence that a plug would find all it needs. Raises Refusal and Unreadable."""
    if seen.sr.type not in FILES | NETWORK_BLOCK:
        return {"paths": await check_paths(seen, host, 0, sight)}
    servers = await check_reached(seen.sr, host, sight)
    if seen.sr.type in FILES:
        return {"servers": servers.words}
    paths = await check_paths(seen, host, len(servers.checks[host]), sight)
    return {"servers": servers.words, "paths": paths}


def _plan(seen: PbdSeen, target: Target, first: str, evidence: Facts) -> Plan:
    uuid = f"uuid={seen.pbd.uuid}"
    what = f"Plug the PBD of {seen.sr.name} on {target.host}."
    undo = ("xe", "pbd-unplug", uuid)
    plugged = {"attached": True}
    step = Step(what, first, ("xe", "pbd-plug", uuid), PLUG_SECONDS, plugged, undo)
    paths = "whole" if seen.lun and seen.counted else "none"
    return Plan(what, (step,), {**plugged, "paths": paths}, evidence, first)
