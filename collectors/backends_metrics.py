"""Back ends of storage as metrics and in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from collectors.backends_connect import Check, Checks
from collectors.backends_servers import MOUNT_BASES, Backend
from collectors.metrics import Family, Page
from collectors.registry import Finding, Reading, View
from collectors.subjects import named

REACHABLE = Family(
    "xenlens_sr_backend_reachable",
    "1 when the host made a TCP connection to the SR's server (NFS 2049, SMB 445, iSCSI 3260 or "
    "the PBD's port), 0 when it did not: refused, no route, unknown name, no answer within 2 s.",
    ("sr", "address"),
)
MOUNTED = Family(
    "xenlens_sr_mounted",
    "1 when an attached SR on a file server is mounted on the host (/proc/mounts), 0 when it is "
    "attached and not mounted.",
    ("sr",),
)
FAMILIES = (REACHABLE, MOUNTED)


@dataclass(frozen=True, slots=True)
class BackendsReading(Reading[Backend]):
    """The back ends of a host and how each of their servers fared."""

    checks: Checks = field(default_factory=lambda: Checks({}, None))
    current: bool = True
    """Whether XAPI named the back ends just now; else they are those it named last."""

    def mounted(self, backend: Backend) -> bool | None:
        """Whether the SR is mounted; None where it need not be or nobody knows."""
        points = self.checks.mounted
        if points is None or not (self.current and backend.attached and backend.mounts):
            return None
        return any(f"{base}/{backend.sr}" in points for base in MOUNT_BASES)


def fill(page: Page, reading: BackendsReading, view: View) -> None:
    """Every server of every SR, and whether the SR is mounted."""
    for backend in reading.records:
        for server in backend.servers:
            reachable = reading.checks.by_server[server].reachable
            page.add_known(REACHABLE, reachable, sr=backend.sr, address=str(server))
        page.add_known(MOUNTED, reading.mounted(backend), sr=backend.sr)


def findings(reading: BackendsReading, view: View) -> Iterator[Finding]:
    """Dead servers first: an SR that has none left blocks whoever uses it."""
    for backend in reading.records:
        subject = named(backend.name, backend.sr)
        checks = [reading.checks.by_server[server] for server in backend.servers]
        yield from _of_servers(subject, backend, checks)
        for text in backend.unread:
            yield Finding(
                "unknown", subject, f"its server {text!r} looks like no address; not tried"
            )
        if reading.mounted(backend) is False:
            where = f"{MOUNT_BASES[0]}/{backend.sr}"
            yield Finding("warning", subject, f"attached, but nothing is mounted at {where}")


def _of_servers(subject: str, backend: Backend, checks: list[Check]) -> Iterator[Finding]:
    dead = [check for check in checks if check.reachable is False]
    for check in checks:
        if check.reachable is None:
            text = f"whether {check.server} can be reached is unknown: {check.words}"
            yield Finding("unknown", subject, text)
    if dead and len(dead) < len(checks):
        text = f"{len(dead)} of {len(checks)} portals cannot be reached: {_listed(dead)}"
        yield Finding("warning", subject, text)
    elif dead:
        yield _all_dead(subject, backend, dead)


def _all_dead(subject: str, backend: Backend, dead: list[Check]) -> Finding:
    text = f"server cannot be reached: {_listed(dead)}"
    if not backend.attached:
        return Finding("warning", subject, f"{text}; the SR is not attached here")
    if backend.content_type == "iso":
        text = f"dead ISO library: blocks storage actions of the whole pool; {text}"
    return Finding("critical", subject, text)


def _listed(checks: list[Check]) -> str:
    return ", ".join(f"{check.server} ({check.words})" for check in checks)
