"""Panels of the servers behind SRs: NFS, SMB, iSCSI."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.about import About
from dashboards.layout import Line
from dashboards.look import COUNT_OF_CRITICAL, CRITICAL, OK, WARNING
from dashboards.panels import tile, timeline
from dashboards.promql import State, of_host, of_pool, or_zero, with_sr_name

SERVER = "pool, host, name, address, sr"
REACHABLE = of_host("xenlens_sr_backend_reachable")
ANSWERING = f"group({of_pool('xenlens_target_up')} == 1)"
DEAD_LIBRARY = of_pool("sr:xenlens_sr_backend_reachable:dead_iso_library")
SERVERS = (
    State("does not answer", CRITICAL, with_sr_name(f"({REACHABLE} == 0)")),
    State("answers", OK, with_sr_name(f"({REACHABLE} == 1)")),
)
MOUNTED = of_host("xenlens_sr_mounted")
MOUNTS = (
    State("attached, not mounted", WARNING, with_sr_name(f"({MOUNTED} == 0)")),
    State("mounted", OK, with_sr_name(f"({MOUNTED} == 1)")),
)


def tiles() -> list[Panel]:
    """Servers and libraries that are dead."""
    return [_dead_servers(), _dead_libraries()]


def lines() -> list[Line]:
    """Everything of servers."""
    return [Line(8, [_servers(), _mounts()])]


def _dead_servers() -> Panel:
    about = About(
        "Servers that do not answer",
        "Addresses of SRs that take no TCP connection from at least one host. Anything but 0 is "
        "wrong: what uses the SR waits, and so may every storage action of the pool.",
        "no server checked",
        ("StorageBackendUnreachable", "StoragePortalUnreachable"),
    )
    dead = f"count(min by (pool, address) ({REACHABLE}) == 0)"
    return tile(about, or_zero(dead, f"group({REACHABLE})"), COUNT_OF_CRITICAL)


def _dead_libraries() -> Panel:
    about = About(
        "Dead ISO libraries",
        "ISO libraries whose server no host reaches. Anything but 0 is wrong: a dead library "
        "blocks storage actions of the whole pool, though no VM needs it.",
        "no target answers",
        ("IsoLibraryDead",),
    )
    dead = f"count(max by (pool, sr) ({DEAD_LIBRARY}))"
    return tile(about, or_zero(dead, ANSWERING), COUNT_OF_CRITICAL)


def _servers() -> Panel:
    about = About(
        "Servers, from each host",
        "Whether each host reaches each server of an SR by TCP. One host that does not is a "
        "network; all of them are the server.",
        "no SR on a server, or not read",
        ("StorageBackendUnreachable", "StoragePortalUnreachable", "IsoLibraryDead"),
    )
    return timeline(about, SERVER, SERVERS, "{{host}} → {{address}} {{name}}")


def _mounts() -> Panel:
    about = About(
        "Mounts",
        "Whether an attached SR on a file server is mounted. Attached and not mounted: its disks "
        "would be written to the host's own.",
        "no SR on a file server, or not read",
        ("StorageNotMounted",),
    )
    return timeline(about, "pool, host, name, sr", MOUNTS, "{{host}} {{name}}")
